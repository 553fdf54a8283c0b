//! Coroutines of threads that have ended: each waits for another function to run.

use super::Thread;

type Function = Box<dyn FnOnce()>;

/// Words of a stack, of eight bytes: what calls itself, and what makes large things, needs more than Loom gives it. What
/// is not touched takes no memory.
pub(super) const STACK: usize = 1 << 19;

/// A coroutine that runs the function: one that is idle, else a new one. All have stacks of one size.
pub(super) fn reused(
    idle: &mut Vec<Thread>,
    made: fn(Function, Option<usize>) -> Thread,
    (f, stack_size): (Function, Option<usize>),
) -> Thread {
    let Some(mut thread) = idle.pop() else { return made(f, stack_size) };
    thread.set_para(Some(f));
    thread
}
