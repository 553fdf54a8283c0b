//! Two locks, taken in one order by insert and in the other by remove.
use crate::sync::Mutex;
use std::collections::BTreeMap;

pub struct BTreePlus {
    held: Mutex<BTreeMap<u64, u64>>,
    count: Mutex<usize>,
}

impl BTreePlus {
    pub fn new(_order: usize) -> Self {
        BTreePlus { held: Mutex::new(BTreeMap::new()), count: Mutex::new(0) }
    }

    pub fn get(&self, key: u64) -> Option<u64> {
        self.held.lock().unwrap().get(&key).copied()
    }

    pub fn insert(&self, key: u64, value: u64) -> Option<u64> {
        let mut held = self.held.lock().unwrap();
        let mut count = self.count.lock().unwrap();
        let old = held.insert(key, value);
        *count += old.is_none() as usize;
        old
    }

    pub fn remove(&self, key: u64) -> Option<u64> {
        let mut count = self.count.lock().unwrap();
        let old = self.held.lock().unwrap().remove(&key);
        *count -= old.is_some() as usize;
        old
    }

    pub fn range(&self, lo: u64, hi: u64) -> Vec<(u64, u64)> {
        if lo >= hi {
            return Vec::new();
        }
        self.held.lock().unwrap().range(lo..hi).map(|(key, value)| (*key, *value)).collect()
    }
}
