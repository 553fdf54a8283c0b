//! What a shared object stores.

use super::{sync, watch, wire};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

const MOST: usize = 512;
/// In a worker, and when freezing, calls are made again and again, and nothing is asked about their values.
const WATCHED: bool = cfg!(any(probatum_loom, probatum_shuttle));
static FATE: [AtomicU8; MOST] = [const { AtomicU8::new(0) }; MOST];
static NEXT: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
const ALIVE: u8 = 1;
const DROPPED: u8 = 2;

/// A value that a client puts in. Reading and dropping it are accesses that Loom checks for races, so that one handed
/// over without an ordering shows; each is dropped once. A clone is a value of its own.
pub struct Tracked {
    which: usize,
    number: i128,
    payload: sync::cell::UnsafeCell<i128>,
}
unsafe impl Sync for Tracked {}

impl Tracked {
    pub fn new(number: i128) -> Self {
        let which = if WATCHED { NEXT.fetch_add(1, Ordering::Relaxed) } else { 0 };
        if which >= MOST {
            watch::fail("limit", "more values were made than are counted");
        }
        FATE[which].store(ALIVE, Ordering::Relaxed);
        LIVE.fetch_add(1, Ordering::Relaxed);
        Tracked { which, number, payload: sync::cell::UnsafeCell::new(number) }
    }
    fn alive(&self) -> bool {
        !WATCHED || FATE.get(self.which).is_some_and(|fate| fate.load(Ordering::Relaxed) == ALIVE)
    }
    fn read(&self) -> i128 {
        if !self.alive() {
            watch::fail("memory", "a value came out that was dropped already, or never put in");
        }
        self.payload.with(|p| unsafe { *p })
    }
}
impl Clone for Tracked {
    fn clone(&self) -> Self {
        watch::outside(|| Tracked::new(self.read()))
    }
}
impl PartialEq for Tracked {
    fn eq(&self, other: &Self) -> bool {
        self.read() == other.read()
    }
}
impl Eq for Tracked {}
impl std::fmt::Debug for Tracked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.read())
    }
}
impl std::fmt::Display for Tracked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.read())
    }
}
impl TryFrom<i128> for Tracked {
    type Error = ();
    fn try_from(number: i128) -> Result<Self, ()> {
        Ok(Tracked::new(number))
    }
}
impl wire::Integer for Tracked {}
impl Drop for Tracked {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        if !self.alive() {
            watch::fail("memory", "a value was dropped twice, or was none");
        }
        if watch::in_destructor() {
            *self.payload.alone() = !self.number; // in an object that was retired: after all that others did to it
        } else {
            self.payload.with_mut(|p| unsafe { *p = !self.number });
        }
        FATE[self.which].store(DROPPED, Ordering::Relaxed);
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many values are alive; the next execution starts without any.
pub fn forget_values() -> usize {
    let made = NEXT.swap(0, Ordering::Relaxed).min(MOST);
    FATE[..made].iter().for_each(|fate| fate.store(0, Ordering::Relaxed));
    LIVE.swap(0, Ordering::Relaxed)
}
