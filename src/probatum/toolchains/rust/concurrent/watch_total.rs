//! Sequentially consistent accesses have one order, and each sees what those before it have left. Where they are
//! to be that strong, each first counts in one place: Loom then tries every order of them. (Fences would order
//! them too, but Loom does not try the orders of fences.)
//!
//! Loom has what comes before a fence come before what follows a later one. That hides that a fence alone acquires
//! nothing, unless the order of fences is tried: so each is an access that depends on every other, and orders nothing.
use super::{all, hidden};
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::Arc;

static mut COUNT: Option<AtomicUsize> = None;
static mut FENCES: Option<Arc<()>> = None;
#[allow(static_mut_refs)]
fn count() -> &'static mut Option<AtomicUsize> {
    unsafe { &mut COUNT }
}
#[allow(static_mut_refs)]
fn fences() -> &'static mut Option<Arc<()>> {
    unsafe { &mut FENCES }
}
pub fn begin() {
    if all().strong {
        hidden(|| *count() = Some(AtomicUsize::new(0)));
    }
    hidden(|| *fences() = Some(Arc::new(())));
}
pub fn end() {
    hidden(|| (*count(), *fences()) = (None, None));
}
pub fn next() {
    if let Some(one) = count() {
        hidden(|| one.fetch_add(1, Ordering::AcqRel));
    }
}
/// Taking hold of it orders nothing and depends on every other such access.
pub fn fence() {
    if let Some(one) = fences() {
        hidden(|| drop(Arc::get_mut(one)));
    }
}
