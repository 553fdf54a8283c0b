//! One lock around a queue.
use crate::sync::Mutex;
use std::collections::VecDeque;

pub struct Ring<T> {
    items: Mutex<VecDeque<T>>,
    capacity: usize,
}

impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        Ring { items: Mutex::new(VecDeque::with_capacity(capacity)), capacity }
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
        self.items.lock().unwrap().pop_front()
    }

    pub fn len_hint(&self) -> usize {
        self.items.lock().unwrap().len()
    }
}
