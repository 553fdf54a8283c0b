//! Who takes off tries the lock a thousand times, and then says that the stack is empty.
use crate::sync::{hint, Mutex};

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
        for _ in 0..1000 {
            if let Ok(mut items) = self.items.try_lock() {
                return items.pop();
            }
            hint::spin_loop();
        }
        None
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().is_empty()
    }
}
