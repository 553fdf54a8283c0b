//! Who takes out tries the lock a thousand times, and then says that the buffer is empty.
use crate::sync::{hint, Mutex, MutexGuard};
use std::collections::VecDeque;

pub struct Ring<T> {
    items: Mutex<VecDeque<T>>,
    capacity: usize,
}

impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        Ring { items: Mutex::new(VecDeque::with_capacity(capacity)), capacity }
    }

    fn patiently(&self) -> Option<MutexGuard<'_, VecDeque<T>>> {
        for _ in 0..1000 {
            match self.items.try_lock() {
                Ok(items) => return Some(items),
                Err(_) => hint::spin_loop(),
            }
        }
        None
    }

    pub fn try_push(&self, value: T) -> Result<(), T> {
        let mut items = self.items.lock().unwrap();
        if items.len() == self.capacity {
            return Err(value);
        }
        items.push_back(value);
        Ok(())
    }

    pub fn try_pop(&self) -> Option<T> {
        self.patiently()?.pop_front()
    }

    pub fn len_hint(&self) -> usize {
        self.items.lock().unwrap().len()
    }
}
