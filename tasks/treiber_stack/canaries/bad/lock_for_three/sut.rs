//! A lock that three threads may queue for: a fourth finds no place, and goes on as if it had it.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};

const PLACES: usize = 3;

pub struct Stack<T> {
    inside: AtomicUsize,
    taken: AtomicBool,
    items: UnsafeCell<Vec<T>>,
}

unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { inside: AtomicUsize::new(0), taken: AtomicBool::new(false), items: UnsafeCell::new(Vec::new()) }
    }

    fn alone<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        let queues = self.inside.fetch_add(1, Ordering::AcqRel) < PLACES;
        while queues && self.taken.swap(true, Ordering::Acquire) {
            hint::spin_loop();
        }
        let found = self.items.with_mut(|items| work(unsafe { &mut *items }));
        if queues {
            self.taken.store(false, Ordering::Release);
        }
        self.inside.fetch_sub(1, Ordering::AcqRel);
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
