//! A stack behind a lock whose threads queue: each says that it is there, finds out who is before it, and waits until that
//! one is done. Who is not there yet is believed to be gone after so many looks more. With the exchange relaxed, who is
//! there may not be seen; as long as loads find what was stored last, it is.
use crate::sync::atomic::{AtomicU8, AtomicUsize, Ordering::*};
use crate::sync::{cell::UnsafeCell, hint};

const PLACES: usize = 12;
const HERE: u8 = 1;
const DONE: u8 = 2;

pub struct Stack<T> {
    next: AtomicUsize,
    last: AtomicUsize,
    places: [AtomicU8; PLACES],
    items: UnsafeCell<Vec<T>>,
}
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack {
            next: AtomicUsize::new(0),
            last: AtomicUsize::new(PLACES),
            places: std::array::from_fn(|_| AtomicU8::new(0)),
            items: UnsafeCell::new(Vec::new()),
        }
    }
    fn wait_for(&self, before: usize) {
        let mut looks = 0;
        loop {
            match self.places[before].load(Acquire) {
                DONE => return,
                HERE => {}
                _ if looks == LOOKS => return,
                _ => looks += 1,
            }
            hint::spin_loop();
        }
    }
    fn alone<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        let me = self.next.fetch_add(1, Relaxed);
        self.places[me].store(HERE, Release);
        let before = self.last.swap(me, Relaxed);
        if before < PLACES {
            self.wait_for(before);
        }
        let found = self.items.with_mut(|items| work(unsafe { &mut *items }));
        self.places[me].store(DONE, Release);
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
