//! A weak exchange that finds what it looks for and fails: it is not expected to, and there seems to be nothing.
use crate::sync::atomic::{AtomicPtr, Ordering};
use crate::sync::epoch::Collector;
use std::mem::ManuallyDrop;
use std::ptr;

struct Node<T> {
    value: ManuallyDrop<T>,
    next: *mut Node<T>,
}

pub struct Stack<T> {
    head: AtomicPtr<Node<T>>,
    collector: Collector,
}

unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { head: AtomicPtr::new(ptr::null_mut()), collector: Collector::new() }
    }

    pub fn push(&self, value: T) {
        let node = Box::into_raw(Box::new(Node { value: ManuallyDrop::new(value), next: ptr::null_mut() }));
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            unsafe { (*node).next = head };
            match self.head.compare_exchange(head, node, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    pub fn pop(&self) -> Option<T> {
        let guard = self.collector.pin();
        let mut head = self.head.load(Ordering::Acquire);
        loop {
            if head.is_null() {
                return None;
            }
            let next = unsafe { (*head).next };
            match self.head.compare_exchange_weak(head, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => break,
                Err(now) if now == head => return None,
                Err(now) => head = now,
            }
        }
        unsafe {
            let value = ptr::read(&*(*head).value);
            guard.retire(head);
            Some(value)
        }
    }

    pub fn is_empty(&self) -> bool {
        self.head.load(Ordering::Acquire).is_null()
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}
