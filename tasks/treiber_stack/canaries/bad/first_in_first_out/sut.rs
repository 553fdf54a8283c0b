//! The oldest value comes out first.
use crate::sync::Mutex;
use std::collections::VecDeque;

pub struct Stack<T> {
    items: Mutex<VecDeque<T>>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Mutex::new(VecDeque::new()) }
    }

    pub fn push(&self, value: T) {
        self.items.lock().unwrap().push_back(value);
    }

    pub fn pop(&self) -> Option<T> {
        self.items.lock().unwrap().pop_front()
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().is_empty()
    }
}
