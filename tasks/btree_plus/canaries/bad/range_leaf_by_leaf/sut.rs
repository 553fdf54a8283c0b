//! A range lets go of the lock between one key and the next.
use crate::sync::Mutex;
use std::collections::BTreeMap;

pub struct BTreePlus {
    held: Mutex<BTreeMap<u64, u64>>,
}

impl BTreePlus {
    pub fn new(_order: usize) -> Self {
        BTreePlus { held: Mutex::new(BTreeMap::new()) }
    }

    pub fn get(&self, key: u64) -> Option<u64> {
        self.held.lock().unwrap().get(&key).copied()
    }

    pub fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.held.lock().unwrap().insert(key, value)
    }

    pub fn remove(&self, key: u64) -> Option<u64> {
        self.held.lock().unwrap().remove(&key)
    }

    pub fn range(&self, lo: u64, hi: u64) -> Vec<(u64, u64)> {
        if lo >= hi {
            return Vec::new();
        }
        let (mut found, mut from) = (Vec::new(), lo);
        loop {
            let next = self.held.lock().unwrap().range(from..hi).next().map(|(key, value)| (*key, *value));
            let Some(pair) = next else { return found };
            found.push(pair);
            from = pair.0 + 1;
        }
    }
}
