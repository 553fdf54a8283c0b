//! Room is looked for under the lock and used under the next one: two threads fill the last slot.
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
        if self.len_hint() == self.capacity {
            return Err(value);
        }
        self.items.lock().unwrap().push_back(value);
        Ok(())
    }

    pub fn try_pop(&self) -> Option<T> {
        self.items.lock().unwrap().pop_front()
    }

    pub fn len_hint(&self) -> usize {
        self.items.lock().unwrap().len()
    }
}
