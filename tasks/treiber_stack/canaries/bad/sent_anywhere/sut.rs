//! A spin lock that is right, in a stack that may be sent and shared whatever it stores.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};

pub struct Stack<T> {
    locked: AtomicBool,
    items: UnsafeCell<Vec<T>>,
}

unsafe impl<T> Send for Stack<T> {}
unsafe impl<T> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { locked: AtomicBool::new(false), items: UnsafeCell::new(Vec::new()) }
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

    fn alone<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        while self.locked.swap(true, Ordering::Acquire) {
            hint::spin_loop();
        }
        let done = self.items.with_mut(|items| work(unsafe { &mut *items }));
        self.locked.store(false, Ordering::Release);
        done
    }
}
