//! Who comes second with a flush forgets the buffer that it has made.
use crate::sync::{atomic::*, cell::UnsafeCell};
use std::ptr;

const SEALED: u64 = 1;
const WRITER: u64 = 2;
const BYTE: u64 = 1 << 32;

struct Buffer<T> {
    first: u64,
    /// Bytes reserved, open reservations, and whether it is sealed.
    header: AtomicU64,
    slots: Vec<UnsafeCell<Option<T>>>,
    older: *mut Buffer<T>,
}

pub struct IoBuffer<T> {
    now: AtomicPtr<Buffer<T>>,
    kept: AtomicPtr<Buffer<T>>,
    capacity: u64,
}

unsafe impl<T: Send> Send for IoBuffer<T> {}
unsafe impl<T: Send> Sync for IoBuffer<T> {}

impl<T> Buffer<T> {
    fn make(first: u64, capacity: u64) -> *mut Self {
        let slots = (0..capacity).map(|_| UnsafeCell::new(None)).collect();
        Box::into_raw(Box::new(Buffer { first, header: AtomicU64::new(0), slots, older: ptr::null_mut() }))
    }
}

impl<T> IoBuffer<T> {
    pub fn new(capacity: u64) -> Self {
        let now = AtomicPtr::new(Buffer::make(0, capacity));
        IoBuffer { now, kept: AtomicPtr::new(ptr::null_mut()), capacity }
    }

    fn buffer(&self) -> &Buffer<T> {
        unsafe { &*self.now.load(Ordering::Acquire) }
    }

    pub fn reserve(&self, length: u64) -> Option<Res> {
        loop {
            let buffer = self.buffer();
            let header = buffer.header.load(Ordering::Acquire);
            let used = header / BYTE;
            if header & SEALED != 0 || used + length > self.capacity {
                return None;
            }
            let more = header + length * BYTE + WRITER;
            if buffer.header.compare_exchange(header, more, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                return Some(Res { lsn: buffer.first + used, off: used });
            }
        }
    }

    pub fn complete(&self, res: Res, record: T) {
        let buffer = self.buffer();
        buffer.slots[res.off as usize].with_mut(|slot| unsafe { *slot = Some(record) });
        buffer.header.fetch_sub(WRITER, Ordering::Release);
    }

    pub fn abort(&self, _res: Res) {
        self.buffer().header.fetch_sub(WRITER, Ordering::Release);
    }

    pub fn seal(&self) {
        self.buffer().header.fetch_or(SEALED, Ordering::AcqRel);
    }

    pub fn flush(&self) -> Option<(u64, Vec<T>)> {
        let old = self.now.load(Ordering::Acquire);
        let header = unsafe { (*old).header.load(Ordering::Acquire) };
        if header % BYTE != SEALED {
            return None;
        }
        let stable = unsafe { (*old).first } + header / BYTE;
        let fresh = Buffer::make(stable, self.capacity);
        if self.now.compare_exchange(old, fresh, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            return None;
        }
        let taken = |slot: &UnsafeCell<Option<T>>| slot.with_mut(|slot| unsafe { (*slot).take() });
        let records = unsafe { (*old).slots.iter().filter_map(taken).collect() };
        self.keep(old);
        Some((stable, records))
    }

    fn keep(&self, old: *mut Buffer<T>) {
        let mut older = self.kept.load(Ordering::Relaxed);
        loop {
            unsafe { (*old).older = older };
            match self.kept.compare_exchange(older, old, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(seen) => older = seen,
            }
        }
    }

    pub fn stable(&self) -> u64 {
        self.buffer().first
    }
}

impl<T> Drop for IoBuffer<T> {
    fn drop(&mut self) {
        let (now, mut kept) = (self.now.with_mut(|now| *now), self.kept.with_mut(|kept| *kept));
        drop(unsafe { Box::from_raw(now) });
        while !kept.is_null() {
            kept = unsafe { Box::from_raw(kept) }.older;
        }
    }
}
