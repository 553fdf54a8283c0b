//! ABA: a node that was taken off is put on again with another value while a pop still remembers what lay under it.
use crate::sync::atomic::{AtomicPtr, Ordering};
use crate::sync::cell::UnsafeCell;
use std::ptr;

struct Node<T> {
    value: UnsafeCell<Option<T>>,
    next: AtomicPtr<Node<T>>,
}

struct List<T> {
    head: AtomicPtr<Node<T>>,
}

impl<T> List<T> {
    fn new() -> Self {
        List { head: AtomicPtr::new(ptr::null_mut()) }
    }

    fn put(&self, node: *mut Node<T>) {
        loop {
            let head = self.head.load(Ordering::Acquire);
            unsafe { (*node).next.store(head, Ordering::Release) };
            if self.head.compare_exchange(head, node, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return;
            }
        }
    }

    fn take(&self) -> *mut Node<T> {
        loop {
            let head = self.head.load(Ordering::Acquire);
            if head.is_null() {
                return head;
            }
            let next = unsafe { (*head).next.load(Ordering::Acquire) };
            if self.head.compare_exchange(head, next, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return head;
            }
        }
    }

    fn free(&mut self) {
        let mut node = self.head.with_mut(|head| *head);
        while !node.is_null() {
            node = unsafe { Box::from_raw(node) }.next.with_mut(|next| *next);
        }
    }
}

pub struct Stack<T> {
    full: List<T>,
    spare: List<T>,
}

unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { full: List::new(), spare: List::new() }
    }

    pub fn push(&self, value: T) {
        let mut node = self.spare.take();
        if node.is_null() {
            let fresh = Node { value: UnsafeCell::new(None), next: AtomicPtr::new(ptr::null_mut()) };
            node = Box::into_raw(Box::new(fresh));
        }
        unsafe { (*node).value.with_mut(|place| *place = Some(value)) };
        self.full.put(node);
    }

    pub fn pop(&self) -> Option<T> {
        let node = self.full.take();
        if node.is_null() {
            return None;
        }
        let value = unsafe { (*node).value.with_mut(|place| (*place).take()) };
        self.spare.put(node);
        value
    }

    pub fn is_empty(&self) -> bool {
        self.full.head.load(Ordering::Acquire).is_null()
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        self.full.free();
        self.spare.free();
    }
}
