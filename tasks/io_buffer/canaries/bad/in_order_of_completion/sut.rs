//! Records are handed out in the order in which they were completed.
use crate::sync::Mutex;

struct Held<T> {
    first: u64,
    used: u64,
    writers: usize,
    sealed: bool,
    records: Vec<T>,
}

pub struct IoBuffer<T> {
    held: Mutex<Held<T>>,
    capacity: u64,
}

impl<T> IoBuffer<T> {
    pub fn new(capacity: u64) -> Self {
        let held = Held { first: 0, used: 0, writers: 0, sealed: false, records: Vec::new() };
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

    pub fn complete(&self, _res: Res, record: T) {
        let mut held = self.held.lock().unwrap();
        held.records.push(record);
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
        Some((held.first, std::mem::take(&mut held.records)))
    }

    pub fn stable(&self) -> u64 {
        self.held.lock().unwrap().first
    }
}
