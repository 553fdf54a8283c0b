//! The flag is given back without the order that what was done under it needs.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};
use std::collections::BTreeSet;

pub struct OrderedSet {
    taken: AtomicBool,
    held: UnsafeCell<BTreeSet<u64>>,
}

unsafe impl Send for OrderedSet {}
unsafe impl Sync for OrderedSet {}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { taken: AtomicBool::new(false), held: UnsafeCell::new(BTreeSet::new()) }
    }

    fn alone<R>(&self, work: impl FnOnce(&mut BTreeSet<u64>) -> R) -> R {
        while self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            hint::spin_loop();
        }
        let found = self.held.with_mut(|held| work(unsafe { &mut *held }));
        self.taken.store(false, Ordering::Relaxed);
        found
    }

    pub fn insert(&self, key: u64) -> bool {
        self.alone(|held| held.insert(key))
    }

    pub fn remove(&self, key: u64) -> bool {
        self.alone(|held| held.remove(&key))
    }

    pub fn contains(&self, key: u64) -> bool {
        self.alone(|held| held.contains(&key))
    }
}
