//! The node at the end has the greatest number, which is then always there.
use crate::sync::Mutex;

pub struct OrderedSet {
    held: Mutex<Vec<u64>>,
}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { held: Mutex::new(vec![u64::MAX]) }
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
        place.is_ok_and(|place| key == u64::MAX || held.remove(place) == key)
    }

    pub fn contains(&self, key: u64) -> bool {
        self.held.lock().unwrap().binary_search(&key).is_ok()
    }
}
