//! A lock whose threads queue in an array, each waiting at a place of its own (T. Anderson, 1990), with three places: a
//! fourth thread comes round to the place of the one that has the lock, and thinks that it is its turn.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};

const PLACES: usize = 3;

pub struct Stack<T> {
    next: AtomicUsize,
    turn: [AtomicBool; PLACES],
    items: UnsafeCell<Vec<T>>,
}

unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack {
            next: AtomicUsize::new(0),
            turn: [AtomicBool::new(true), AtomicBool::new(false), AtomicBool::new(false)],
            items: UnsafeCell::new(Vec::new()),
        }
    }

    fn alone<R>(&self, work: impl FnOnce(&mut Vec<T>) -> R) -> R {
        let place = self.next.fetch_add(1, Ordering::AcqRel) % PLACES;
        while !self.turn[place].load(Ordering::Acquire) {
            hint::spin_loop();
        }
        let found = self.items.with_mut(|items| work(unsafe { &mut *items }));
        self.turn[place].store(false, Ordering::Relaxed);
        self.turn[(place + 1) % PLACES].store(true, Ordering::Release);
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
