//! One thread can be stopped at any of its accesses; another then runs alone, and its accesses are counted.
use super::Location;
use std::cell::Cell;
use std::sync::{Condvar, Mutex};

thread_local! {
    static VICTIM: Cell<bool> = const { Cell::new(false) };
    static COUNTED: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}
/// The victim may go on until it has made this many accesses; and how many it made, and whether it is done.
pub struct Gate {
    pub allowed: usize,
    pub made: usize,
    pub line: u32,
    pub waiting: bool,
    pub done: bool,
}
pub static GATE: Mutex<Gate> =
    Mutex::new(Gate { allowed: usize::MAX, made: 0, line: 0, waiting: false, done: false });
pub static MOVED: Condvar = Condvar::new();

#[track_caller]
pub fn step<R>(_what: &str, run: impl FnOnce() -> R) -> R {
    // What is dropped at the end of a block names no line of the candidate's.
    let at = Location::caller();
    let line = if at.file().ends_with("sut.rs") { at.line() } else { 0 };
    if VICTIM.get() {
        let mut gate = GATE.lock().unwrap();
        gate.line = line;
        gate.waiting = gate.made >= gate.allowed;
        while gate.made >= gate.allowed {
            gate.waiting = true;
            MOVED.notify_all();
            gate = MOVED.wait(gate).unwrap();
        }
        gate.waiting = false;
        gate.made += 1;
    }
    LAST.set(line);
    COUNTED.set(COUNTED.get() + 1);
    if COUNTED.get() > MOST.get() {
        super::super::runner::waits(LAST.get(), COUNTED.get(), MOST.get());
    }
    run()
}
pub fn note(_what: &str) {}
pub fn hidden<R>(run: impl FnOnce() -> R) -> R {
    run()
}
pub fn inside<R>(run: impl FnOnce() -> R) -> R {
    run()
}
pub fn outside<R>(run: impl FnOnce() -> R) -> R {
    run()
}
pub fn stale() {}
pub fn how(_how: &'static str) {}
pub fn forgets() {}
pub fn beside_others() -> bool {
    false
}
pub fn spins() {}
pub fn fails_for_no_reason() -> bool {
    false
}
pub fn hurries() -> bool {
    false
}
pub fn in_destructor() -> bool {
    false
}
/// How many objects were retired and are not freed, and how many ever were.
pub static KEPT: Mutex<(usize, usize)> = Mutex::new((0, 0));
pub fn retires() {
    let mut kept = KEPT.lock().unwrap();
    *kept = (kept.0 + 1, kept.1 + 1);
}
pub fn frees() {
    KEPT.lock().unwrap().0 -= 1;
}
pub fn victim() {
    VICTIM.set(true);
}
/// Count accesses of this thread from now on; each beyond ``most`` is reported.
pub fn count(most: usize) {
    COUNTED.set(0);
    MOST.set(most);
}
pub fn counted() -> usize {
    COUNTED.get()
}
pub fn say(line: &str) {
    super::out(line)
}
pub fn fail(kind: &str, why: &str) -> ! {
    say(&format!("F {{\"kind\":\"{kind}\",\"why\":{why:?}}}"));
    unsafe { _exit(0) }
}
extern "C" {
    fn _exit(status: i32) -> !;
}
