//! A stack behind a lock made of atomics; the tests say how it is taken and given back.
#![allow(unused_imports)]
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use crate::sync::{cell::UnsafeCell, hint, thread};

pub struct Stack<T> {
    taken: AtomicBool,
    serving: AtomicUsize,
    items: UnsafeCell<Vec<T>>,
}
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { taken: AtomicBool::new(false), serving: AtomicUsize::new(0), items: UnsafeCell::new(Vec::new()) }
    }
    fn alone<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        TAKE;
        let found = self.items.with_mut(|items| work(unsafe { &mut *items }));
        FREE;
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
