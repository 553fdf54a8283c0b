//! A list whose nodes are counted: the lock is held only to exchange its root, and a value is taken out of its node after.
use crate::sync::{Arc, Mutex};

struct Node<T> {
    value: Mutex<Option<T>>,
    next: Option<Arc<Node<T>>>,
}

pub struct Stack<T> {
    root: Mutex<Option<Arc<Node<T>>>>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { root: Mutex::new(None) }
    }

    pub fn push(&self, value: T) {
        let mut root = self.root.lock().unwrap();
        let next = root.take();
        *root = Some(Arc::new(Node { value: Mutex::new(Some(value)), next }));
    }

    pub fn pop(&self) -> Option<T> {
        let top = {
            let mut root = self.root.lock().unwrap();
            let top = root.take()?;
            *root = top.next.clone();
            top
        };
        let value = top.value.lock().unwrap().take();
        value
    }

    pub fn is_empty(&self) -> bool {
        self.root.lock().unwrap().is_none()
    }
}
