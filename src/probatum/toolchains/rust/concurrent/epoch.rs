//! Freeing what threads share, by epochs (K. Fraser, *Practical lock-freedom*, 2004). An object that was taken out of reach
//! is *retired*, and freed when no guard is left that was pinned by then: whoever came later cannot have found it.
//!
//! ```ignore
//! let guard = self.collector.pin();                // nothing that is retired from now on is freed before `guard` is dropped
//! let top = self.head.load(Ordering::Acquire);     // so what was loaded may be looked at
//! ...                                              // take it out of reach
//! unsafe { guard.retire(top) };                    // now `guard` may go
//! ```
//!
//! A collector counts an epoch up. A guard notes, in a slot of its own, which epoch it began in; the epoch goes from `g` to
//! `g + 1` only while every slot in use says `g`. What was retired in epoch `r` is freed by the thread that counts `r + 2`:
//!
//! * A guard that was pinned when an object was retired in `r` noted `r` or less, which keeps the epoch below `r + 2`.
//! * A guard that was pinned later cannot load the object. Its fence comes after that of `retire`, so its loads see what
//!   happened before: the object is out of reach. That the fences come in this order follows from the epochs read: whoever
//!   counts reads the epoch *before* its fence, `retire` *after* its own, and `r < g` was read later by nobody who saw `g`.
//! * Three bags are enough: the thread that counts `g + 1` empties the bag of `g - 1` while it is pinned in `g` itself, so
//!   that nobody can count to `g + 2`, which uses the same bag.
//! * Whatever a guard's thread did before it let go comes before the freeing: slots are released and acquired.
//!
//! A thread that stands still while it is pinned keeps everybody's garbage from being freed, though nobody from going on.
//! All that is left is freed with the collector. Pointers are only ever made of pointers.

use super::atomic::{fence, AtomicPtr, AtomicUsize, Ordering};
use std::marker::PhantomData;
use std::ptr;

/// No guard uses the slot; epochs begin at 1.
const FREE: usize = 0;

struct Slot {
    noted: AtomicUsize,
    next: *mut Slot,
}

struct Retired {
    object: *mut (),
    free: unsafe fn(*mut ()),
    next: *mut Retired,
}

/// Keeps retired objects until nobody can look at them. Belongs to the object whose parts it frees.
pub struct Collector {
    epoch: AtomicUsize,
    slots: AtomicPtr<Slot>,
    bags: [AtomicPtr<Retired>; 3],
}

unsafe impl Send for Collector {}
unsafe impl Sync for Collector {}

impl Collector {
    #[track_caller]
    pub fn new() -> Self {
        let bag = || AtomicPtr::new(ptr::null_mut());
        Collector { epoch: AtomicUsize::new(1), slots: AtomicPtr::new(ptr::null_mut()), bags: [bag(), bag(), bag()] }
    }

    /// Until the guard is dropped, nothing that can still be found now is freed. Guards may be nested.
    #[track_caller]
    pub fn pin(&self) -> Guard<'_> {
        let slot = self.slot(self.epoch.load(Ordering::Relaxed));
        fence(Ordering::SeqCst);
        Guard { collector: self, slot, here: PhantomData }
    }

    #[track_caller]
    fn slot(&self, epoch: usize) -> *mut Slot {
        let first = self.slots.load(Ordering::Acquire);
        let mut slot = first;
        while !slot.is_null() {
            let noted = unsafe { &(*slot).noted };
            // Acquired, so that what its last user did comes before what this one releases.
            if noted.load(Ordering::Relaxed) == FREE
                && noted.compare_exchange(FREE, epoch, Ordering::Acquire, Ordering::Relaxed).is_ok()
            {
                return slot;
            }
            slot = unsafe { (*slot).next };
        }
        self.another(epoch, first)
    }

    #[track_caller]
    fn another(&self, epoch: usize, mut first: *mut Slot) -> *mut Slot {
        let slot = Box::into_raw(Box::new(Slot { noted: AtomicUsize::new(epoch), next: first }));
        while let Err(now) = self.slots.compare_exchange(first, slot, Ordering::AcqRel, Ordering::Acquire) {
            first = now;
            unsafe { (*slot).next = first };
        }
        slot
    }

    /// Count the epoch up where every slot allows it, and free what that makes free. The caller is pinned.
    #[track_caller]
    fn advance(&self) {
        let epoch = self.epoch.load(Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let mut slot = self.slots.load(Ordering::Acquire);
        while !slot.is_null() {
            let noted = unsafe { (*slot).noted.load(Ordering::Acquire) };
            if noted != FREE && noted != epoch {
                return;
            }
            slot = unsafe { (*slot).next };
        }
        if self.epoch.compare_exchange(epoch, epoch + 1, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            free_all(self.bags[(epoch + 2) % 3].swap(ptr::null_mut(), Ordering::Acquire));
        }
    }
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Collector")
    }
}

impl std::fmt::Debug for Guard<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard")
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        for bag in &mut self.bags {
            free_all(bag.with_mut(|first| std::mem::replace(first, ptr::null_mut())));
        }
        let mut slot = self.slots.with_mut(|first| *first);
        while !slot.is_null() {
            slot = unsafe { Box::from_raw(slot) }.next;
        }
    }
}

fn free_all(mut first: *mut Retired) {
    while !first.is_null() {
        let retired = unsafe { Box::from_raw(first) };
        first = retired.next;
        unsafe { (retired.free)(retired.object) };
        super::watch::frees();
    }
}

unsafe fn free<T>(object: *mut ()) {
    drop(Box::from_raw(object.cast::<T>()))
}

/// Keeps what its thread may find from being freed.
pub struct Guard<'c> {
    collector: &'c Collector,
    slot: *mut Slot,
    here: PhantomData<*const ()>,
}

impl Guard<'_> {
    /// Free an object, as `drop(Box::from_raw(object))` does, once every guard of the collector that is pinned now is gone.
    ///
    /// # Safety
    ///
    /// `object` came from `Box::into_raw`; nobody who pins from now on can find it; it is retired once. It may be dropped by
    /// any thread, and as late as the collector.
    #[track_caller]
    pub unsafe fn retire<T>(&self, object: *mut T) {
        assert!(!object.is_null(), "no object was retired: the pointer is null");
        super::watch::retires();
        fence(Ordering::SeqCst);
        let bag = &self.collector.bags[self.collector.epoch.load(Ordering::Relaxed) % 3];
        let mut next = bag.load(Ordering::Relaxed);
        let retired = Box::into_raw(Box::new(Retired { object: object.cast(), free: free::<T>, next }));
        while let Err(now) = bag.compare_exchange(next, retired, Ordering::AcqRel, Ordering::Relaxed) {
            next = now;
            (*retired).next = next;
        }
        self.collector.advance();
    }
}

impl Drop for Guard<'_> {
    #[track_caller]
    fn drop(&mut self) {
        unsafe { (*self.slot).noted.store(FREE, Ordering::Release) }
    }
}
