//! Two locks and a mark, taken in every way: waited for, tried, tried while another is held.
use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};
use crate::sync::{Mutex, TryLockError};

pub struct Doors(Mutex<u64>, Mutex<u64>, AtomicU64);

impl Doors {
    pub fn new() -> Self {
        Doors(Mutex::new(0), Mutex::new(0), AtomicU64::new(0))
    }
    fn at(&self, door: u64) -> &Mutex<u64> {
        if door == 0 { &self.0 } else { &self.1 }
    }
    pub fn waits(&self, door: u64, value: u64) -> u64 {
        std::mem::replace(&mut *self.at(door).lock().unwrap(), value)
    }
    pub fn tries(&self, door: u64, value: u64) -> Option<u64> {
        if let Ok(mut held) = self.at(door).try_lock() {
            return Some(std::mem::replace(&mut *held, value));
        }
        None
    }
    pub fn holds(&self, door: u64, value: u64) -> Option<u64> {
        let mut held = self.at(door).lock().unwrap();
        let mut other = match self.at(1 - door).try_lock() {
            Err(TryLockError::WouldBlock) => return None,
            Err(TryLockError::Poisoned(left)) => left.into_inner(),
            Ok(other) => other,
        };
        *held = value;
        Some(std::mem::replace(&mut *other, value))
    }
    pub fn marks(&self, door: u64, value: u64) -> u64 {
        let _held = self.at(door).lock().unwrap();
        self.2.swap(value, Relaxed)
    }
    pub fn mark(&self, value: u64) -> u64 {
        self.2.swap(value, Relaxed)
    }
}
