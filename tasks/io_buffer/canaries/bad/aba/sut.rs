//! The header does not say at which LSN the buffer begins: one that was flushed and filled to the same place meanwhile
//! looks as it did before.
use crate::sync::{atomic::*, cell::UnsafeCell, hint};

const SEALED: u64 = 1;
const FLUSHING: u64 = 2;
const WRITER: u64 = 1 << 8;
const BYTE: u64 = 1 << 16;

pub struct IoBuffer<T> {
    header: AtomicU64,
    first: AtomicU64,
    slots: Vec<UnsafeCell<Option<T>>>,
}

unsafe impl<T: Send> Send for IoBuffer<T> {}
unsafe impl<T: Send> Sync for IoBuffer<T> {}

impl<T> IoBuffer<T> {
    pub fn new(capacity: u64) -> Self {
        let slots = (0..capacity).map(|_| UnsafeCell::new(None)).collect();
        IoBuffer { header: AtomicU64::new(0), first: AtomicU64::new(0), slots }
    }

    /// Change the header when nobody is flushing; None where `change` sees nothing to do.
    fn update<R>(&self, change: impl Fn(u64, u64) -> Option<(u64, R)>) -> Option<R> {
        let mut first = self.first.load(Ordering::Acquire);
        let mut header = self.header.load(Ordering::Acquire);
        loop {
            if header & FLUSHING != 0 {
                hint::spin_loop();
                first = self.first.load(Ordering::Acquire);
                header = self.header.load(Ordering::Acquire);
                continue;
            }
            let (next, found) = change(header, first)?;
            match self.header.compare_exchange(header, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(found),
                Err(seen) => header = seen,
            }
        }
    }

    pub fn reserve(&self, length: u64) -> Option<Res> {
        self.update(|header, first| {
            let used = header / BYTE;
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
        self.update(|header, _| (header & SEALED == 0).then_some((header | SEALED, ())));
    }

    pub fn flush(&self) -> Option<(u64, Vec<T>)> {
        let stable = self.update(|header, first| {
            let ready = header % BYTE == SEALED;
            ready.then_some((header | FLUSHING, first + header / BYTE))
        })?;
        let taken = |slot: &UnsafeCell<Option<T>>| slot.with_mut(|slot| unsafe { (*slot).take() });
        let records = self.slots.iter().filter_map(taken).collect();
        self.first.store(stable, Ordering::Release);
        self.header.store(0, Ordering::Release);
        Some((stable, records))
    }

    pub fn stable(&self) -> u64 {
        let mut header = self.header.load(Ordering::Acquire);
        while header & FLUSHING != 0 {
            hint::spin_loop();
            header = self.header.load(Ordering::Acquire);
        }
        self.first.load(Ordering::Acquire)
    }
}
