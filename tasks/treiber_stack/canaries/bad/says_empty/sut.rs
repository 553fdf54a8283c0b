//! Says that it is empty while one value is left.
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
        self.items.lock().unwrap().pop()
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().len() <= 1
    }
}
