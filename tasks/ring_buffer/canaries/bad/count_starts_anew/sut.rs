//! Places are counted up to 251, where no round ends but of one place.
use crate::sync::Mutex;
const LAST: u8 = 250;
struct State<T> { slots: Vec<Option<T>>, head: u8, tail: u8, len: usize }
pub struct Ring<T> { state: Mutex<State<T>> }
impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        let slots = (0..capacity).map(|_| None).collect();
        Ring { state: Mutex::new(State { slots, head: 0, tail: 0, len: 0 }) }
    }
    pub fn try_push(&self, value: T) -> Result<(), T> {
        let s = &mut *self.state.lock().unwrap();
        let n = s.slots.len();
        if s.len == n { return Err(value); }
        s.slots[s.tail as usize % n] = Some(value);
        s.tail = if s.tail == LAST { 0 } else { s.tail + 1 };
        s.len += 1;
        Ok(())
    }
    pub fn try_pop(&self) -> Option<T> {
        let s = &mut *self.state.lock().unwrap();
        if s.len == 0 { return None; }
        let n = s.slots.len();
        let value = s.slots[s.head as usize % n].take();
        s.head = if s.head == LAST { 0 } else { s.head + 1 };
        s.len -= 1;
        value
    }
    pub fn len_hint(&self) -> usize { self.state.lock().unwrap().len }
}
