//! Two locks and a count; what is left is dropped from the first slot on, wherever it lies.
use crate::sync::{atomic::*, cell::UnsafeCell, Mutex};
use std::mem::MaybeUninit;

pub struct Ring<T> {
    slots: Vec<UnsafeCell<MaybeUninit<T>>>,
    head: Mutex<usize>,
    tail: Mutex<usize>,
    count: AtomicUsize,
}

unsafe impl<T: Send> Send for Ring<T> {}
unsafe impl<T: Send> Sync for Ring<T> {}

impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        let slots = (0..capacity).map(|_| UnsafeCell::new(MaybeUninit::uninit())).collect();
        Ring { slots, head: Mutex::new(0), tail: Mutex::new(0), count: AtomicUsize::new(0) }
    }
    pub fn try_push(&self, value: T) -> Result<(), T> {
        let mut tail = self.tail.lock().unwrap();
        if self.count.load(Ordering::Acquire) == self.slots.len() { return Err(value); }
        self.slots[*tail].with_mut(|p| unsafe { (*p).write(value); });
        *tail = (*tail + 1) % self.slots.len();
        self.count.fetch_add(1, Ordering::Release);
        Ok(())
    }
    pub fn try_pop(&self) -> Option<T> {
        let mut head = self.head.lock().unwrap();
        if self.count.load(Ordering::Acquire) == 0 { return None; }
        let value = self.slots[*head].with(|p| unsafe { (*p).assume_init_read() });
        *head = (*head + 1) % self.slots.len();
        self.count.fetch_sub(1, Ordering::Release);
        Some(value)
    }
    pub fn len_hint(&self) -> usize { self.count.load(Ordering::Relaxed) }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        let left = self.count.with_mut(|count| *count);
        for slot in &self.slots[..left] {
            slot.with_mut(|p| unsafe { (*p).assume_init_drop() })
        }
    }
}
