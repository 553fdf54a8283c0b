//! Two locks, taken in one order by insert and in the other by remove.
use crate::sync::Mutex;
use std::collections::BTreeSet;

pub struct OrderedSet {
    held: Mutex<BTreeSet<u64>>,
    count: Mutex<usize>,
}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { held: Mutex::new(BTreeSet::new()), count: Mutex::new(0) }
    }

    pub fn insert(&self, key: u64) -> bool {
        let mut held = self.held.lock().unwrap();
        let new = held.insert(key);
        *self.count.lock().unwrap() += new as usize;
        new
    }

    pub fn remove(&self, key: u64) -> bool {
        let mut count = self.count.lock().unwrap();
        let was = self.held.lock().unwrap().remove(&key);
        *count -= was as usize;
        was
    }

    pub fn contains(&self, key: u64) -> bool {
        self.held.lock().unwrap().contains(&key)
    }
}
