//! Two locks, taken in one order by push and in the other by pop.
use crate::sync::Mutex;

pub struct Stack<T> {
    items: Mutex<Vec<T>>,
    count: Mutex<usize>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Mutex::new(Vec::new()), count: Mutex::new(0) }
    }

    pub fn push(&self, value: T) {
        let mut items = self.items.lock().unwrap();
        *self.count.lock().unwrap() += 1;
        items.push(value);
    }

    pub fn pop(&self) -> Option<T> {
        let mut count = self.count.lock().unwrap();
        let taken = self.items.lock().unwrap().pop();
        *count -= taken.is_some() as usize;
        taken
    }

    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().is_empty()
    }
}
