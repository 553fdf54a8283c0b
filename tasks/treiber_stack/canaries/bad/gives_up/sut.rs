//! A pop that another overtakes says that there is nothing.
use crate::sync::atomic::{AtomicPtr, Ordering};
use std::mem::ManuallyDrop;
use std::ptr;

struct Node<T> {
    value: ManuallyDrop<T>,
    next: *mut Node<T>,
    retired: *mut Node<T>,
}

pub struct Stack<T> {
    head: AtomicPtr<Node<T>>,
    garbage: AtomicPtr<Node<T>>,
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { head: AtomicPtr::new(ptr::null_mut()), garbage: AtomicPtr::new(ptr::null_mut()) }
    }

    pub fn push(&self, value: T) {
        let (next, retired) = (ptr::null_mut(), ptr::null_mut());
        let node = Box::into_raw(Box::new(Node { value: ManuallyDrop::new(value), next, retired }));
        loop {
            let head = self.head.load(Ordering::Relaxed);
            unsafe { (*node).next = head };
            if self.head.compare_exchange(head, node, Ordering::Release, Ordering::Relaxed).is_ok() {
                return;
            }
        }
    }

    pub fn pop(&self) -> Option<T> {
        loop {
            let head = self.head.load(Ordering::Acquire);
            if head.is_null() {
                return None;
            }
            let next = unsafe { (*head).next };
            if self.head.compare_exchange(head, next, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                let value = unsafe { ptr::read(&*(*head).value) };
                self.retire(head);
                return Some(value);
            }
            return None;
        }
    }

    fn retire(&self, node: *mut Node<T>) {
        loop {
            let first = self.garbage.load(Ordering::Relaxed);
            unsafe { (*node).retired = first };
            if self.garbage.compare_exchange(first, node, Ordering::Release, Ordering::Relaxed).is_ok() {
                return;
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.head.load(Ordering::Acquire).is_null()
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
        let mut node = self.garbage.with_mut(|first| *first);
        while !node.is_null() {
            node = unsafe { Box::from_raw(node) }.retired;
        }
    }
}
