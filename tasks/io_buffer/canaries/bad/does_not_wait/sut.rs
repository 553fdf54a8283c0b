//! Who meets a flush that has not finished says that the buffer is sealed, and is not.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};

const SEALED: u64 = 1;
const FLUSHING: u64 = 2;
const WRITER: u64 = 1 << 8;
const BYTE: u64 = 1 << 16;
const FIRST: u64 = 1 << 24;

pub struct IoBuffer<T> {
    header: AtomicU64,
    slots: Vec<UnsafeCell<Option<T>>>,
}

unsafe impl<T: Send> Send for IoBuffer<T> {}
unsafe impl<T: Send> Sync for IoBuffer<T> {}

impl<T> IoBuffer<T> {
    pub fn new(capacity: u64) -> Self {
        let slots = (0..capacity).map(|_| UnsafeCell::new(None)).collect();
        IoBuffer { header: AtomicU64::new(0), slots }
    }

    /// Change the header when nobody is flushing; None where `change` sees nothing to do.
    fn update<R>(&self, change: impl Fn(u64) -> Option<(u64, R)>) -> Option<R> {
        let mut header = self.header.load(Ordering::Acquire);
        loop {
            if header & FLUSHING != 0 {
                return None;
            }
            let (next, found) = change(header)?;
            match self.header.compare_exchange(header, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(found),
                Err(seen) => header = seen,
            }
        }
    }

    pub fn reserve(&self, length: u64) -> Option<Res> {
        self.update(|header| {
            let (first, used) = (header / FIRST, header % FIRST / BYTE);
            let fits = header & SEALED == 0 && used + length <= self.slots.len() as u64;
            fits.then(|| (header + length * BYTE + WRITER, Res { lsn: first + used, off: used }))
        })
    }

    pub fn complete(&self, res: Res, record: T) {
        self.slots[res.off as usize].with_mut(|slot| unsafe { *slot = Some(record) });
        self.header.fetch_sub(WRITER, Ordering::AcqRel);
    }

    pub fn abort(&self, _res: Res) {
        self.header.fetch_sub(WRITER, Ordering::AcqRel);
    }

    pub fn seal(&self) {
        self.update(|header| (header & SEALED == 0).then_some((header | SEALED, ())));
    }

    pub fn flush(&self) -> Option<(u64, Vec<T>)> {
        let stable = self.update(|header| {
            let ready = header % BYTE == SEALED;
            ready.then_some((header | FLUSHING, header / FIRST + header % FIRST / BYTE))
        })?;
        let taken = |slot: &UnsafeCell<Option<T>>| slot.with_mut(|slot| unsafe { (*slot).take() });
        let records = self.slots.iter().filter_map(taken).collect();
        self.header.store(stable * FIRST, Ordering::Release);
        Some((stable, records))
    }

    pub fn stable(&self) -> u64 {
        let mut header = self.header.load(Ordering::Acquire);
        while header & FLUSHING != 0 {
            hint::spin_loop();
            header = self.header.load(Ordering::Acquire);
        }
        header / FIRST
    }
}
