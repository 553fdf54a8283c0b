//! A scan finds the keys, then looks each one up.
use crate::sync::Mutex;
use std::collections::BTreeMap;

pub struct RadixTree<V: Clone> {
    held: Mutex<BTreeMap<Vec<u8>, V>>,
}

impl<V: Clone> RadixTree<V> {
    pub fn new() -> Self {
        RadixTree { held: Mutex::new(BTreeMap::new()) }
    }

    pub fn get(&self, key: &[u8]) -> Option<V> {
        self.held.lock().unwrap().get(key).cloned()
    }

    pub fn insert(&self, key: &[u8], value: V) -> Option<V> {
        self.held.lock().unwrap().insert(key.to_vec(), value)
    }

    pub fn remove(&self, key: &[u8]) -> Option<V> {
        self.held.lock().unwrap().remove(key)
    }

    pub fn scan_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, V)> {
        let keys: Vec<Vec<u8>> =
            self.held.lock().unwrap().keys().filter(|key| key.starts_with(prefix)).cloned().collect();
        keys.into_iter().filter_map(|key| self.get(&key).map(|value| (key, value))).collect()
    }
}
