//! A lock for each end and the other end's to see what is there, taken in two orders.
use crate::sync::Mutex;

pub struct Ring<T> {
    slots: Mutex<(Vec<Option<T>>, usize)>,
    filled: Mutex<usize>,
}

impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        let slots = (0..capacity).map(|_| None).collect();
        Ring { slots: Mutex::new((slots, 0)), filled: Mutex::new(0) }
    }

    pub fn try_push(&self, value: T) -> Result<(), T> {
        let mut filled = self.filled.lock().unwrap();
        let mut inner = self.slots.lock().unwrap();
        let (slots, head) = &mut *inner;
        if *filled == slots.len() {
            return Err(value);
        }
        let at = (*head + *filled) % slots.len();
        slots[at] = Some(value);
        *filled += 1;
        Ok(())
    }

    pub fn try_pop(&self) -> Option<T> {
        let mut inner = self.slots.lock().unwrap();
        let (slots, head) = &mut *inner;
        let value = slots[*head].take()?;
        *head = (*head + 1) % slots.len();
        *self.filled.lock().unwrap() -= 1;
        Some(value)
    }

    pub fn len_hint(&self) -> usize {
        *self.filled.lock().unwrap()
    }
}
