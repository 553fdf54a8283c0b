//! A stack whose parts are derived over: what the shim offers can be shown, made by default, and made of a value.
use crate::sync::{
    atomic::{AtomicPtr, AtomicUsize, Ordering},
    cell::UnsafeCell,
    epoch::Collector,
    Arc, Mutex,
};
#[derive(Debug, Default)]
struct Stats {
    pushes: AtomicUsize,
    cell: UnsafeCell<u8>,
}
#[derive(Debug)]
struct Node<T> {
    value: Option<T>,
    next: *mut Node<T>,
}
#[derive(Debug, Default)]
pub struct Stack<T> {
    head: AtomicPtr<Node<T>>,
    bin: Mutex<Vec<*mut Node<T>>>,
    stats: Arc<Stats>,
    gc: Collector,
    name: Arc<String>,
}
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}
impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack {
            head: AtomicPtr::default(),
            bin: Mutex::default(),
            stats: Arc::default(),
            gc: Collector::default(),
            name: Arc::from(String::from("stack")),
        }
    }
    pub fn push(&self, value: T) {
        let n = Box::into_raw(Box::new(Node {
            value: Some(value),
            next: std::ptr::null_mut(),
        }));
        let mut h = self.head.load(Ordering::Relaxed);
        loop {
            unsafe { (*n).next = h };
            match self.head.compare_exchange(h, n, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => break,
                Err(x) => h = x,
            }
        }
        self.stats.as_ref().pushes.fetch_add(1, Ordering::Relaxed);
    }
    pub fn pop(&self) -> Option<T> {
        let mut h = self.head.load(Ordering::Acquire);
        while !h.is_null() {
            let next = unsafe { (*h).next };
            match self
                .head
                .compare_exchange(h, next, Ordering::Acquire, Ordering::Acquire)
            {
                Ok(_) => {
                    let v = unsafe { (*h).value.take() };
                    self.bin.lock().unwrap().push(h);
                    return v;
                }
                Err(x) => h = x,
            }
        }
        None
    }
    pub fn is_empty(&self) -> bool {
        self.head.load(Ordering::Acquire).is_null()
    }
}
impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
        for p in self.bin.get_mut().unwrap().drain(..) {
            drop(unsafe { Box::from_raw(p) });
        }
        debug_assert!(!self.name.is_empty());
    }
}
