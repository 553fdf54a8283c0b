//! A stamp for each use, and two maps that agree.
use std::collections::{BTreeMap, HashMap};

pub struct LruCache {
    capacity: usize,
    now: u64,
    held: HashMap<u64, (u64, u64)>,
    uses: BTreeMap<u64, u64>,
}

impl LruCache {
    pub fn new(capacity: u32) -> Self {
        LruCache { capacity: capacity as usize, now: 0, held: HashMap::new(), uses: BTreeMap::new() }
    }

    fn touch(&mut self, key: u64, value: u64) {
        self.now += 1;
        if let Some((_, stamp)) = self.held.insert(key, (value, self.now)) {
            self.uses.remove(&stamp);
        }
        self.uses.insert(self.now, key);
    }

    pub fn get(&mut self, key: u64) -> Option<u64> {
        let (value, _) = *self.held.get(&key)?;
        self.touch(key, value);
        Some(value)
    }

    pub fn put(&mut self, key: u64, value: u64) {
        self.touch(key, value);
        if self.held.len() > self.capacity {
            if let Some((_, oldest)) = self.uses.pop_first() {
                self.held.remove(&oldest);
            }
        }
    }

    pub fn len(&self) -> u32 {
        self.held.len() as u32
    }

    pub fn keys_by_recency(&self) -> Vec<u64> {
        self.uses.values().rev().copied().collect()
    }
}
