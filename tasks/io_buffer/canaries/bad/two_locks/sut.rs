//! One lock for the places and one for the records, taken in two orders.
use crate::sync::Mutex;
use std::collections::BTreeMap;

struct Held {
    first: u64,
    used: u64,
    writers: usize,
    sealed: bool,
}

pub struct IoBuffer<T> {
    held: Mutex<Held>,
    records: Mutex<BTreeMap<u64, T>>,
    capacity: u64,
}

impl<T> IoBuffer<T> {
    pub fn new(capacity: u64) -> Self {
        let held = Held { first: 0, used: 0, writers: 0, sealed: false };
        IoBuffer { held: Mutex::new(held), records: Mutex::new(BTreeMap::new()), capacity }
    }

    pub fn reserve(&self, length: u64) -> Option<Res> {
        let mut held = self.held.lock().unwrap();
        if held.sealed || held.used + length > self.capacity {
            return None;
        }
        let res = Res { lsn: held.first + held.used, off: held.used };
        held.used += length;
        held.writers += 1;
        Some(res)
    }

    pub fn complete(&self, res: Res, record: T) {
        let mut records = self.records.lock().unwrap();
        records.insert(res.lsn, record);
        self.held.lock().unwrap().writers -= 1;
    }

    pub fn abort(&self, _res: Res) {
        self.held.lock().unwrap().writers -= 1;
    }

    pub fn seal(&self) {
        self.held.lock().unwrap().sealed = true;
    }

    pub fn flush(&self) -> Option<(u64, Vec<T>)> {
        let mut held = self.held.lock().unwrap();
        let mut records = self.records.lock().unwrap();
        if !held.sealed || held.writers > 0 {
            return None;
        }
        held.first += held.used;
        held.used = 0;
        held.sealed = false;
        Some((held.first, std::mem::take(&mut *records).into_values().collect()))
    }

    pub fn stable(&self) -> u64 {
        self.held.lock().unwrap().first
    }
}
