//! AddressSanitizer watches the candidate and the shim, but not Loom and Shuttle, to which every access leads. So the
//! shim itself touches the object that an access is about: before, when others have not run yet, and after.
use super::{all, fail, hidden, step, THREADS};

#[path = "watch_frames.rs"]
mod frames;
pub use frames::{returns, starts};

/// From where on, and how many bytes, lies the object that each thread is about to access; nothing: (0, 0).
static mut COMING: [(usize, usize); THREADS] = [(0, 0); THREADS];
#[allow(static_mut_refs)]
fn coming() -> &'static mut [(usize, usize); THREADS] {
    unsafe { &mut COMING }
}
pub fn begin() {
    *coming() = [(0, 0); THREADS];
    frames::begin();
}
pub fn touch<P>(object: &P) {
    frames::seen();
    look(object);
}
/// An object without a size lies nowhere.
fn look<P>(object: &P) {
    if size_of::<P>() > 0 {
        unsafe { std::ptr::from_ref(object).cast::<u8>().read_volatile() };
        if frames::gone(std::ptr::from_ref(object) as usize) {
            fail("memory", "an object on the stack of a call that has returned");
        }
    }
}
#[track_caller]
pub fn access<P, R>(object: &P, what: &str, run: impl FnOnce() -> R) -> R {
    touch(object);
    let thread = all().now.thread;
    step(what, || {
        let found = coming_to(thread, object, run);
        look(object); // not `touch`: whose turn it is is known again after the step
        found
    })
}
/// The last access, after which the object may be gone.
#[track_caller]
pub fn leave<P, R>(object: &P, what: &str, run: impl FnOnce() -> R) -> R {
    touch(object);
    let thread = all().now.thread;
    step(what, || coming_to(thread, object, run))
}
/// An access on the way to which others may run, and which is told to nobody.
pub fn silent<P, R>(object: &P, run: impl FnOnce() -> R) -> R {
    touch(object);
    let thread = all().now.thread;
    let found = hidden(|| coming_to(thread, object, run));
    touch(object);
    found
}
fn coming_to<P, R>(thread: usize, object: &P, run: impl FnOnce() -> R) -> R {
    let place = (std::ptr::from_ref(object) as usize, size_of::<P>());
    coming()[thread.min(THREADS - 1)] = place;
    let found = run();
    coming()[thread.min(THREADS - 1)] = (0, 0);
    found
}
/// Whether what some thread is about to access was freed meanwhile: Loom then finds anything in its place, and complains.
pub fn lost() -> bool {
    let freed = |(from, size): &(usize, usize)| unsafe { !__asan_region_is_poisoned(*from, *size).is_null() };
    coming().iter().filter(|(_, size)| *size > 0).any(freed)
}
extern "C" {
    fn __asan_region_is_poisoned(from: usize, size: usize) -> *const u8;
}
