//! Two locks, taken in one order by insert and in the other by remove.
use crate::sync::Mutex;
use std::collections::BTreeMap;

pub struct RadixTree<V: Clone> {
    held: Mutex<BTreeMap<Vec<u8>, V>>,
    count: Mutex<usize>,
}

impl<V: Clone> RadixTree<V> {
    pub fn new() -> Self {
        RadixTree { held: Mutex::new(BTreeMap::new()), count: Mutex::new(0) }
    }

    pub fn get(&self, key: &[u8]) -> Option<V> {
        self.held.lock().unwrap().get(key).cloned()
    }

    pub fn insert(&self, key: &[u8], value: V) -> Option<V> {
        let mut held = self.held.lock().unwrap();
        let mut count = self.count.lock().unwrap();
        let old = held.insert(key.to_vec(), value);
        *count += old.is_none() as usize;
        old
    }

    pub fn remove(&self, key: &[u8]) -> Option<V> {
        let mut count = self.count.lock().unwrap();
        let old = self.held.lock().unwrap().remove(key);
        *count -= old.is_some() as usize;
        old
    }

    pub fn scan_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, V)> {
        let held = self.held.lock().unwrap();
        let from = held.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix));
        from.map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}
