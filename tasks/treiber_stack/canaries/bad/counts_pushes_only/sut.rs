//! Counts what was put on and forgets to count what was taken off: never empty again.
use crate::sync::Mutex;

pub struct Stack<T> {
    items: Mutex<(Vec<T>, usize)>,
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
        self.items.lock().unwrap().0.pop()
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().1 == 0
    }
}
