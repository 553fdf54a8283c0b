//! Whether the number is there is looked up under the lock, and it is put in under the next one.
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
        let was = self.contains(key);
        self.held.lock().unwrap().insert(key);
        !was
    }

    pub fn remove(&self, key: u64) -> bool {
        self.held.lock().unwrap().remove(&key)
    }

    pub fn contains(&self, key: u64) -> bool {
        self.held.lock().unwrap().contains(&key)
    }
}
