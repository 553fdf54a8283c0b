//! The end of the buffer is counted backwards from its beginning, below zero after the first round.
use crate::sync::Mutex;

struct Slots<T> {
    values: Vec<Option<T>>,
    head: usize,
    tail: usize,
}

pub struct Ring<T>(Mutex<Slots<T>>);

impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        Ring(Mutex::new(Slots { values: (0..capacity).map(|_| None).collect(), head: 0, tail: 0 }))
    }

    pub fn try_push(&self, value: T) -> Result<(), T> {
        let mut slots = self.0.lock().unwrap();
        let tail = slots.tail;
        if slots.values[tail].is_some() {
            return Err(value);
        }
        slots.values[tail] = Some(value);
        slots.tail = (tail + 1) % slots.values.len();
        Ok(())
    }

    pub fn try_pop(&self) -> Option<T> {
        let mut slots = self.0.lock().unwrap();
        let head = slots.head;
        let value = slots.values[head].take()?;
        slots.head = (head + 1) % slots.values.len();
        Some(value)
    }

    pub fn len_hint(&self) -> usize {
        let slots = self.0.lock().unwrap();
        if slots.head == slots.tail && slots.values[slots.head].is_some() {
            return slots.values.len();
        }
        slots.tail - slots.head
    }
}
