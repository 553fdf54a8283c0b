//! Sequentially consistent accesses have one order, and each sees what those before it have left. Where they are
//! to be that strong, each first counts in one place: Loom then tries every order of them. (Fences would order
//! them too, but Loom does not try the orders of fences.)
use super::{all, hidden};
use loom::sync::atomic::{AtomicUsize, Ordering};

static mut COUNT: Option<AtomicUsize> = None;
#[allow(static_mut_refs)]
fn count() -> &'static mut Option<AtomicUsize> {
    unsafe { &mut COUNT }
}
pub fn begin() {
    if all().strong {
        hidden(|| *count() = Some(AtomicUsize::new(0)));
    }
}
pub fn end() {
    hidden(|| *count() = None);
}
pub fn next() {
    if let Some(one) = count() {
        hidden(|| one.fetch_add(1, Ordering::AcqRel));
    }
}
