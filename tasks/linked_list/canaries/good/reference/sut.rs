//! One lock around a sorted set.
use crate::sync::Mutex;
use std::collections::BTreeSet;

pub struct OrderedSet {
    held: Mutex<BTreeSet<u64>>,
}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { held: Mutex::new(BTreeSet::new()) }
    }

    pub fn insert(&self, key: u64) -> bool {
        self.held.lock().unwrap().insert(key)
    }

    pub fn remove(&self, key: u64) -> bool {
        self.held.lock().unwrap().remove(&key)
    }

    pub fn contains(&self, key: u64) -> bool {
        self.held.lock().unwrap().contains(&key)
    }
}
