//! A number is there as often as it was put in: it takes as many removes.
use crate::sync::Mutex;
use std::collections::BTreeMap;

pub struct OrderedSet {
    held: Mutex<BTreeMap<u64, u64>>,
}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { held: Mutex::new(BTreeMap::new()) }
    }

    pub fn insert(&self, key: u64) -> bool {
        let mut held = self.held.lock().unwrap();
        let times = held.entry(key).or_insert(0);
        *times += 1;
        *times == 1
    }

    pub fn remove(&self, key: u64) -> bool {
        let mut held = self.held.lock().unwrap();
        let Some(times) = held.get_mut(&key) else { return false };
        *times -= 1;
        if *times == 0 {
            held.remove(&key);
        }
        true
    }

    pub fn contains(&self, key: u64) -> bool {
        self.held.lock().unwrap().contains_key(&key)
    }
}
