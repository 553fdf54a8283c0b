//! Without a lock: a slot holds a node, or the number of the place that it is free for. Whoever finds a place filled or
//! emptied moves the counter on for the one who did it. Nodes are kept until the buffer is dropped, so that no address
//! means two of them.
use crate::sync::atomic::*;
use std::mem::ManuallyDrop;
use std::ptr;

struct Node<T> {
    place: usize,
    value: ManuallyDrop<T>,
    retired: *mut Node<T>,
}

pub struct Ring<T> {
    /// Even: the address of a node. Odd: 2·place + 1 for the place to be filled next.
    slots: Box<[AtomicUsize]>,
    head: AtomicUsize,
    tail: AtomicUsize,
    garbage: AtomicPtr<Node<T>>,
}

unsafe impl<T: Send> Send for Ring<T> {}
unsafe impl<T: Send> Sync for Ring<T> {}

fn free_for(place: usize) -> usize {
    2 * place + 1
}

impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        Ring {
            slots: (0..capacity).map(|place| AtomicUsize::new(free_for(place))).collect(),
            head: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            garbage: AtomicPtr::new(ptr::null_mut()),
        }
    }

    fn slot(&self, place: usize) -> &AtomicUsize {
        &self.slots[place % self.slots.len()]
    }

    fn move_on(counter: &AtomicUsize, from: usize) {
        let _ = counter.compare_exchange(from, from + 1, Ordering::SeqCst, Ordering::SeqCst);
    }

    pub fn try_push(&self, value: T) -> Result<(), T> {
        let node = Box::into_raw(Box::new(Node { place: 0, value: ManuallyDrop::new(value), retired: ptr::null_mut() }));
        loop {
            let tail = self.tail.load(Ordering::SeqCst);
            let slot = self.slot(tail);
            let seen = slot.load(Ordering::SeqCst);
            if seen == free_for(tail) {
                unsafe { (*node).place = tail };
                if slot.compare_exchange(seen, node as usize, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                    Self::move_on(&self.tail, tail);
                    return Ok(());
                }
            } else if seen % 2 == 0 && unsafe { (*(seen as *mut Node<T>)).place } + self.slots.len() == tail {
                // Filled a round ago and not taken out: full, unless the head lags behind slots that were filled again.
                let head = self.head.load(Ordering::SeqCst);
                if head + self.slots.len() < tail {
                    Self::move_on(&self.head, head);
                } else if slot.load(Ordering::SeqCst) == seen {
                    return Err(ManuallyDrop::into_inner(unsafe { Box::from_raw(node) }.value));
                }
            } else {
                Self::move_on(&self.tail, tail);
            }
        }
    }

    pub fn try_pop(&self) -> Option<T> {
        loop {
            let head = self.head.load(Ordering::SeqCst);
            let slot = self.slot(head);
            let seen = slot.load(Ordering::SeqCst);
            if seen == free_for(head) {
                return None;
            }
            let node = seen as *mut Node<T>;
            if seen % 2 == 1 || unsafe { (*node).place } != head {
                Self::move_on(&self.head, head);
                continue;
            }
            // The tail goes on first: a slot that is free for the next round lies behind it.
            Self::move_on(&self.tail, head);
            let next = free_for(head + self.slots.len());
            if slot.compare_exchange(seen, next, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                Self::move_on(&self.head, head);
                let value = unsafe { ptr::read(&*(*node).value) };
                self.retire(node);
                return Some(value);
            }
        }
    }

    fn retire(&self, node: *mut Node<T>) {
        loop {
            let first = self.garbage.load(Ordering::Relaxed);
            unsafe { (*node).retired = first };
            if self.garbage.compare_exchange(first, node, Ordering::Release, Ordering::Relaxed).is_ok() {
                return;
            }
        }
    }

    pub fn len_hint(&self) -> usize {
        let head = self.head.load(Ordering::SeqCst);
        self.tail.load(Ordering::SeqCst).saturating_sub(head).min(self.slots.len())
    }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        while self.try_pop().is_some() {}
        let mut node = self.garbage.with_mut(|first| *first);
        while !node.is_null() {
            node = unsafe { Box::from_raw(node) }.retired;
        }
    }
}
