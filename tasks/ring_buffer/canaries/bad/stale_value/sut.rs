//! Head and tail are not compared: an empty buffer gives the value again that its last slot still holds.
use crate::sync::Mutex;
use std::mem::MaybeUninit;

struct Slots<T> {
    values: Vec<MaybeUninit<T>>,
    head: usize,
    tail: usize,
}

pub struct Ring<T>(Mutex<Slots<T>>);

impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        let values = (0..capacity).map(|_| MaybeUninit::uninit()).collect();
        Ring(Mutex::new(Slots { values, head: 0, tail: 0 }))
    }

    pub fn try_push(&self, value: T) -> Result<(), T> {
        let mut slots = self.0.lock().unwrap();
        let (at, capacity) = (slots.tail, slots.values.len());
        if at - slots.head == capacity {
            return Err(value);
        }
        slots.values[at % capacity].write(value);
        slots.tail += 1;
        Ok(())
    }

    pub fn try_pop(&self) -> Option<T> {
        let mut slots = self.0.lock().unwrap();
        if slots.tail == 0 {
            return None;
        }
        slots.head = slots.tail.min(slots.head + 1);
        let at = (slots.head - 1) % slots.values.len();
        Some(unsafe { slots.values[at].assume_init_read() })
    }

    pub fn len_hint(&self) -> usize {
        let slots = self.0.lock().unwrap();
        slots.tail - slots.head
    }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        while self.len_hint() > 0 {
            self.try_pop();
        }
    }
}
