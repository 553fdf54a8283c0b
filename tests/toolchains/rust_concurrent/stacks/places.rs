//! Two atomics, as weak as can be.
use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub struct Places(AtomicU64, AtomicU64);

impl Places {
    pub fn new() -> Self {
        Places(AtomicU64::new(0), AtomicU64::new(0))
    }
    fn at(&self, place: u64) -> &AtomicU64 {
        if place == 0 { &self.0 } else { &self.1 }
    }
    pub fn load(&self, place: u64) -> u64 {
        self.at(place).load(Relaxed)
    }
    pub fn store(&self, place: u64, value: u64) {
        self.at(place).store(value, Relaxed)
    }
    pub fn swap(&self, place: u64, value: u64) -> u64 {
        self.at(place).swap(value, Relaxed)
    }
    pub fn change(&self, place: u64, old: u64, new: u64) -> u64 {
        match self.at(place).compare_exchange(old, new, Relaxed, Relaxed) {
            Ok(seen) | Err(seen) => seen,
        }
    }
}
