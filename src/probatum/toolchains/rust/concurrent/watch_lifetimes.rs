//! Loom switches threads at accesses that depend on each other, and knows of neither what a thread looks at
//! through a pointer it has loaded nor of its being freed. So what follows an access, and a thread's freeing of
//! a block, are accesses that depend on each other, and on nothing else: copying and counting of an Arc.
use super::{all, hidden};
use loom::sync::Arc;

const WATCHED: bool = cfg!(probatum_asan);
static mut LOOKS: Vec<Vec<Arc<()>>> = Vec::new();
#[allow(static_mut_refs)]
fn looks() -> &'static mut Vec<Vec<Arc<()>>> {
    unsafe { &mut LOOKS }
}
fn thread() -> Option<usize> {
    let now = all().now;
    (WATCHED && now.candidate && now.thread > 0 && now.thread < looks().len()).then_some(now.thread)
}
/// With so many threads besides the first.
pub fn begin(threads: usize) {
    if WATCHED {
        hidden(|| *looks() = (0..=threads).map(|_| vec![Arc::new(())]).collect());
    }
}
pub fn end() {
    hidden(|| looks().clear());
}
/// Another thread may free what this one looks at before its next access.
pub fn may_look() {
    if let Some(own) = thread() {
        hidden(|| {
            let copy = looks()[own][0].clone();
            looks()[own].push(copy);
        });
    }
}
pub fn may_free() {
    if let Some(own) = thread() {
        hidden(|| (1..looks().len()).filter(|t| *t != own).for_each(|t| drop(Arc::strong_count(&looks()[t][0]))));
    }
}
