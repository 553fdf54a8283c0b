//! Panics when it is asked again after it had nothing to give.
use crate::sync::Mutex;

pub struct Stack<T> {
    items: Mutex<(Vec<T>, bool)>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Mutex::new((Vec::new(), false)) }
    }

    pub fn push(&self, value: T) {
        let mut held = self.items.lock().unwrap();
        held.0.push(value);
        held.1 = false;
    }

    pub fn pop(&self) -> Option<T> {
        let mut held = self.items.lock().unwrap();
        let value = held.0.pop();
        assert!(value.is_some() || !held.1, "asked again");
        held.1 = value.is_none();
        value
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().0.is_empty()
    }
}
