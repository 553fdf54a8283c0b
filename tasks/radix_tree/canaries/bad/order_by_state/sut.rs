//! A lock for each half of the keys. A scan takes both, in an order that depends on whether one half holds anything.
use crate::sync::Mutex;
use std::collections::BTreeMap;

pub struct RadixTree<V: Clone> {
    halves: [Mutex<BTreeMap<Vec<u8>, V>>; 2],
}

impl<V: Clone> RadixTree<V> {
    pub fn new() -> Self {
        RadixTree { halves: [Mutex::new(BTreeMap::new()), Mutex::new(BTreeMap::new())] }
    }

    fn half(&self, key: &[u8]) -> &Mutex<BTreeMap<Vec<u8>, V>> {
        &self.halves[key.first().map_or(0, |letter| *letter as usize % 2)]
    }

    pub fn get(&self, key: &[u8]) -> Option<V> {
        self.half(key).lock().unwrap().get(key).cloned()
    }

    pub fn insert(&self, key: &[u8], value: V) -> Option<V> {
        self.half(key).lock().unwrap().insert(key.to_vec(), value)
    }

    pub fn remove(&self, key: &[u8]) -> Option<V> {
        self.half(key).lock().unwrap().remove(key)
    }

    pub fn scan_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, V)> {
        let second = self.halves[0].lock().unwrap().is_empty() as usize;
        let one = self.halves[second].lock().unwrap();
        let other = self.halves[1 - second].lock().unwrap();
        let mut found: Vec<_> = one.iter().chain(other.iter()).filter(|(key, _)| key.starts_with(prefix)).collect();
        found.sort_by_key(|(key, _)| *key);
        found.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}
