//! The flag is given back without the order that what was done under it needs.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};
use std::collections::BTreeMap;

pub struct BTreePlus {
    taken: AtomicBool,
    held: UnsafeCell<BTreeMap<u64, u64>>,
}

unsafe impl Send for BTreePlus {}
unsafe impl Sync for BTreePlus {}

impl BTreePlus {
    pub fn new(_order: usize) -> Self {
        BTreePlus { taken: AtomicBool::new(false), held: UnsafeCell::new(BTreeMap::new()) }
    }

    fn alone<R>(&self, work: impl FnOnce(&mut BTreeMap<u64, u64>) -> R) -> R {
        while self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            hint::spin_loop();
        }
        let found = self.held.with_mut(|held| work(unsafe { &mut *held }));
        self.taken.store(false, Ordering::Relaxed);
        found
    }

    pub fn get(&self, key: u64) -> Option<u64> {
        self.alone(|held| held.get(&key).copied())
    }

    pub fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.alone(|held| held.insert(key, value))
    }

    pub fn remove(&self, key: u64) -> Option<u64> {
        self.alone(|held| held.remove(&key))
    }

    pub fn range(&self, lo: u64, hi: u64) -> Vec<(u64, u64)> {
        self.alone(|held| held.iter().map(|pair| (*pair.0, *pair.1)).filter(|pair| lo <= pair.0 && pair.0 < hi).collect())
    }
}
