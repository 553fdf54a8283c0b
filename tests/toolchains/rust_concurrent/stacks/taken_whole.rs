//! A stack whose list one thread at a time takes away: a node of its own stands in its place as long. It is emptied in the
//! same way when it is dropped.
use crate::sync::atomic::{AtomicPtr, Ordering::*};
use crate::sync::{cell::UnsafeCell, hint};

struct Node<T> {
    value: UnsafeCell<Option<T>>,
    next: *mut Node<T>,
}
pub struct Stack<T> {
    head: AtomicPtr<Node<T>>,
    absent: Box<u64>,
}
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { head: AtomicPtr::new(std::ptr::null_mut()), absent: Box::new(0) }
    }
    fn take(&self) -> *mut Node<T> {
        let absent = (&*self.absent as *const u64).cast_mut().cast();
        loop {
            let head = self.head.swap(absent, AcqRel);
            if head != absent {
                return head;
            }
            hint::spin_loop();
        }
    }
    fn value(&self, node: *mut Node<T>) -> Option<T> {
        unsafe { Box::from_raw(node) }.value.into_inner()
    }
    pub fn push(&self, value: T) {
        let next = self.take();
        let node = Node { value: UnsafeCell::new(Some(value)), next };
        self.head.store(Box::into_raw(Box::new(node)), Release);
    }
    pub fn pop(&self) -> Option<T> {
        let node = self.take();
        PUT_BACK;
        self.head.store(if node.is_null() { node } else { unsafe { (*node).next } }, Release);
        if node.is_null() {
            return None;
        }
        let found = unsafe { (*node).value.with_mut(|value| (*value).take()) };
        self.value(node);
        found
    }
    pub fn is_empty(&self) -> bool {
        let node = self.take();
        self.head.store(node, Release);
        node.is_null()
    }
}
impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}
