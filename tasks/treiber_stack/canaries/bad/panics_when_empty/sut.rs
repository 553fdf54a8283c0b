//! Panics where there is nothing to take off.
use crate::sync::Mutex;

pub struct Stack<T> {
    items: Mutex<Vec<T>>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Mutex::new(Vec::new()) }
    }

    pub fn push(&self, value: T) {
        self.items.lock().unwrap().push(value);
    }

    pub fn pop(&self) -> Option<T> {
        Some(self.items.lock().unwrap().pop().unwrap())
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().is_empty()
    }
}
