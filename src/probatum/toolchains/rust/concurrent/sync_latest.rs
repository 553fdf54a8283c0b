//! Under Loom and Shuttle each atomic remembers the value stored last as the execution went. Under Loom a look that finds another is stale:
//! Loom also orders stores that do not know of each other, so that an exchange may come before what ran earlier.
use super::watch;
use std::sync::atomic::Ordering;

pub(super) struct Latest<T>(std::cell::UnsafeCell<T>, std::cell::Cell<u8>);
/// Stores to one atomic that Loom remembers.
const REMEMBERED: u8 = 7;
// Only the one system thread of Loom or Shuttle looks at it.
unsafe impl<T> Send for Latest<T> {}
unsafe impl<T> Sync for Latest<T> {}

impl<T: Copy + PartialEq> Latest<T> {
    pub(super) fn new(value: T) -> Self {
        Latest(std::cell::UnsafeCell::new(value), std::cell::Cell::new(1))
    }
    pub(super) fn place(&self) -> *mut T {
        self.0.get()
    }
    pub(super) fn set(&self, value: T) {
        if cfg!(any(probatum_loom, probatum_shuttle)) {
            unsafe { *self.0.get() = value }
            self.1.set(self.1.get().saturating_add(watch::beside_others().into()));
            if cfg!(probatum_loom) && self.1.get() > REMEMBERED {
                watch::forgets()
            }
        }
    }
    pub(super) fn check(&self, value: T) {
        if cfg!(probatum_loom) && unsafe { *self.0.get() } != value {
            watch::stale();
            watch::how(", an older value")
        }
    }
    /// What an exchange found and left. One that found an older value left its own right behind that, so what was
    /// stored last is still the latest.
    pub(super) fn exchanged(&self, old: T, new: T) {
        let latest = !cfg!(probatum_loom) || unsafe { *self.0.get() } == old;
        if old == new {
            watch::settled::same()
        }
        if latest {
            self.set(new)
        } else {
            watch::stale();
            watch::how(", of an older value")
        }
    }
    /// What a load found. In an object that was retired its destructor finds the latest, though Loom is not told why.
    pub(super) fn loaded(&self, value: T) -> T {
        #[cfg(probatum_loom)]
        if watch::reclaims(self) {
            return unsafe { *self.0.get() };
        }
        self.check(value);
        value
    }
    /// What a look finds that changes nothing, where the thread that waits goes on alone.
    #[track_caller]
    pub(super) fn again<P>(
        &self, of: &P, what: &'static str, order: Ordering, changes: impl FnOnce(T) -> bool,
    ) -> Option<T> {
        if !watch::settled::finds(of, what, order) {
            return None;
        }
        #[cfg(probatum_asan)]
        watch::places::touch(of);
        let latest = unsafe { *self.0.get() };
        (!changes(latest)).then_some(latest)
    }
}
