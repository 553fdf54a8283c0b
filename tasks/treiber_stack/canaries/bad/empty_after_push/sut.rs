//! Says that it is empty until somebody has taken something off since the last push.
use crate::sync::Mutex;

pub struct Stack<T> {
    items: Mutex<(Vec<T>, bool)>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Mutex::new((Vec::new(), true)) }
    }

    pub fn push(&self, value: T) {
        let mut held = self.items.lock().unwrap();
        held.0.push(value);
        held.1 = true;
    }

    pub fn pop(&self) -> Option<T> {
        let mut held = self.items.lock().unwrap();
        let value = held.0.pop();
        held.1 = held.0.is_empty();
        value
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().1
    }
}
