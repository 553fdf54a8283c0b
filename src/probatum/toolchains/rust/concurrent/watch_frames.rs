//! Objects on the stack of a call that has returned. To AddressSanitizer a stack is one block, whoever calls there; so of
//! each thread it is known how deep its stack is where it was last seen: what lies deeper is gone, until calls reach
//! there again. Whoever shares an object on its stack accesses something to tell others where it is, so it was seen there.
use super::{all, THREADS};

/// Less than a stack has.
const STACK: usize = 4_000_000;
/// Where the stack of each thread begins, 0 where there is none, and how deep it is: stacks grow towards 0.
static mut FRAMES: [(usize, usize); THREADS] = [(0, 0); THREADS];
#[allow(static_mut_refs)]
fn frames() -> &'static mut [(usize, usize); THREADS] {
    unsafe { &mut FRAMES }
}
pub(super) fn begin() {
    *frames() = [(0, 0); THREADS];
}
/// A thread starts on a stack, which another may have left.
pub fn starts(thread: usize, from: usize) {
    frames().iter_mut().filter(|(begins, _)| begins.abs_diff(from) < STACK).for_each(|left| *left = (0, 0));
    frames()[thread] = (from, from);
}
/// A call of the thread has returned.
pub fn returns(thread: usize) {
    let (begins, deepest) = &mut frames()[thread.min(THREADS - 1)];
    *deepest = *begins;
}
/// The thread that runs is as deep as this.
pub(super) fn seen() {
    frames()[all().now.thread.min(THREADS - 1)].1 = here();
}
/// Whether an object lies where no frame is.
pub(super) fn gone(object: usize) -> bool {
    let left = |(begins, deepest): &(usize, usize)| begins.abs_diff(object) < STACK && object < *deepest;
    frames().iter().any(left)
}
/// Deeper than everything of whoever called.
#[inline(never)]
fn here() -> usize {
    let here = 0u8;
    std::hint::black_box(&raw const here) as usize
}
