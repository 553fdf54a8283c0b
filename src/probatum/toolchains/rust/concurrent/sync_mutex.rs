#[cfg(not(probatum_progress))]
use super::imp;
use super::{access, watch, Checked};
#[cfg(any(probatum_loom, probatum_shuttle))]
use std::sync::atomic::Ordering;
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

pub struct Mutex<T>(held::Lock<T>, Checked, Taken);
pub struct MutexGuard<'a, T>(Option<held::Guard<'a, T>>, &'a Taken);

/// Whether the lock is taken, without asking Loom or Shuttle: all threads are coroutines of one system thread.
#[cfg(any(probatum_loom, probatum_shuttle))]
struct Taken(std::cell::Cell<bool>);
#[cfg(any(probatum_loom, probatum_shuttle))]
unsafe impl Sync for Taken {}
#[cfg(not(any(probatum_loom, probatum_shuttle)))]
struct Taken;

impl Taken {
    #[cfg(any(probatum_loom, probatum_shuttle))]
    fn new() -> Self {
        Taken(std::cell::Cell::new(false))
    }
    #[cfg(not(any(probatum_loom, probatum_shuttle)))]
    fn new() -> Self {
        Taken
    }
    fn is_now(&self, taken: bool) {
        #[cfg(any(probatum_loom, probatum_shuttle))]
        self.0.set(taken);
        let _ = taken;
    }
    /// Whoever waits for it does not run.
    fn by<R>(&self, lock: impl FnOnce() -> R) -> R {
        #[cfg(any(probatum_loom, probatum_shuttle))]
        return watch::settled::locked(&self.0, lock);
        #[cfg(not(any(probatum_loom, probatum_shuttle)))]
        lock()
    }
}

impl<T> Mutex<T> {
    #[track_caller]
    pub fn new(value: T) -> Self {
        watch::hidden(|| Mutex(held::Lock::new(value), Checked::new(), Taken::new()))
    }
    #[cfg(not(probatum_progress))]
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        self.1.shared();
        match access(self, "lock", || self.2.by(|| self.0.lock())) {
            Ok(guard) => Ok(self.held(guard)),
            Err(poisoned) => Err(PoisonError::new(self.held(poisoned.into_inner()))),
        }
    }
    /// Spins, so that a wait for a frozen thread is counted.
    #[cfg(probatum_progress)]
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        loop {
            if let Ok(guard) = access(self, "lock", || self.0.try_lock()) {
                return Ok(self.held(guard));
            }
        }
    }
    /// Whoever finds the lock taken goes on without it.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        #[cfg(any(probatum_loom, probatum_shuttle))]
        if self.2.0.get() && watch::settled::finds(self.place(), "try_lock", Ordering::Acquire) {
            return Err(TryLockError::WouldBlock);
        }
        self.1.shared();
        #[cfg(any(probatum_loom, probatum_shuttle))]
        watch::settled::looks(self.place(), "try_lock", Ordering::Acquire);
        match access(self, "try_lock", || self.tries()) {
            Ok(guard) => Ok(self.held(guard)),
            Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
            Err(TryLockError::Poisoned(left)) => {
                Err(TryLockError::Poisoned(PoisonError::new(self.held(left.into_inner()))))
            }
        }
    }
    fn tries(&self) -> TryLockResult<held::Guard<'_, T>> {
        let got = self.0.try_lock();
        if matches!(got, Err(TryLockError::WouldBlock)) {
            watch::how(" fails");
        }
        got
    }
    #[cfg(any(probatum_loom, probatum_shuttle))]
    fn place(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }
    fn held<'a>(&'a self, guard: held::Guard<'a, T>) -> MutexGuard<'a, T> {
        self.2.is_now(true);
        MutexGuard(Some(guard), &self.2)
    }
    /// What is behind &mut nobody else holds: no step.
    #[track_caller]
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.1.alone();
        watch::hidden(|| self.0.get_mut())
    }
    #[track_caller]
    pub fn into_inner(self) -> LockResult<T> {
        self.1.alone();
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
        #[cfg(probatum_asan)]
        watch::places::touch(&**self);
        let guard = self.0.take();
        // Under Shuttle others have their turn once it is given back, and may free it.
        #[cfg(probatum_shuttle)]
        self.1.is_now(false);
        watch::step("unlock", || {
            drop(guard);
            #[cfg(probatum_loom)]
            self.1.is_now(false);
        })
    }
}
