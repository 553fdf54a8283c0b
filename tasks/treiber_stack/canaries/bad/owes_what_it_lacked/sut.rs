//! Counts a pop that found nothing as one that took something off: it is not empty then.
use crate::sync::Mutex;

pub struct Stack<T> {
    items: Mutex<(Vec<T>, i64)>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Mutex::new((Vec::new(), 0)) }
    }

    pub fn push(&self, value: T) {
        let mut held = self.items.lock().unwrap();
        held.0.push(value);
        held.1 += 1;
    }

    pub fn pop(&self) -> Option<T> {
        let mut held = self.items.lock().unwrap();
        held.1 -= 1;
        held.0.pop()
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().1 == 0
    }
}
