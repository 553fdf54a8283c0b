#[cfg(not(probatum_progress))]
use super::imp;
use super::{access, watch, Checked};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;
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
mod taken {
    use super::watch;
    use std::cell::Cell;

    pub struct Taken(Cell<bool>);
    unsafe impl Sync for Taken {}

    impl Taken {
        pub fn new() -> Self {
            Taken(Cell::new(false))
        }
        pub fn is_now(&self, taken: bool) {
            self.0.set(taken)
        }
        pub fn now(&self) -> bool {
            self.0.get()
        }
        /// Whoever waits for it does not run.
        pub fn by<R>(&self, lock: impl FnOnce() -> R) -> R {
            watch::settled::locked(&self.0, lock)
        }
    }
}
#[cfg(not(any(probatum_loom, probatum_shuttle)))]
mod taken {
    //! Nobody asks.
    pub struct Taken;

    impl Taken {
        pub fn new() -> Self {
            Taken
        }
        pub fn is_now(&self, _taken: bool) {}
        pub fn now(&self) -> bool {
            false
        }
        pub fn by<R>(&self, lock: impl FnOnce() -> R) -> R {
            lock()
        }
    }
}
use taken::Taken;

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
        if self.2.now() && watch::settled::finds(self, "try_lock", Ordering::Acquire) {
            return Err(TryLockError::WouldBlock);
        }
        self.1.shared();
        watch::settled::looks(self, "try_lock", Ordering::Acquire);
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
