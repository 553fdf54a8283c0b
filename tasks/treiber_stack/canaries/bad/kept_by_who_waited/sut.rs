//! A lock that spins; a pop that had to wait for it, and finds nothing then, returns without giving it back.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};

pub struct Stack<T> {
    taken: AtomicBool,
    items: UnsafeCell<Vec<T>>,
}

unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { taken: AtomicBool::new(false), items: UnsafeCell::new(Vec::new()) }
    }

    /// Whether it had to wait.
    fn take(&self) -> bool {
        let mut waited = false;
        while self.taken.swap(true, Ordering::Acquire) {
            waited = true;
            hint::spin_loop();
        }
        waited
    }

    fn give_back(&self) {
        self.taken.store(false, Ordering::Release);
    }

    pub fn push(&self, value: T) {
        self.take();
        self.items.with_mut(|items| unsafe { (*items).push(value) });
        self.give_back();
    }

    pub fn pop(&self) -> Option<T> {
        let waited = self.take();
        let found = self.items.with_mut(|items| unsafe { (*items).pop() });
        if waited && found.is_none() {
            return None;
        }
        self.give_back();
        found
    }

    pub fn is_empty(&self) -> bool {
        self.take();
        let found = self.items.with_mut(|items| unsafe { (*items).is_empty() });
        self.give_back();
        found
    }
}
