//! The value is read out before the place is taken, and given up again where another was faster.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};
use std::mem::MaybeUninit;

struct Slot<T> {
    /// 2·lap: to be filled in that lap; 2·lap + 1: filled.
    turn: AtomicUsize,
    value: UnsafeCell<MaybeUninit<T>>,
}

pub struct Ring<T> {
    slots: Box<[Slot<T>]>,
    head: AtomicUsize,
    tail: AtomicUsize,
}

unsafe impl<T: Send> Send for Ring<T> {}
unsafe impl<T: Send> Sync for Ring<T> {}

impl<T> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        let empty = |_| Slot { turn: AtomicUsize::new(0), value: UnsafeCell::new(MaybeUninit::uninit()) };
        Ring { slots: (0..capacity).map(empty).collect(), head: AtomicUsize::new(0), tail: AtomicUsize::new(0) }
    }

    fn slot(&self, at: usize) -> (&Slot<T>, usize) {
        (&self.slots[at % self.slots.len()], 2 * (at / self.slots.len()))
    }

    pub fn try_push(&self, value: T) -> Result<(), T> {
        let mut at = self.tail.load(Ordering::SeqCst);
        loop {
            let (slot, turn) = self.slot(at);
            if slot.turn.load(Ordering::Acquire) == turn {
                match self.tail.compare_exchange(at, at + 1, Ordering::SeqCst, Ordering::SeqCst) {
                    Ok(_) => {
                        slot.value.with_mut(|p| unsafe { (*p).write(value) });
                        slot.turn.store(turn + 1, Ordering::Release);
                        return Ok(());
                    }
                    Err(now) => at = now,
                }
                continue;
            }
            let head = self.head.load(Ordering::SeqCst);
            let now = self.tail.load(Ordering::SeqCst);
            if now == at {
                if head + self.slots.len() == at {
                    return Err(value);
                }
                hint::spin_loop();
            }
            at = now;
        }
    }

    pub fn try_pop(&self) -> Option<T> {
        let mut at = self.head.load(Ordering::SeqCst);
        loop {
            let (slot, turn) = self.slot(at);
            if slot.turn.load(Ordering::Acquire) == turn + 1 {
                let value = slot.value.with(|p| unsafe { (*p).assume_init_read() });
                match self.head.compare_exchange(at, at + 1, Ordering::SeqCst, Ordering::SeqCst) {
                    Ok(_) => {
                        slot.turn.store(turn + 2, Ordering::Release);
                        return Some(value);
                    }
                    Err(now) => at = now,
                }
                continue;
            }
            let tail = self.tail.load(Ordering::SeqCst);
            let now = self.head.load(Ordering::SeqCst);
            if now == at {
                if tail == at {
                    return None;
                }
                hint::spin_loop();
            }
            at = now;
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
    }
}
