//! An insert does not look whether the number is there, and keeps it twice.
use crate::sync::Mutex;

pub struct OrderedSet {
    held: Mutex<Vec<u64>>,
}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { held: Mutex::new(Vec::new()) }
    }

    pub fn insert(&self, key: u64) -> bool {
        let mut held = self.held.lock().unwrap();
        let place = held.partition_point(|one| *one < key);
        held.insert(place, key);
        true
    }

    pub fn remove(&self, key: u64) -> bool {
        let mut held = self.held.lock().unwrap();
        let place = held.binary_search(&key);
        place.is_ok_and(|place| held.remove(place) == key)
    }

    pub fn contains(&self, key: u64) -> bool {
        self.held.lock().unwrap().binary_search(&key).is_ok()
    }
}
