//! The place behind a number is sought as that of the next one, which the greatest does not have.
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
        let mut held = self.held.lock().unwrap();
        let mut behind = held.split_off(&(key + 1));
        let was = held.remove(&key);
        held.append(&mut behind);
        was
    }

    pub fn contains(&self, key: u64) -> bool {
        self.held.lock().unwrap().contains(&key)
    }
}
