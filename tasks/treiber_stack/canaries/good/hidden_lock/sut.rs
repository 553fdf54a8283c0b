//! A lock made of a flag, without the name of one: correct, and it blocks.
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

    fn alone<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        while self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            hint::spin_loop();
        }
        let found = self.items.with_mut(|items| work(unsafe { &mut *items }));
        self.taken.store(false, Ordering::Release);
        found
    }

    pub fn push(&self, value: T) {
        self.alone(|items| items.push(value))
    }

    pub fn pop(&self) -> Option<T> {
        self.alone(|items| items.pop())
    }

    pub fn is_empty(&self) -> bool {
        self.alone(|items| items.is_empty())
    }
}
