//! The shim: what a concurrent candidate may share. One interface, four meanings: the standard library's; Loom's
//! (`cfg(probatum_loom)`), which decides every interleaving; Shuttle's (`cfg(probatum_shuttle)`), which draws some of
//! those of more threads; and one that counts accesses and can freeze a thread at any of them
//! (`cfg(probatum_progress)`). Calls that one of them cannot offer, none offers.

#[cfg(probatum_loom)]
use ::loom as imp;
#[cfg(probatum_shuttle)]
use ::shuttle as imp;
#[cfg(not(any(probatum_loom, probatum_shuttle)))]
use ::std as imp;

use super::watch;

pub use arc::Arc;
pub use mutex::{Mutex, MutexGuard};
pub use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

#[cfg(not(probatum_loom))]
#[path = "epoch.rs"]
pub mod epoch;
#[cfg(probatum_loom)]
#[path = "epoch_model.rs"]
pub mod epoch;

pub mod atomic {
    //! Atomics; under Loom each remembers the value stored last as the execution went. One that reads another is stale:
    //! Loom also orders stores that do not know of each other, so that an exchange may come before what ran earlier.
    use super::{imp, watch};
    pub use std::sync::atomic::Ordering;

    struct Latest<T>(std::cell::UnsafeCell<T>);
    unsafe impl<T> Send for Latest<T> {}
    unsafe impl<T> Sync for Latest<T> {}

    impl<T: Copy + PartialEq> Latest<T> {
        fn new(value: T) -> Self {
            Latest(std::cell::UnsafeCell::new(value))
        }
        // Only Loom's one system thread calls these.
        fn set(&self, value: T) {
            if cfg!(probatum_loom) {
                unsafe { *self.0.get() = value }
            }
        }
        fn check(&self, value: T) {
            if cfg!(probatum_loom) && unsafe { *self.0.get() } != value {
                watch::stale()
            }
        }
        /// What an exchange found and left. One that found an older value left its own right behind that, so what was
        /// stored last is still the latest.
        fn exchanged(&self, old: T, new: T) {
            let latest = !cfg!(probatum_loom) || unsafe { *self.0.get() } == old;
            if latest {
                self.set(new)
            } else {
                watch::stale()
            }
        }
        /// What a load found. In an object that was retired its destructor finds the latest, though Loom is not told why.
        fn loaded(&self, value: T) -> T {
            #[cfg(probatum_loom)]
            if watch::reclaims(self) {
                return unsafe { *self.0.get() };
            }
            self.check(value);
            value
        }
    }

    /// An access; a sequentially consistent one has its place in the order of all, where the harness keeps one. Loom takes
    /// it for AcqRel, which is less than it promises; with a place that orders all that came before, it is more. What
    /// goes wrong in both goes wrong.
    fn ordered<R>(orders: &[Ordering], access: impl FnOnce() -> R) -> R {
        #[cfg(probatum_loom)]
        if orders.contains(&Ordering::SeqCst) {
            watch::total::next();
        }
        let _ = orders;
        access()
    }

    macro_rules! common {
        ([$($bound:tt)*], $name:ty, $inner:ty, $value:ty) => {
            impl<$($bound)*> $name {
                #[track_caller]
                pub fn new(value: $value) -> Self {
                    watch::hidden(|| Self(<$inner>::new(value), Latest::new(value)))
                }
                #[track_caller]
                pub fn load(&self, order: Ordering) -> $value {
                    watch::step("load", || self.1.loaded(ordered(&[order], || self.0.load(order))))
                }
                #[track_caller]
                pub fn store(&self, value: $value, order: Ordering) {
                    watch::step("store", || {
                        ordered(&[order], || self.0.store(value, order));
                        self.1.set(value)
                    })
                }
                #[track_caller]
                pub fn swap(&self, value: $value, order: Ordering) -> $value {
                    watch::step("swap", || {
                        let old = ordered(&[order], || self.0.swap(value, order));
                        self.1.exchanged(old, value);
                        old
                    })
                }
                #[track_caller]
                pub fn compare_exchange(&self, old: $value, new: $value, yes: Ordering, no: Ordering)
                -> Result<$value, $value> {
                    watch::step("compare_exchange", || {
                        let got = ordered(&[yes, no], || self.0.compare_exchange(old, new, yes, no));
                        match got {
                            Ok(seen) => self.1.exchanged(seen, new),
                            Err(seen) => self.1.check(seen),
                        }
                        got
                    })
                }
                #[track_caller]
                pub fn compare_exchange_weak(&self, old: $value, new: $value, yes: Ordering, no: Ordering)
                -> Result<$value, $value> {
                    self.compare_exchange(old, new, yes, no)
                }
                #[track_caller]
                pub fn fetch_update<F: FnMut($value) -> Option<$value>>(
                    &self, set: Ordering, fetch: Ordering, mut f: F,
                ) -> Result<$value, $value> {
                    let mut seen = self.load(fetch);
                    while let Some(next) = f(seen) {
                        match self.compare_exchange_weak(seen, next, set, fetch) {
                            Ok(old) => return Ok(old),
                            Err(now) => seen = now,
                        }
                    }
                    Err(seen)
                }
                #[track_caller]
                pub fn into_inner(mut self) -> $value {
                    self.with_mut(|value| *value)
                }
            }
            impl<$($bound)*> std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("atomic")
                }
            }
        };
    }

    macro_rules! exclusive {
        ([$($bound:tt)*], $name:ty, $value:ty) => {
            impl<$($bound)*> $name {
                #[track_caller]
                pub fn with_mut<R>(&mut self, f: impl FnOnce(&mut $value) -> R) -> R {
                    // What is behind &mut nobody else sees: no step.
                    #[cfg(probatum_loom)]
                    {
                        let latest = &self.1;
                        if watch::reclaims(latest) {
                            return f(unsafe { &mut *latest.0.get() });
                        }
                        self.0.with_mut(|value| {
                            let found = f(value);
                            latest.set(*value);
                            found
                        })
                    }
                    #[cfg(not(probatum_loom))]
                    {
                        f(self.0.get_mut())
                    }
                }
            }
        };
    }

    macro_rules! arithmetic {
        ($name:ident, $value:ty; $($op:ident $apply:expr;)*) => {
            impl $name {
                $(#[track_caller]
                pub fn $op(&self, by: $value, order: Ordering) -> $value {
                    watch::step(stringify!($op), || {
                        let old = ordered(&[order], || self.0.$op(by, order));
                        let apply: fn($value, $value) -> $value = $apply;
                        self.1.exchanged(old, apply(old, by));
                        old
                    })
                })*
            }
        };
    }

    macro_rules! numbers {
        ($($name:ident $value:ty;)*) => {$(
            pub struct $name(imp::sync::atomic::$name, Latest<$value>);
            common!([], $name, imp::sync::atomic::$name, $value);
            exclusive!([], $name, $value);
            arithmetic!($name, $value;
                fetch_add |a, b| a.wrapping_add(b);
                fetch_sub |a, b| a.wrapping_sub(b);
                fetch_and |a, b| a & b;
                fetch_or |a, b| a | b;
                fetch_xor |a, b| a ^ b;
                fetch_max |a, b| a.max(b);
                fetch_min |a, b| a.min(b);
            );
            impl Default for $name {
                fn default() -> Self { Self::new(0) }
            }
        )*};
    }

    numbers! {
        AtomicUsize usize; AtomicIsize isize; AtomicU64 u64; AtomicI64 i64; AtomicU32 u32; AtomicI32 i32;
        AtomicU16 u16; AtomicU8 u8;
    }
    pub struct AtomicBool(imp::sync::atomic::AtomicBool, Latest<bool>);
    common!([], AtomicBool, imp::sync::atomic::AtomicBool, bool);
    arithmetic!(AtomicBool, bool; fetch_and |a, b| a & b; fetch_or |a, b| a | b; fetch_xor |a, b| a ^ b;);
    #[cfg(not(probatum_loom))]
    exclusive!([], AtomicBool, bool);
    #[cfg(probatum_loom)]
    impl AtomicBool {
        /// Loom has no exclusive access to a flag: read without synchronisation, which it checks, then stored.
        #[track_caller]
        pub fn with_mut<R>(&mut self, f: impl FnOnce(&mut bool) -> R) -> R {
            if watch::reclaims(&self.1) {
                return f(unsafe { &mut *self.1.0.get() });
            }
            let mut value = unsafe { self.0.unsync_load() };
            let found = f(&mut value);
            watch::hidden(|| self.0.store(value, Ordering::Release));
            self.1.set(value);
            found
        }
    }
    impl Default for AtomicBool {
        fn default() -> Self {
            Self::new(false)
        }
    }
    pub struct AtomicPtr<T>(imp::sync::atomic::AtomicPtr<T>, Latest<*mut T>);
    common!([T], AtomicPtr<T>, imp::sync::atomic::AtomicPtr<T>, *mut T);
    exclusive!([T], AtomicPtr<T>, *mut T);
    unsafe impl<T> Send for AtomicPtr<T> {}
    unsafe impl<T> Sync for AtomicPtr<T> {}
    impl<T> Default for AtomicPtr<T> {
        fn default() -> Self {
            Self::new(std::ptr::null_mut())
        }
    }

    #[track_caller]
    pub fn fence(order: Ordering) {
        watch::step("fence", || ordered(&[order], || imp::sync::atomic::fence(order)))
    }
}

pub mod cell {
    //! A cell whose accesses Loom checks for races, and Shuttle's harness for those that it comes across.
    #[cfg(probatum_loom)]
    use super::imp;
    use super::watch;

    /// Under Loom what it holds stands beside what Loom watches: the destructor of a retired object is not checked, as it
    /// comes after everything, though Loom is not told why.
    #[cfg(probatum_loom)]
    pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>, imp::cell::UnsafeCell<()>);
    #[cfg(not(probatum_loom))]
    pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        #[track_caller]
        pub fn new(value: T) -> Self {
            #[cfg(probatum_loom)]
            return watch::hidden(|| UnsafeCell(std::cell::UnsafeCell::new(value), imp::cell::UnsafeCell::new(())));
            #[cfg(not(probatum_loom))]
            return UnsafeCell(std::cell::UnsafeCell::new(value));
        }
        #[track_caller]
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            watch::note("read of a cell");
            #[cfg(probatum_shuttle)]
            watch::touching::comes::<T>(self as *const Self as usize, false);
            #[cfg(probatum_loom)]
            if !watch::reclaims(self) {
                return watch::hidden_around(|back| {
                    self.1.with(|_| {
                        let (mut once, mut found) = (Some(f), None);
                        back(&mut || found = once.take().map(|f| f(self.0.get())));
                        found.unwrap_or_else(|| unreachable!())
                    })
                });
            }
            f(self.0.get())
        }
        #[track_caller]
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            watch::note("write of a cell");
            #[cfg(probatum_shuttle)]
            watch::touching::comes::<T>(self as *const Self as usize, true);
            #[cfg(probatum_loom)]
            if !watch::reclaims(self) {
                return watch::hidden_around(|back| {
                    self.1.with_mut(|_| {
                        let (mut once, mut found) = (Some(f), None);
                        back(&mut || found = once.take().map(|f| f(self.0.get())));
                        found.unwrap_or_else(|| unreachable!())
                    })
                });
            }
            f(self.0.get())
        }
        pub fn into_inner(self) -> T {
            self.0.into_inner()
        }
        /// Where nobody else can have it, though Loom was not told why.
        pub(crate) fn alone(&mut self) -> &mut T {
            self.0.get_mut()
        }
    }
    impl<T: Default> Default for UnsafeCell<T> {
        #[track_caller]
        fn default() -> Self {
            Self::new(T::default())
        }
    }
    impl<T> From<T> for UnsafeCell<T> {
        #[track_caller]
        fn from(value: T) -> Self {
            Self::new(value)
        }
    }
    impl<T> std::fmt::Debug for UnsafeCell<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("UnsafeCell")
        }
    }
}

mod mutex {
    #[cfg(not(probatum_progress))]
    use super::imp;
    use super::watch;
    use std::ops::{Deref, DerefMut};
    use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

    #[cfg(not(probatum_progress))]
    mod held {
        use super::imp;
        pub type Lock<T> = imp::sync::Mutex<T>;
        pub type Guard<'a, T> = imp::sync::MutexGuard<'a, T>;
    }
    #[cfg(probatum_progress)]
    mod held {
        pub type Lock<T> = std::sync::Mutex<T>;
        pub type Guard<'a, T> = std::sync::MutexGuard<'a, T>;
    }

    pub struct Mutex<T>(held::Lock<T>);
    pub struct MutexGuard<'a, T>(Option<held::Guard<'a, T>>);

    impl<T> Mutex<T> {
        #[track_caller]
        pub fn new(value: T) -> Self {
            watch::hidden(|| Mutex(held::Lock::new(value)))
        }
        #[cfg(not(probatum_progress))]
        #[track_caller]
        pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
            match watch::step("lock", || self.0.lock()) {
                Ok(guard) => Ok(MutexGuard(Some(guard))),
                Err(poisoned) => Err(PoisonError::new(MutexGuard(Some(poisoned.into_inner())))),
            }
        }
        /// Spins, so that a wait for a frozen thread is counted.
        #[cfg(probatum_progress)]
        #[track_caller]
        pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
            loop {
                if let Ok(guard) = watch::step("lock", || self.0.try_lock()) {
                    return Ok(MutexGuard(Some(guard)));
                }
            }
        }
        /// Whoever finds the lock taken goes on without it.
        #[track_caller]
        pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
            match watch::step("try_lock", || self.0.try_lock()) {
                Ok(guard) => Ok(MutexGuard(Some(guard))),
                Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
                Err(TryLockError::Poisoned(left)) => {
                    Err(TryLockError::Poisoned(PoisonError::new(MutexGuard(Some(left.into_inner())))))
                }
            }
        }
        /// What is behind &mut nobody else holds: no step.
        pub fn get_mut(&mut self) -> LockResult<&mut T> {
            watch::hidden(|| self.0.get_mut())
        }
        pub fn into_inner(self) -> LockResult<T> {
            #[cfg(probatum_loom)]
            return Ok(watch::hidden(|| self.0.into_inner()).unwrap_or_else(|_| unreachable!()));
            #[cfg(not(probatum_loom))]
            return self.0.into_inner();
        }
    }
    impl<T: Default> Default for Mutex<T> {
        fn default() -> Self {
            Self::new(T::default())
        }
    }
    impl<T> From<T> for Mutex<T> {
        #[track_caller]
        fn from(value: T) -> Self {
            Self::new(value)
        }
    }
    /// Without the value: showing it would have to wait for the lock.
    impl<T> std::fmt::Debug for Mutex<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Mutex")
        }
    }
    impl<T: std::fmt::Debug> std::fmt::Debug for MutexGuard<'_, T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            (**self).fmt(f)
        }
    }
    impl<T> Deref for MutexGuard<'_, T> {
        type Target = T;
        fn deref(&self) -> &T {
            self.0.as_ref().expect("held until dropped")
        }
    }
    impl<T> DerefMut for MutexGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.0.as_mut().expect("held until dropped")
        }
    }
    impl<T> Drop for MutexGuard<'_, T> {
        #[track_caller]
        fn drop(&mut self) {
            let guard = self.0.take();
            watch::step("unlock", || drop(guard))
        }
    }
}

mod arc {
    use super::{imp, watch};

    pub struct Arc<T>(std::mem::ManuallyDrop<imp::sync::Arc<T>>);

    /// Shuttle's counts are the standard library's: others may run before one is read or changed.
    fn counting<R>(run: impl FnOnce() -> R) -> R {
        #[cfg(probatum_shuttle)]
        watch::lifetimes::may_switch();
        run()
    }

    impl<T> Arc<T> {
        #[track_caller]
        pub fn new(value: T) -> Self {
            watch::hidden(|| Arc(std::mem::ManuallyDrop::new(imp::sync::Arc::new(value))))
        }
        pub fn ptr_eq(a: &Self, b: &Self) -> bool {
            imp::sync::Arc::ptr_eq(&a.0, &b.0)
        }
        #[track_caller]
        pub fn strong_count(this: &Self) -> usize {
            watch::step("count of an Arc", || counting(|| imp::sync::Arc::strong_count(&this.0)))
        }
    }
    impl<T: Default> Default for Arc<T> {
        #[track_caller]
        fn default() -> Self {
            Self::new(T::default())
        }
    }
    impl<T> From<T> for Arc<T> {
        #[track_caller]
        fn from(value: T) -> Self {
            Self::new(value)
        }
    }
    impl<T> AsRef<T> for Arc<T> {
        fn as_ref(&self) -> &T {
            self
        }
    }
    impl<T: std::fmt::Debug> std::fmt::Debug for Arc<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            (**self).fmt(f)
        }
    }
    impl<T> Clone for Arc<T> {
        #[track_caller]
        fn clone(&self) -> Self {
            watch::step("clone of an Arc", || counting(|| Arc(self.0.clone())))
        }
    }
    impl<T> std::ops::Deref for Arc<T> {
        type Target = T;
        fn deref(&self) -> &T {
            &self.0
        }
    }
    impl<T> Drop for Arc<T> {
        #[track_caller]
        fn drop(&mut self) {
            watch::step("drop of an Arc", || counting(|| unsafe { std::mem::ManuallyDrop::drop(&mut self.0) }))
        }
    }
}

pub mod thread {
    //! Yielding; the harness owns the threads.
    #[track_caller]
    pub fn yield_now() {
        super::watch::spins();
        super::watch::step("yield", || super::imp::thread::yield_now())
    }
}

pub mod hint {
    //! A spin loop must say that it spins: Loom then runs the others.
    #[track_caller]
    pub fn spin_loop() {
        if super::watch::hurries() {
            return super::watch::note("spin");
        }
        super::watch::spins();
        super::watch::step("spin", || super::imp::hint::spin_loop())
    }
}
