//! Who waits for ever. While nothing changes, a thread finds what it has found before, whoever runs beside it. So one
//! that has waited for some rounds goes on alone, and finds the same without asking Loom again (or Shuttle), which would
//! order nothing that is not ordered. If it changes something in the end, nothing has been lost. If it waits all the
//! same, only others can help it; and where that is so of every thread that is left, nobody does.
//!
//! Who looks at the same thing again and again waits, too, whether it says so or not: that shows in the same way, and
//! such a thread then waits as others do.
use super::{all, fail, hidden, note, THREADS};
use std::cell::Cell;
use std::sync::atomic::Ordering;

/// Rounds of waiting after which a thread goes on alone, and its looks and rounds until it is taken to wait for ever.
const ROUNDS: usize = 4;
const PATIENCE: usize = 1_000_000;
/// Looks at the same thing in one round after which it is seen, for so many more, whether a thread waits; looks that
/// found an older value, of which that is not to be seen; and rounds so ended, of all executions: they multiply those.
const SAME: usize = 8;
const LOOKS: usize = 2_000;
const OLDER: usize = 16;
const ENOUGH: usize = 5_000;
/// Reads of cells without an access.
const READS: usize = 1_000_000;

/// At what, how, and in what order.
type What = (usize, &'static str, Ordering);
#[derive(Clone, Copy)]
struct Look {
    thread: usize,
    what: What,
    /// In this round.
    times: usize,
    /// Whether it found what was stored last.
    latest: bool,
}
/// Since anything changed:
struct Settled {
    rounds: [usize; THREADS],
    looks: Vec<Look>,
    for_ever: [bool; THREADS],
    /// How much longer each goes on alone, and whether only to see whether it waits.
    left: [usize; THREADS],
    briefly: [bool; THREADS],
    /// Of the access that goes on: whether it leaves what it found, and whether that is an older value.
    same: bool,
    older: bool,
    /// Reads of cells since the last access.
    reads: usize,
    /// Rounds in which somebody waited without saying so, in all executions.
    unsaid: usize,
}
static mut SETTLED: Settled = Settled {
    rounds: [0; THREADS],
    looks: Vec::new(),
    for_ever: [false; THREADS],
    left: [0; THREADS],
    briefly: [false; THREADS],
    same: false,
    older: false,
    reads: 0,
    unsaid: 0,
};
/// Whether the lock is taken that each is about to take.
static mut LOCKS: [Option<*const Cell<bool>>; THREADS] = [None; THREADS];
#[allow(static_mut_refs)]
fn settled() -> &'static mut Settled {
    unsafe { &mut SETTLED }
}
#[allow(static_mut_refs)]
fn locks() -> &'static mut [Option<*const Cell<bool>>; THREADS] {
    unsafe { &mut LOCKS }
}
fn thread() -> usize {
    all().now.thread.min(THREADS - 1)
}
impl Settled {
    fn look(&mut self, what: What) -> Option<&mut Look> {
        let thread = thread();
        self.looks.iter_mut().find(|look| look.thread == thread && look.what == what)
    }
}

pub fn begin() {
    *locks() = [None; THREADS];
    changed();
}
/// Whoever waits may find something else now.
pub(super) fn changed() {
    let own = settled();
    (own.rounds, own.for_ever, own.left, own.reads) = ([0; THREADS], [false; THREADS], [0; THREADS], 0);
    own.looks.clear();
}
/// An access comes that Loom is asked about. Who stores or gives back waits no longer, though that is still to come.
pub(super) fn comes(what: &str) {
    let (own, thread) = (settled(), thread());
    (own.left[thread], own.reads) = (0, 0);
    own.for_ever[thread] &= !matches!(what, "store" | "lock" | "unlock");
}
/// It has come: did anything change?
pub(super) fn came(what: &str, how: &str) {
    let looks = matches!(what, "load" | "fence" | "spin" | "yield") || how == " fails" || what.ends_with("by chance");
    let own = settled();
    if !std::mem::take(&mut own.same) && !looks {
        changed();
    }
    own.older = false;
}
/// The exchange that goes on leaves what it found.
pub fn same() {
    settled().same = true;
}
pub(super) fn older() {
    settled().older = true;
}
/// A thread takes a lock; while another one has it, it does not run.
pub fn locked<R>(taken: &Cell<bool>, lock: impl FnOnce() -> R) -> R {
    let thread = thread();
    locks()[thread] = Some(taken);
    let found = lock();
    locks()[thread] = None;
    found
}
/// A look at what may be waited for, which Loom was asked about.
pub fn looked(object: usize, how: &'static str, order: Ordering) {
    let (own, what) = (settled(), (object, how, order));
    let latest = !own.older;
    match own.look(what) {
        Some(look) => (look.times, look.latest) = (look.times + 1, latest),
        None => own.looks.push(Look { thread: thread(), what, times: 1, latest }),
    }
}
/// Whether the look that comes finds what it found before, and need not be one.
#[track_caller]
pub fn finds(object: usize, how: &'static str, order: Ordering) -> bool {
    let (own, thread) = (settled(), thread());
    let Some(Look { times, latest, .. }) = own.look((object, how, order)).copied() else { return false };
    if own.left[thread] == 0 && latest && times >= SAME && !own.for_ever[thread] {
        (own.left[thread], own.briefly[thread]) = (LOOKS, true);
    } else if own.left[thread] == 0 && times >= if latest { SAME } else { OLDER } {
        waits_unsaid();
    }
    latest && own.left[thread] > 0 && goes_on()
}
#[track_caller]
fn waits_unsaid() {
    settled().unsaid += 1;
    if cfg!(probatum_loom) && settled().unsaid > ENOUGH {
        fail("limit", "branches without end: who waits does not say so");
    }
    super::super::super::sync::hint::spin_loop();
}
/// A thread waits: whether it goes on alone.
#[track_caller]
pub fn waits() -> bool {
    let (own, thread) = (settled(), thread());
    if own.left[thread] > 0 && !own.briefly[thread] {
        return goes_on();
    }
    let mut settled = !own.for_ever[thread];
    for look in own.looks.iter_mut().filter(|look| look.thread == thread) {
        settled &= look.latest || look.times == 0;
        look.times = 0;
    }
    own.rounds[thread] += 1;
    let alone = own.rounds[thread] >= ROUNDS && settled;
    (own.left[thread], own.briefly[thread], own.reads) = (if alone { PATIENCE } else { 0 }, false, 0);
    alone
}
/// One more look or round of a thread that goes on alone; whether it still does.
#[track_caller]
fn goes_on() -> bool {
    let (own, thread) = (settled(), thread());
    own.left[thread] -= 1;
    own.reads = 0;
    if own.left[thread] == 0 && own.briefly[thread] {
        waits_unsaid();
    } else if own.left[thread] == 0 {
        own.for_ever[thread] = true;
        note("waits on");
        nobody_else();
    }
    own.left[thread] > 0
}
/// A thread waits for a change: there must be somebody who can make it.
fn nobody_else() {
    let (own, me) = (settled(), thread());
    let left = |thread: &usize| *thread == me || all().alive[*thread];
    let mut others = (0..THREADS).filter(left).filter(|thread| !own.for_ever[*thread]);
    if others.all(|thread| locks()[thread].is_some_and(|taken| unsafe { (*taken).get() })) {
        let told = |waits: bool| hidden(|| names((0..THREADS).filter(left).filter(|at| own.for_ever[*at] == waits)));
        let (wait, lock) = (told(true), told(false));
        let locks = if lock.is_empty() { lock } else { format!(", and {lock} waits for a lock") };
        fail("waiting", &format!("nobody goes on: {wait} looked a million times while nothing changed{locks}"));
    }
}
fn names(threads: impl Iterator<Item = usize>) -> String {
    let name = |thread| if thread == 0 { "the thread that is left".into() } else { format!("T{thread}") };
    threads.map(name).collect::<Vec<String>>().join(" and ")
}
/// A read of a cell, at which nobody else runs.
pub fn reads() {
    let own = settled();
    own.reads += 1;
    if own.reads == READS {
        fail("waiting", "a call does not return: it read cells a million times without an access in between");
    }
}
