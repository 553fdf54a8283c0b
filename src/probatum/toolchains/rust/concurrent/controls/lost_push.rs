use crate::sync::Mutex;

pub struct Stack<T> {
    items: Mutex<Vec<T>>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Mutex::new(Vec::new()) }
    }
    pub fn push(&self, value: T) {
        let mut items = std::mem::take(&mut *self.items.lock().unwrap());
        items.push(value);
        *self.items.lock().unwrap() = items;
    }
    pub fn pop(&self) -> Option<T> {
        self.items.lock().unwrap().pop()
    }
    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().is_empty()
    }
}
