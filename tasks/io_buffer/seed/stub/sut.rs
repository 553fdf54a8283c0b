//! One lock around a buffer.
use crate::sync::Mutex;
use std::collections::BTreeMap;

struct Held<T> {
    first: u64,
    used: u64,
    writers: usize,
    sealed: bool,
    records: BTreeMap<u64, T>,
}

pub struct IoBuffer<T> {
    held: Mutex<Held<T>>,
    capacity: u64,
}

impl<T> IoBuffer<T> {
    pub fn new(capacity: u64) -> Self {
        let held = Held { first: 0, used: 0, writers: 0, sealed: false, records: BTreeMap::new() };
        IoBuffer { held: Mutex::new(held), capacity }
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
        let mut held = self.held.lock().unwrap();
        held.records.insert(res.lsn, record);
        held.writers -= 1;
    }

    pub fn abort(&self, _res: Res) {
        self.held.lock().unwrap().writers -= 1;
    }

    pub fn seal(&self) {
        self.held.lock().unwrap().sealed = true;
    }

    pub fn flush(&self) -> Option<(u64, Vec<T>)> {
        let mut held = self.held.lock().unwrap();
        if !held.sealed || held.writers > 0 {
            return None;
        }
        held.first += held.used;
        held.used = 0;
        held.sealed = false;
        Some((held.first, std::mem::take(&mut held.records).into_values().collect()))
    }

    pub fn stable(&self) -> u64 {
        self.held.lock().unwrap().first
    }
}
