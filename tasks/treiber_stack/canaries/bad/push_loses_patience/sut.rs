//! A flag as a lock. Who puts on and finds it set for long drops the value, and tells nobody.
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

    fn alone<R>(&self, rounds: usize, work: impl FnOnce(&mut Vec<T>) -> R) -> Option<R> {
        for _ in 0..rounds {
            if self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok() {
                let found = self.items.with_mut(|items| work(unsafe { &mut *items }));
                self.taken.store(false, Ordering::Release);
                return Some(found);
            }
            hint::spin_loop();
        }
        None
    }

    pub fn push(&self, value: T) {
        let _ = self.alone(3000, |items| items.push(value));
    }

    pub fn pop(&self) -> Option<T> {
        self.alone(usize::MAX, |items| items.pop()).flatten()
    }

    pub fn is_empty(&self) -> bool {
        self.alone(usize::MAX, |items| items.is_empty()) == Some(true)
    }
}
