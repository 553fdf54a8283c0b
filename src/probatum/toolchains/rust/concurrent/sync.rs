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
#[cfg(probatum_asan)]
use watch::places::{access, leave};
#[cfg(all(probatum_asan, probatum_loom))]
use watch::places::silent;
/// An access to an object of the shim.
#[cfg(not(probatum_asan))]
#[track_caller]
fn access<P, R>(_object: &P, what: &str, run: impl FnOnce() -> R) -> R {
    watch::step(what, run)
}
#[cfg(not(probatum_asan))]
use access as leave;
#[cfg(all(probatum_loom, not(probatum_asan)))]
fn silent<P, R>(_object: &P, run: impl FnOnce() -> R) -> R {
    watch::hidden(run)
}
/// What is made, or reached where nobody else has it, beside what others do with it: Loom would not notice of its own.
#[cfg(probatum_loom)]
struct Checked(::loom::cell::UnsafeCell<()>);
#[cfg(probatum_loom)]
unsafe impl Sync for Checked {}
#[cfg(not(probatum_loom))]
struct Checked;

impl Checked {
    #[track_caller]
    fn new() -> Self {
        #[cfg(probatum_loom)]
        return watch::hidden(|| Checked(::loom::cell::UnsafeCell::new(())));
        #[cfg(not(probatum_loom))]
        return Checked;
    }
    /// One of several who may.
    #[track_caller]
    fn shared(&self) {
        #[cfg(probatum_loom)]
        self.by(|cell| cell.with(|_| ()));
    }
    /// Nobody else does.
    #[track_caller]
    fn alone(&self) {
        #[cfg(probatum_loom)]
        self.by(|cell| cell.with_mut(|_| ()));
    }
    #[cfg(probatum_loom)]
    fn by(&self, access: impl FnOnce(&::loom::cell::UnsafeCell<()>)) {
        #[cfg(probatum_asan)]
        watch::places::touch(self);
        if !watch::reclaims(self) {
            watch::hidden(|| access(&self.0));
        }
    }
}

pub use arc::Arc;
pub use mutex::{Mutex, MutexGuard};
pub use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

#[cfg(not(probatum_loom))]
#[path = "epoch.rs"]
pub mod epoch;
#[cfg(probatum_loom)]
#[path = "epoch_model.rs"]
pub mod epoch;

#[path = "sync_atomic.rs"]
pub mod atomic;

#[path = "sync_cell.rs"]
pub mod cell;

#[path = "sync_mutex.rs"]
mod mutex;

#[path = "sync_arc.rs"]
mod arc;

/// A thread waits, and others have their turn.
#[track_caller]
fn turn(what: &str, run: impl FnOnce()) {
    if !watch::settled::waits() {
        watch::spins();
        watch::step(what, run)
    }
}

pub mod thread {
    //! Yielding; the harness owns the threads.
    #[track_caller]
    pub fn yield_now() {
        super::turn("yield", || super::imp::thread::yield_now())
    }
}

pub mod hint {
    //! A spin loop must say that it spins: Loom then runs the others.
    #[track_caller]
    pub fn spin_loop() {
        if super::watch::hurries() {
            return super::watch::note("spin");
        }
        super::turn("spin", || super::imp::hint::spin_loop())
    }
}
