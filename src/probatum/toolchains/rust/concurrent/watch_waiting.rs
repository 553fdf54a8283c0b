//! Threads that wait: who gets a turn, and which executions are none because somebody waits for what never comes.
use super::{all, fail, settled, THREADS};

/// A thread waits in a loop. Threads that wait for each other's turn while the one that all wait for gets none would
/// make executions without an end: after so many rounds in which some thread has stood still, the rest of an
/// execution is not varied. Where all threads get their turns, or only one is left, waiting changes nothing: a
/// candidate that waits for no reason must not hide its executions.
///
/// Values get through in the end. To Loom they need not: a thread that swaps in vain may go on reading what it wrote
/// itself, round after round. One that has been behind for some rounds is let go, and its execution is none: in
/// others it reads what there is, for Loom tries every value at every read. Others who then wait may wait for it, and
/// are let go, too.
pub fn spins() {
    let all = all();
    let thread = all.now.thread.min(THREADS - 1);
    all.behind[thread] = if all.outdated[thread] { all.behind[thread] + 1 } else { 0 };
    all.outdated[thread] = false;
    // The thread that makes and drops the object waits alone: only for what one that was let go has left undone.
    if (all.unfair || (all.behind[thread] > BEHIND && thread > 0)) && !all.gone[thread] {
        let_go(thread);
    }
    all.spins += 1;
    acts(all.now.thread);
    #[cfg(probatum_loom)]
    if all.spins > SPINS {
        loom::skip_branch();
    }
}
/// Whether a thread that waits looks again before any other gets its turn: the first times, in clients of which this
/// is tried. Who waits only so long would else never have waited too short.
pub fn hurries() -> bool {
    let all = all();
    let hurried = &mut all.hurried[all.now.thread.min(THREADS - 1)];
    *hurried += 1;
    all.hasty && *hurried <= HURRIED
}
#[cfg(probatum_loom)]
pub fn hasty(hasty: bool) {
    all().hasty = hasty;
}
fn let_go(thread: usize) -> ! {
    let here = 0u8;
    (all().unfair, all().gone[thread]) = (true, true);
    forget_frames(&raw const here as usize, all().stack[thread]);
    #[cfg(probatum_loom)]
    loom::skip_branch();
    std::panic::resume_unwind(Box::new(()))
}
/// What a thread does, to its end or until it is let go. Loom unwinds for nothing else, so whatever else does is
/// the candidate's; Shuttle ends its threads so.
pub fn unless_let_go(thread: usize, work: impl FnOnce()) {
    let here = 0u8;
    let thread = thread.min(THREADS - 1);
    all().stack[thread] = &raw const here as usize;
    #[cfg(probatum_asan)]
    super::places::starts(thread, &raw const here as usize);
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_ok();
    if cfg!(probatum_loom) && !done && !all().gone[thread] {
        fail("panic", UNTOLD);
    }
}
pub(super) const UNTOLD: &str = "it unwinds without a message";
/// Whether this execution is none, because a thread was let go.
pub fn unfair() -> bool {
    all().unfair
}
/// The address sanitizer does not know the stacks of coroutines, hence not that their frames are left at once: what
/// it forbids there, destructors on the way out would be blamed for.
fn forget_frames(deepest: usize, shallow: usize) {
    #[cfg(probatum_asan)]
    unsafe {
        __asan_unpoison_memory_region((deepest - (1 << 12)) as *const u8, shallow.saturating_sub(deepest) + (1 << 12))
    };
    let _ = (deepest, shallow);
}
/// A thread gets its turn; once every one that is running has had one, waiting is counted anew.
pub(super) fn acts(thread: usize) {
    let all = all();
    all.acted[thread.min(THREADS - 1)] = true;
    if all.alive.iter().zip(all.acted).all(|(alive, acted)| !alive || acted) {
        (all.spins, all.acted) = (0, [false; THREADS]);
    }
}
pub fn starts(thread: usize) {
    all().alive[thread.min(THREADS - 1)] = true;
}
pub fn ends(thread: usize) {
    settled::changed();
    all().alive[thread.min(THREADS - 1)] = false;
}
#[cfg(probatum_loom)]
const SPINS: usize = 6;
const BEHIND: usize = 2;
const HURRIED: usize = 3;
#[cfg(probatum_asan)]
extern "C" {
    fn __asan_unpoison_memory_region(start: *const u8, size: usize);
}
