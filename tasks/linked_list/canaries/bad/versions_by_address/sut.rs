//! Versions are compared by where they lie, after they were let go: another one may lie there by then.
use crate::sync::{Arc, Mutex};

pub struct OrderedSet {
    version: Mutex<Arc<Vec<u64>>>,
}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { version: Mutex::new(Arc::new(Vec::new())) }
    }

    fn look(&self) -> Arc<Vec<u64>> {
        self.version.lock().unwrap().clone()
    }

    fn change(&self, work: impl Fn(&mut Vec<u64>) -> bool) -> bool {
        loop {
            let old = self.look();
            let seen: *const Vec<u64> = &*old;
            let mut new = old.to_vec();
            drop(old);
            if !work(&mut new) {
                return false;
            }
            let new = Arc::new(new);
            let mut now = self.version.lock().unwrap();
            if std::ptr::eq(&**now, seen) {
                *now = new;
                return true;
            }
        }
    }

    pub fn insert(&self, key: u64) -> bool {
        self.change(|keys| keys.binary_search(&key).map_err(|at| keys.insert(at, key)).is_err())
    }

    pub fn remove(&self, key: u64) -> bool {
        self.change(|keys| keys.binary_search(&key).map(|at| keys.remove(at)).is_ok())
    }

    pub fn contains(&self, key: u64) -> bool {
        self.look().binary_search(&key).is_ok()
    }
}
