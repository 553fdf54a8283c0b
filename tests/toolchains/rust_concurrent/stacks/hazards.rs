//! Whoever takes a node off says so before looking into it, and nobody frees what somebody looks into. Every access is
//! sequentially consistent; there is no fence.
use crate::sync::atomic::{AtomicBool, AtomicPtr, Ordering::SeqCst};
use std::mem::ManuallyDrop;
use std::ptr;

struct Node<T> {
    value: ManuallyDrop<T>,
    next: *mut Node<T>,
    kept: *mut Node<T>,
}

struct Slot<T> {
    taken: AtomicBool,
    looks_at: AtomicPtr<Node<T>>,
}

pub struct Stack<T> {
    head: AtomicPtr<Node<T>>,
    kept: AtomicPtr<Node<T>>,
    slots: [Slot<T>; 2],
}

impl<T> Stack<T> {
    pub fn new() -> Self {
        let slot = || Slot { taken: AtomicBool::new(false), looks_at: AtomicPtr::new(ptr::null_mut()) };
        Stack { head: AtomicPtr::new(ptr::null_mut()), kept: AtomicPtr::new(ptr::null_mut()), slots: [slot(), slot()] }
    }

    pub fn push(&self, value: T) {
        let (next, kept) = (ptr::null_mut(), ptr::null_mut());
        let node = Box::into_raw(Box::new(Node { value: ManuallyDrop::new(value), next, kept }));
        loop {
            let head = self.head.load(SeqCst);
            unsafe { (*node).next = head };
            if self.head.compare_exchange(head, node, SeqCst, SeqCst).is_ok() {
                return;
            }
        }
    }

    pub fn pop(&self) -> Option<T> {
        let slot = loop {
            let free = self.slots.iter().find(|s| s.taken.compare_exchange(false, true, SeqCst, SeqCst).is_ok());
            match free {
                Some(slot) => break slot,
                None => crate::sync::hint::spin_loop(),
            }
        };
        let found = loop {
            let head = self.head.load(SeqCst);
            if head.is_null() {
                break None;
            }
            slot.looks_at.store(head, SeqCst);
            if self.head.load(SeqCst) != head {
                continue;
            }
            let next = unsafe { (*head).next };
            if self.head.compare_exchange(head, next, SeqCst, SeqCst).is_ok() {
                break Some(head);
            }
        };
        slot.looks_at.store(ptr::null_mut(), SeqCst);
        slot.taken.store(false, SeqCst);
        let node = found?;
        let value = unsafe { ptr::read(&*(*node).value) };
        if self.slots.iter().any(|s| s.looks_at.load(SeqCst) == node) {
            self.keep(node);
        } else {
            unsafe { drop(Box::from_raw(node)) };
        }
        Some(value)
    }

    fn keep(&self, node: *mut Node<T>) {
        loop {
            let first = self.kept.load(SeqCst);
            unsafe { (*node).kept = first };
            if self.kept.compare_exchange(first, node, SeqCst, SeqCst).is_ok() {
                return;
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.head.load(SeqCst).is_null()
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
        let mut kept = self.kept.with_mut(|first| *first);
        while !kept.is_null() {
            let node = unsafe { Box::from_raw(kept) };
            kept = node.kept;
        }
    }
}

unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}
