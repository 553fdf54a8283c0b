//! Under Loom and under Shuttle all threads are coroutines of one system thread, so plain statics are enough.
use super::Location;

#[path = "watch_failing.rs"]
mod failing;
pub use failing::*;

#[path = "watch_waiting.rs"]
mod waiting;
pub use waiting::*;
use waiting::acts;

#[path = "watch_weak.rs"]
mod weak;
pub use weak::*;

#[path = "watch_telling.rs"]
mod telling;
pub use telling::*;

#[path = "watch_settled.rs"]
pub mod settled;

/// Whose code runs: the candidate's or not, and on which thread of the client.
#[derive(Clone, Copy)]
pub struct Running {
    candidate: bool,
    thread: usize,
    /// From where to where the object lies whose destructor runs because it was retired; nowhere: none.
    reclaims: (usize, usize),
}
const BLOCKS: usize = 1 << 12;
struct All {
    now: Running,
    stale: bool,
    lost: bool,
    blocks: [usize; BLOCKS],
    used: usize,
    overflow: bool,
    events: Vec<Event>,
    steps: String,
    /// What came of the access that goes on, where that is told.
    how: &'static str,
    tell: bool,
    /// Whether sequentially consistent accesses are in one order, see `total`.
    strong: bool,
    spins: usize,
    /// How often each thread has gone on at once where it waits, see `hurries`.
    hurried: [usize; THREADS],
    hasty: bool,
    /// Whether exchanges that may fail for no reason do so, whether one has in this execution, and whether there was one.
    weak: bool,
    failed: bool,
    met: bool,
    /// Per thread: whether it has read an old value since it waited last, and in how many rounds in a row it did.
    outdated: [bool; THREADS],
    behind: [usize; THREADS],
    /// Whether some thread was let go, see `spins`, and which; and where the stack of each begins.
    unfair: bool,
    gone: [bool; THREADS],
    stack: [usize; THREADS],
    alive: [bool; THREADS],
    acted: [bool; THREADS],
    client: usize,
}
static mut ALL: All = All {
    now: Running { candidate: false, thread: 0, reclaims: (0, 0) },
    stale: false,
    lost: false,
    blocks: [0; BLOCKS],
    used: 0,
    overflow: false,
    events: Vec::new(),
    steps: String::new(),
    how: "",
    tell: false,
    strong: false,
    spins: 0,
    hurried: [0; THREADS],
    hasty: false,
    weak: false,
    failed: false,
    met: false,
    outdated: [false; THREADS],
    behind: [0; THREADS],
    unfair: false,
    gone: [false; THREADS],
    stack: [0; THREADS],
    alive: [false; THREADS],
    acted: [false; THREADS],
    client: 0,
};
const THREADS: usize = 8;
#[allow(static_mut_refs)]
fn all() -> &'static mut All {
    unsafe { &mut ALL }
}

pub fn allocated(block: usize) {
    let all = all();
    if all.now.candidate {
        if all.used == BLOCKS {
            all.overflow = true;
        } else {
            all.blocks[all.used] = block;
            all.used += 1;
        }
    }
}
pub fn freed(block: usize) {
    let all = all();
    if let Some(at) = all.blocks[..all.used].iter().rposition(|held| *held == block) {
        all.used -= 1;
        all.blocks[at] = all.blocks[all.used];
    }
}

fn leave() -> Running {
    let was = all().now;
    all().now.candidate = false;
    was
}

/// The harness's or Loom's own business; the running thread may change inside and is back at the end.
pub fn hidden<R>(run: impl FnOnce() -> R) -> R {
    let was = leave();
    let found = run();
    all().now = was;
    found
}
/// The same around code of whoever called: `back` runs it as theirs.
pub fn hidden_around<R>(run: impl FnOnce(&dyn Fn(&mut dyn FnMut())) -> R) -> R {
    let was = leave();
    let found = run(&|back| {
        all().now = was;
        back();
        leave();
    });
    all().now = was;
    found
}
/// An access: Loom may run others first, then it happens; so it is written down afterwards.
#[track_caller]
pub fn step<R>(what: &str, run: impl FnOnce() -> R) -> R {
    step_at(what, Location::caller(), run)
}
pub fn step_at<R>(what: &str, at: &Location<'_>, run: impl FnOnce() -> R) -> R {
    let was = leave();
    settled::comes(what);
    let found = run();
    all().now = was;
    if what != "spin" && what != "yield" {
        acts(was.thread);
    }
    hidden(|| settled::came(what, all().how));
    write_down(what, std::mem::take(&mut all().how), at);
    lifetimes::may_look();
    found
}
#[track_caller]
pub fn note(what: &str) {
    write_down(what, "", Location::caller());
}
fn write_down(what: &str, how: &str, at: &Location<'_>) {
    if all().tell && at.file().ends_with("sut.rs") {
        let was = leave();
        let all = all();
        let comma = if all.steps.is_empty() { "" } else { "," };
        all.steps.push_str(&format!("{comma}[{},\"{what}{how}\",{}]", was.thread, at.line()));
        all.now = was;
    }
}
/// The candidate's code, on a thread of the client.
pub fn inside<R>(run: impl FnOnce() -> R) -> R {
    let was = all().now;
    all().now.candidate = true;
    let found = run();
    all().now = was;
    found
}
/// The harness's code within the candidate's: what it allocates is not the candidate's.
pub fn outside<R>(run: impl FnOnce() -> R) -> R {
    let was = leave();
    let found = run();
    all().now.candidate = was.candidate;
    found
}
/// The destructor of a retired object, the candidate's code: what lies in the object it touches after all that other
/// threads did to it. What it touches elsewhere is checked as ever.
pub fn reclaiming<R>(object: *mut (), size: usize, run: impl FnOnce() -> R) -> R {
    let was = all().now;
    all().now.reclaims = (object as usize, object as usize + size.max(1));
    let found = run();
    all().now.reclaims = was.reclaims;
    found
}
pub fn reclaims<T>(part: *const T) -> bool {
    let (from, to) = all().now.reclaims;
    (from..to).contains(&(part as usize))
}
pub fn in_destructor() -> bool {
    all().now.reclaims.1 != 0
}
#[cfg(probatum_shuttle)]
pub fn retires() {}
#[cfg(probatum_shuttle)]
pub fn frees() {}
pub fn on_thread(thread: usize) {
    all().now = Running { candidate: false, thread, reclaims: (0, 0) };
}
/// Whether other threads may be there.
pub fn beside_others() -> bool {
    all().now.thread > 0
}
/// Loom no longer knows of every store to an atomic.
pub fn forgets() {
    all().lost = true;
}
/// What comes of the access that goes on.
pub fn how(how: &'static str) {
    all().how = how;
}
pub fn stale() {
    all().stale = true;
    settled::older();
}

#[cfg(probatum_shuttle)]
pub mod lifetimes {
    //! Shuttle switches threads before an access, but what a thread looks at through a pointer it has loaded comes
    //! after one: so it may switch there, too.
    use super::{all, hidden};
    use shuttle::sync::atomic::{AtomicBool, Ordering};

    static HERE: AtomicBool = AtomicBool::new(false);
    pub fn begin(_threads: usize) {}
    pub fn end() {}
    pub fn may_look() {
        let now = all().now;
        if now.candidate && now.thread > 0 {
            may_switch();
        }
    }
    pub fn may_free() {}
    pub fn may_switch() {
        hidden(|| HERE.load(Ordering::SeqCst));
    }
}

#[cfg(probatum_shuttle)]
#[path = "watch_touching.rs"]
pub mod touching;

#[cfg(probatum_shuttle)]
pub mod total {
    //! Under Shuttle all accesses have one order.
    pub fn begin() {}
    pub fn end() {}
}

#[cfg(probatum_asan)]
#[path = "watch_places.rs"]
pub mod places;

#[cfg(probatum_loom)]
#[path = "watch_lifetimes.rs"]
pub mod lifetimes;

#[cfg(probatum_loom)]
#[path = "watch_total.rs"]
pub mod total;

pub fn begin(client: usize) {
    let all = all();
    all.now = Running { candidate: false, thread: 0, reclaims: (0, 0) };
    (all.stale, all.lost, all.used, all.overflow, all.spins, all.client) = (false, false, 0, false, 0, client);
    (all.alive, all.acted) = ([false; THREADS], [false; THREADS]);
    all.hurried = [0; THREADS];
    (all.outdated, all.behind, all.gone) = ([false; THREADS], [0; THREADS], [false; THREADS]);
    (all.unfair, all.failed) = (false, false);
    all.events.clear();
    all.steps.clear();
    settled::begin();
    #[cfg(probatum_shuttle)]
    touching::begin();
    #[cfg(probatum_asan)]
    places::begin();
}
