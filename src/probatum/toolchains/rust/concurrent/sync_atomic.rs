//! Atomics.
#[cfg(probatum_loom)]
use super::silent;
use super::{access, imp, watch};
pub use std::sync::atomic::Ordering;

#[path = "sync_latest.rs"]
mod latest;
use latest::Latest;

/// An access that may be a look at what a thread waits for: while nothing changes, others like it find the same.
#[track_caller]
fn looks<P, R>(object: &P, what: &'static str, order: Ordering, run: impl FnOnce() -> R) -> R {
    watch::settled::looks(object, what, order);
    access(object, what, run)
}

/// An access; a sequentially consistent one has its place in the order of all, where the harness keeps one. Loom takes
/// to order others of its kind, and no fence, which is less than it promises; with a place that orders all that came
/// before, it is more. What goes wrong in both goes wrong.
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
                if let Some(found) = self.1.again(self, "load", order, |_| false) {
                    return found;
                }
                looks(self, "load", order, || self.1.loaded(ordered(&[order], || self.0.load(order))))
            }
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                access(self, "store", || {
                    ordered(&[order], || self.0.store(value, order));
                    self.1.set(value)
                })
            }
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                if let Some(found) = self.1.again(self, "swap", order, |now| now != value) {
                    return found;
                }
                looks(self, "swap", order, || {
                    let old = ordered(&[order], || self.0.swap(value, order));
                    self.1.exchanged(old, value);
                    old
                })
            }
            #[track_caller]
            pub fn compare_exchange(&self, old: $value, new: $value, yes: Ordering, no: Ordering)
            -> Result<$value, $value> {
                if let Some(found) = self.1.again(self, "compare_exchange", no, |now| now == old) {
                    return Err(found);
                }
                looks(self, "compare_exchange", no, || {
                    let got = ordered(&[yes, no], || self.0.compare_exchange(old, new, yes, no));
                    match got {
                        Ok(seen) => self.1.exchanged(seen, new),
                        Err(seen) => {
                            self.1.check(seen);
                            watch::how(" fails")
                        }
                    }
                    got
                })
            }
            #[track_caller]
            pub fn compare_exchange_weak(&self, old: $value, new: $value, yes: Ordering, no: Ordering)
            -> Result<$value, $value> {
                if let Some(found) = self.1.again(self, "compare_exchange", no, |now| now == old) {
                    return Err(found);
                }
                if watch::fails_for_no_reason() {
                    return access(self, "compare_exchange_weak fails by chance", || {
                        let seen = ordered(&[no], || self.0.load(no));
                        self.1.check(seen);
                        Err(seen)
                    });
                }
                self.compare_exchange(old, new, yes, no)
            }
            #[track_caller]
            pub fn fetch_update<F: FnMut($value) -> Option<$value>>(
                &self, set: Ordering, fetch: Ordering, mut f: F,
            ) -> Result<$value, $value> {
                let mut seen = self.load(fetch);
                while let Some(next) = f(seen) {
                    match self.compare_exchange(seen, next, set, fetch) {
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
                #[cfg(probatum_asan)]
                watch::places::touch(self);
                #[cfg(probatum_loom)]
                {
                    let latest = &self.1;
                    if watch::reclaims(latest) {
                        return f(unsafe { &mut *latest.place() });
                    }
                    // Loom has it hold what was made last, though an exchange may have come before a store.
                    self.0.with_mut(|value| {
                        *value = unsafe { *latest.place() };
                        let found = f(value);
                        latest.set(*value);
                        found
                    })
                }
                #[cfg(not(probatum_loom))]
                {
                    let found = f(self.0.get_mut());
                    self.1.set(*self.0.get_mut());
                    found
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
                let apply: fn($value, $value) -> $value = $apply;
                if let Some(found) = self.1.again(self, stringify!($op), order, |now| apply(now, by) != now) {
                    return found;
                }
                looks(self, stringify!($op), order, || {
                    let old = ordered(&[order], || self.0.$op(by, order));
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
        #[cfg(probatum_asan)]
        watch::places::touch(self);
        if watch::reclaims(&self.1) {
            return f(unsafe { &mut *self.1.place() });
        }
        unsafe { self.0.unsync_load() };
        let mut value = unsafe { *self.1.place() };
        let found = f(&mut value);
        silent(self, || self.0.store(value, Ordering::Release));
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

/// What a fence is about.
static FENCES: u8 = 0;

#[track_caller]
pub fn fence(order: Ordering) {
    if watch::settled::finds(&FENCES, "fence", order) {
        return;
    }
    #[cfg(probatum_loom)]
    if order == Ordering::SeqCst {
        watch::total::fence();
    }
    watch::settled::looks(&FENCES, "fence", order);
    watch::step("fence", || ordered(&[order], || imp::sync::atomic::fence(order)))
}
