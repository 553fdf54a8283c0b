//! The contract of `epoch.rs` instead of its algorithm, where Loom decides every interleaving: an object is freed at the
//! earliest moment that the contract allows, when the last guard is dropped that was pinned as it was retired. Why this
//! covers the algorithm:
//!
//! * The algorithm frees nothing earlier: a guard that is pinned keeps the epoch from going on by two. So a candidate that
//!   looks at freed memory under the algorithm looks at it here, at the latest at this moment.
//! * Who pins after a retirement sees what came before it, as the fences of both promise; so `retire` releases and `pin`
//!   acquires. Nothing else is ordered for the candidate: two pins are not, nor is what comes after a guard is dropped.
//!   Where a pin came first, another interleaving of the same accesses shows a race that the order would hide.
//! * What a retired object's destructor does comes after all that guards did. That is not told to Loom, as the order would
//!   hold for what the freeing thread does next, too: accesses of a destructor to what lies in its object, and the dropping
//!   of a client's values, are left out of its checks instead. A thread that looks without a guard meets
//!   freed memory in some interleaving.
//! * Pinning, retiring and dropping a guard are accesses that depend on each other where their order matters: a retirement
//!   on every pin and on every drop, and drops on each other.
//!
//! A second retirement is an error at once, not when it is freed. The algorithm itself is tried as a part of a candidate.

use super::watch;
use loom::sync::Arc;
use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

struct Retired {
    object: *mut (),
    size: usize,
    free: unsafe fn(*mut ()),
    /// Guards that were pinned then, and are still.
    waits: Vec<usize>,
}

struct All {
    guards: Vec<usize>,
    made: usize,
    retired: Vec<Retired>,
}

/// All threads are coroutines of one system thread; `All` is touched between accesses only.
pub struct Collector {
    all: UnsafeCell<All>,
    /// Pins look at it, which acquires; retirements copy it and let go of the copy, which releases.
    pins: ManuallyDrop<Arc<u8>>,
    /// Taking hold of it orders nothing and depends on every other such access: retirements and drops do.
    drops: ManuallyDrop<UnsafeCell<Arc<u8>>>,
}

unsafe impl Send for Collector {}
unsafe impl Sync for Collector {}

impl Collector {
    #[track_caller]
    pub fn new() -> Self {
        watch::hidden(|| {
            let all = UnsafeCell::new(All { guards: Vec::new(), made: 0, retired: Vec::new() });
            let (pins, drops) = (ManuallyDrop::new(Arc::new(0)), ManuallyDrop::new(UnsafeCell::new(Arc::new(0))));
            Collector { all, pins, drops }
        })
    }

    #[allow(clippy::mut_from_ref)]
    fn all(&self) -> &mut All {
        unsafe { &mut *self.all.get() }
    }

    /// A guard may outlive it, which its own fields then show to the sanitizer.
    fn is_there(&self) {
        #[cfg(probatum_asan)]
        watch::places::touch(&**self.pins);
    }

    fn hold(&self) {
        let _ = Arc::get_mut(unsafe { &mut *self.drops.get() });
    }

    #[track_caller]
    pub fn pin(&self) -> Guard<'_> {
        self.is_there();
        let number = watch::step("pin", || {
            let _: usize = Arc::strong_count(&self.pins);
            let all = self.all();
            all.made += 1;
            all.guards.push(all.made);
            all.made
        });
        Guard { collector: self, number, pinned: std::panic::Location::caller(), here: PhantomData }
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
        while let Some(retired) = watch::hidden(|| self.all().retired.pop()) {
            free_it(retired);
        }
        watch::hidden(|| {
            *self.all() = All { guards: Vec::new(), made: 0, retired: Vec::new() };
            unsafe {
                ManuallyDrop::drop(&mut self.pins);
                ManuallyDrop::drop(&mut self.drops);
            }
        });
    }
}

/// Its destructor is the candidate's.
fn free_it(retired: Retired) {
    let Retired { object, size, free, waits } = retired;
    watch::hidden(|| drop(waits));
    watch::reclaiming(object, size, || unsafe { free(object) });
}

unsafe fn free<T>(object: *mut ()) {
    drop(Box::from_raw(object.cast::<T>()))
}

pub struct Guard<'c> {
    collector: &'c Collector,
    number: usize,
    pinned: &'static std::panic::Location<'static>,
    here: PhantomData<*const ()>,
}

impl Guard<'_> {
    /// # Safety
    ///
    /// As in `epoch.rs`.
    #[track_caller]
    pub unsafe fn retire<T>(&self, object: *mut T) {
        assert!(!object.is_null(), "no object was retired: the pointer is null");
        self.collector.is_there();
        watch::step("retire", || {
            drop(Arc::clone(&self.collector.pins));
            self.collector.hold();
            let all = self.collector.all();
            let size = std::mem::size_of::<T>(); // objects without any all have one address
            if size > 0 && all.retired.iter().any(|retired| retired.object == object.cast()) {
                watch::fail("memory", "an object was retired twice");
            }
            let waits = all.guards.clone();
            all.retired.push(Retired { object: object.cast(), size, free: free::<T>, waits });
        })
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.collector.is_there();
        watch::step_at("drop of the guard", self.pinned, || {
            self.collector.hold();
            let all = self.collector.all();
            all.guards.retain(|number| *number != self.number);
            all.retired.iter_mut().for_each(|retired| retired.waits.retain(|number| *number != self.number));
        });
        while let Some(retired) = watch::hidden(|| self.collector.free_one()) {
            free_it(retired);
        }
    }
}

impl Collector {
    fn free_one(&self) -> Option<Retired> {
        let all = self.all();
        let at = all.retired.iter().position(|retired| retired.waits.is_empty())?;
        Some(all.retired.remove(at))
    }
}
