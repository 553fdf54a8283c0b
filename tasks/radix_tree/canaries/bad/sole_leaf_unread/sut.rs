//! A get does not read the label of the only key to its end.
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
        let held = self.held.lock().unwrap();
        let sole = held.iter().next().filter(|(only, _)| held.len() == 1 && only.starts_with(key));
        sole.map(|(_, value)| value).or(held.get(key)).cloned()
    }

    pub fn insert(&self, key: &[u8], value: V) -> Option<V> {
        self.held.lock().unwrap().insert(key.to_vec(), value)
    }

    pub fn remove(&self, key: &[u8]) -> Option<V> {
        self.held.lock().unwrap().remove(key)
    }

    pub fn scan_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, V)> {
        let held = self.held.lock().unwrap();
        let from = held.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix));
        from.map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}
