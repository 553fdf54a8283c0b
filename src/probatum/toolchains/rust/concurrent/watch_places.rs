//! AddressSanitizer watches the candidate and the shim, but not Loom and Shuttle, to which every access leads. So the
//! shim itself touches the object that an access is about: before, when others have not run yet, and after.
use super::{all, step, THREADS};

/// From where on, and how many bytes, lies the object that each thread is about to access; nothing: (0, 0).
static mut COMING: [(usize, usize); THREADS] = [(0, 0); THREADS];
#[allow(static_mut_refs)]
fn coming() -> &'static mut [(usize, usize); THREADS] {
    unsafe { &mut COMING }
}
pub fn begin() {
    *coming() = [(0, 0); THREADS];
}
/// An object without a size lies nowhere.
pub fn touch<P>(object: &P) {
    if size_of::<P>() > 0 {
        unsafe { std::ptr::from_ref(object).cast::<u8>().read_volatile() };
    }
}
#[track_caller]
pub fn access<P, R>(object: &P, what: &str, run: impl FnOnce() -> R) -> R {
    let thread = all().now.thread.min(THREADS - 1);
    touch(object);
    step(what, || {
        coming()[thread] = (std::ptr::from_ref(object) as usize, size_of::<P>());
        let found = run();
        touch(object);
        coming()[thread] = (0, 0);
        found
    })
}
/// Whether what some thread is about to access was freed meanwhile: Loom then finds anything in its place, and complains.
pub fn lost() -> bool {
    let freed = |(from, size): &(usize, usize)| unsafe { !__asan_region_is_poisoned(*from, *size).is_null() };
    coming().iter().filter(|(_, size)| *size > 0).any(freed)
}
extern "C" {
    fn __asan_region_is_poisoned(from: usize, size: usize) -> *const u8;
}
