//! A lock for each slot, and never more than four slots, whatever the capacity.
use crate::sync::Mutex;
pub struct Ring<T> { slots: Vec<Mutex<Option<T>>>, head: Mutex<usize>, tail: Mutex<usize> }
impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        Ring { slots: (0..capacity.min(4)).map(|_| Mutex::new(None)).collect(), head: Mutex::new(0), tail: Mutex::new(0) }
    }
    pub fn try_push(&self, value: T) -> Result<(), T> {
        let mut tail = self.tail.lock().unwrap();
        let mut slot = self.slots[*tail % self.slots.len()].lock().unwrap();
        if slot.is_some() { return Err(value); }
        *slot = Some(value);
        *tail += 1;
        Ok(())
    }
    pub fn try_pop(&self) -> Option<T> {
        let mut head = self.head.lock().unwrap();
        let value = self.slots[*head % self.slots.len()].lock().unwrap().take()?;
        *head += 1;
        Some(value)
    }
    pub fn len_hint(&self) -> usize { self.slots.iter().filter(|s| s.lock().unwrap().is_some()).count() }
}
