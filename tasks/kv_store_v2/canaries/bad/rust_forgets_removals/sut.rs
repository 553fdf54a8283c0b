//! A map, and a log whose records end in a check byte: recovery stops at the first removal.
use std::collections::BTreeMap;

#[derive(Default)]
pub struct KvStore {
    map: BTreeMap<u64, u64>,
    records: Vec<Vec<u8>>,
}

fn sealed(mut record: Vec<u8>) -> Vec<u8> {
    let sum = record.iter().fold(0x5a_u8, |sum, byte| sum.rotate_left(3) ^ byte);
    record.push(sum);
    record.push(b'.');
    record
}

impl KvStore {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn put(&mut self, key: u64, value: u64) {
        self.map.insert(key, value);
        let mut record = vec![b'p'];
        record.extend_from_slice(&key.to_le_bytes());
        record.extend_from_slice(&value.to_le_bytes());
        self.records.push(sealed(record));
    }

    pub fn get(&self, key: u64) -> Option<u64> {
        self.map.get(&key).copied()
    }

    pub fn delete(&mut self, key: u64) -> bool {
        let found = self.map.remove(&key).is_some();
        if found {
            let mut record = vec![b'd'];
            record.extend_from_slice(&key.to_le_bytes());
            self.records.push(sealed(record));
        }
        found
    }

    pub fn len(&self) -> u64 {
        self.map.len() as u64
    }

    pub fn keys_sorted(&self) -> Vec<u64> {
        self.map.keys().copied().collect()
    }

    pub fn log(&self) -> Vec<Vec<u8>> {
        self.records.clone()
    }

    pub fn recover(log: Vec<Vec<u8>>) -> Self {
        let mut store = Self::new();
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap());
        for record in log {
            let whole = match record.first() {
                Some(b'p') => 19,
                Some(b'd') => 12,
                _ => usize::MAX,
            };
            if record.len() != whole {
                break;
            }
            if record[0] == b'p' {
                store.put(number(&record[1..9]), number(&record[9..17]));
            } else {
                store.delete(number(&record[1..9]));
            }
        }
        store
    }
}
