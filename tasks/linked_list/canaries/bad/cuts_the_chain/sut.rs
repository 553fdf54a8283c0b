//! What comes behind a number leaves with it.
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
        match held.binary_search(&key) {
            Ok(_) => false,
            Err(place) => {
                held.insert(place, key);
                true
            }
        }
    }

    pub fn remove(&self, key: u64) -> bool {
        let mut held = self.held.lock().unwrap();
        let place = held.binary_search(&key);
        place.inspect(|place| held.truncate(*place)).is_ok()
    }

    pub fn contains(&self, key: u64) -> bool {
        self.held.lock().unwrap().binary_search(&key).is_ok()
    }
}
