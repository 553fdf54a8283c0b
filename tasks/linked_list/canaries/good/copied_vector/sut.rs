//! Without a lock: a sorted vector that never changes, copied for every change and exchanged as a whole; old ones are
//! kept until the set is dropped.
use crate::sync::atomic::{AtomicPtr, Ordering};
use std::ptr;

struct Version {
    keys: Vec<u64>,
    older: *mut Version,
}

pub struct OrderedSet {
    current: AtomicPtr<Version>,
}

unsafe impl Send for OrderedSet {}
unsafe impl Sync for OrderedSet {}

impl OrderedSet {
    pub fn new() -> Self {
        let first = Version { keys: Vec::new(), older: ptr::null_mut() };
        OrderedSet { current: AtomicPtr::new(Box::into_raw(Box::new(first))) }
    }

    /// Exchanges the version for one that `change` makes of a copy, unless it says that there is nothing to do.
    fn exchange(&self, change: impl Fn(&mut Vec<u64>) -> bool) -> bool {
        loop {
            let older = self.current.load(Ordering::Acquire);
            let mut keys = unsafe { &(*older).keys }.clone();
            if !change(&mut keys) {
                return false;
            }
            let new = Box::into_raw(Box::new(Version { keys, older }));
            if self.current.compare_exchange(older, new, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                return true;
            }
            drop(unsafe { Box::from_raw(new) });
        }
    }

    pub fn insert(&self, key: u64) -> bool {
        self.exchange(|keys| match keys.binary_search(&key) {
            Ok(_) => false,
            Err(place) => {
                keys.insert(place, key);
                true
            }
        })
    }

    pub fn remove(&self, key: u64) -> bool {
        self.exchange(|keys| match keys.binary_search(&key) {
            Ok(place) => {
                keys.remove(place);
                true
            }
            Err(_) => false,
        })
    }

    pub fn contains(&self, key: u64) -> bool {
        unsafe { &(*self.current.load(Ordering::Acquire)).keys }.binary_search(&key).is_ok()
    }
}

impl Drop for OrderedSet {
    fn drop(&mut self) {
        let mut version = self.current.with_mut(|version| *version);
        while !version.is_null() {
            version = unsafe { Box::from_raw(version) }.older;
        }
    }
}
