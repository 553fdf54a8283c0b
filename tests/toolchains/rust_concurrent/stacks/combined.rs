//! A stack whose threads write down what they want; one of them does it for all. ORDER is how it gives the answers back.
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use crate::sync::{cell::UnsafeCell, hint, Mutex};

const PLACES: usize = 12;

enum Wish<T> {
    Push(T),
    Pop,
    IsEmpty,
    Done(Option<T>, bool),
    Nothing,
}
pub struct Stack<T> {
    next: AtomicUsize,
    wanted: [AtomicBool; PLACES],
    wishes: [UnsafeCell<Wish<T>>; PLACES],
    combining: AtomicBool,
    items: Mutex<Vec<T>>,
}
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack {
            next: AtomicUsize::new(0),
            wanted: std::array::from_fn(|_| AtomicBool::new(false)),
            wishes: std::array::from_fn(|_| UnsafeCell::new(Wish::Nothing)),
            combining: AtomicBool::new(false),
            items: Mutex::new(Vec::new()),
        }
    }
    fn serve(&self) {
        let mut items = self.items.lock().unwrap();
        for place in 0..PLACES {
            if self.wanted[place].load(Acquire) {
                self.wishes[place].with_mut(|wish| unsafe {
                    *wish = match std::mem::replace(&mut *wish, Wish::Nothing) {
                        Wish::Push(value) => {
                            items.push(value);
                            Wish::Done(None, false)
                        }
                        Wish::Pop => Wish::Done(items.pop(), false),
                        Wish::IsEmpty => Wish::Done(None, items.is_empty()),
                        other => other,
                    }
                });
                self.wanted[place].store(false, ORDER);
            }
        }
    }
    fn ask(&self, wish: Wish<T>) -> (Option<T>, bool) {
        let place = self.next.fetch_add(1, Relaxed);
        self.wishes[place].with_mut(|own| unsafe { *own = wish });
        self.wanted[place].store(true, Release);
        while self.wanted[place].load(Acquire) {
            if self.combining.swap(true, Acquire) {
                hint::spin_loop();
            } else {
                self.serve();
                self.combining.store(false, Release);
            }
        }
        match self.wishes[place].with_mut(|own| unsafe { std::mem::replace(&mut *own, Wish::Nothing) }) {
            Wish::Done(value, empty) => (value, empty),
            _ => unreachable!(),
        }
    }
    pub fn push(&self, value: T) {
        self.ask(Wish::Push(value));
    }
    pub fn pop(&self) -> Option<T> {
        self.ask(Wish::Pop).0
    }
    pub fn is_empty(&self) -> bool {
        self.ask(Wish::IsEmpty).1
    }
}
