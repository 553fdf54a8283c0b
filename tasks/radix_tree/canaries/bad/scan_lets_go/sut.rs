//! A scan lets go of the lock between one key and the next.
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
        let (mut found, mut from) = (Vec::new(), prefix.to_vec());
        loop {
            let held = self.held.lock().unwrap();
            let next = held.range(from..).next().filter(|(key, _)| key.starts_with(prefix));
            let Some((key, value)) = next else { return found };
            found.push((key.clone(), value.clone()));
            from = [&key[..], &[0]].concat();
        }
    }
}
