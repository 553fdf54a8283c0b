//! A handle is given back by a relaxed store: what its thread did need not be over when another has it.
use crate::sync::{atomic::*, cell::UnsafeCell};
use std::ptr;

const HANDLES: usize = 3;
const PINNED: u64 = 1;
const UNPINNED: u64 = 0;
const FREE: u64 = u64::MAX - 1;
const BAGS: usize = 3;

struct Handle {
    /// FREE, or UNPINNED where it is registered, or twice the epoch and PINNED.
    state: AtomicU64,
    /// How often it is pinned: its owner's business.
    depth: UnsafeCell<usize>,
}

struct Node<T> {
    object: T,
    below: *mut Node<T>,
}

pub struct EpochGc<T> {
    epoch: AtomicU64,
    handles: Vec<Handle>,
    current: AtomicPtr<Node<T>>,
    bags: Vec<AtomicPtr<Node<T>>>,
    collecting: AtomicBool,
}

unsafe impl<T: Send> Send for EpochGc<T> {}
unsafe impl<T: Send> Sync for EpochGc<T> {}

impl<T: Clone> EpochGc<T> {
    pub fn new() -> Self {
        let handle = |_| Handle { state: AtomicU64::new(FREE), depth: UnsafeCell::new(0) };
        let bag = |_| AtomicPtr::new(ptr::null_mut());
        EpochGc {
            epoch: AtomicU64::new(0),
            handles: (0..HANDLES).map(handle).collect(),
            current: AtomicPtr::new(ptr::null_mut()),
            bags: (0..BAGS).map(bag).collect(),
            collecting: AtomicBool::new(false),
        }
    }

    pub fn register(&self) -> Option<usize> {
        let taken = |h: &Handle| h.state.compare_exchange(FREE, UNPINNED, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        self.handles.iter().position(taken)
    }

    pub fn unregister(&self, handle: usize) {
        self.handles[handle].state.store(FREE, Ordering::Relaxed);
    }

    pub fn pin(&self, handle: usize) {
        let own = &self.handles[handle];
        let depth = own.depth.with_mut(|depth| unsafe {
            *depth += 1;
            *depth
        });
        if depth > 1 {
            return;
        }
        let mut epoch = self.epoch.load(Ordering::Relaxed);
        loop {
            own.state.store(2 * epoch + PINNED, Ordering::Release);
            // Who advances the epoch after this has seen the pin; if somebody has before it, that shows here.
            fence(Ordering::SeqCst);
            let now = self.epoch.load(Ordering::Acquire);
            if now == epoch {
                return;
            }
            epoch = now;
        }
    }

    pub fn unpin(&self, handle: usize) {
        let own = &self.handles[handle];
        let depth = own.depth.with_mut(|depth| unsafe {
            *depth -= 1;
            *depth
        });
        if depth == 0 {
            own.state.store(UNPINNED, Ordering::Release);
        }
    }

    pub fn look(&self, _handle: usize) -> Option<T> {
        let node = self.current.load(Ordering::Acquire);
        unsafe { node.as_ref() }.map(|node| node.object.clone())
    }

    pub fn replace(&self, _handle: usize, object: T) {
        let node = Box::into_raw(Box::new(Node { object, below: ptr::null_mut() }));
        let old = self.current.swap(node, Ordering::AcqRel);
        if !old.is_null() {
            self.put_into_bag(old);
        }
    }

    pub fn retire(&self, _handle: usize, object: T) {
        self.put_into_bag(Box::into_raw(Box::new(Node { object, below: ptr::null_mut() })));
    }

    fn put_into_bag(&self, node: *mut Node<T>) {
        // The epoch in which it can no longer be reached, not the one in which this thread was pinned.
        fence(Ordering::SeqCst);
        let bag = &self.bags[self.epoch.load(Ordering::Acquire) as usize % BAGS];
        let mut below = bag.load(Ordering::Relaxed);
        loop {
            unsafe { (*node).below = below };
            match bag.compare_exchange(below, node, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(seen) => below = seen,
            }
        }
    }

    pub fn collect(&self) -> Vec<T> {
        if self.collecting.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            return Vec::new();
        }
        let epoch = self.epoch.load(Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let state = |handle: &Handle| handle.state.load(Ordering::Acquire);
        let mut free = Vec::new();
        if self.handles.iter().map(state).all(|state| state & PINNED == 0 || state / 2 == epoch) {
            self.epoch.store(epoch + 1, Ordering::Release);
            let mut node = self.bags[(epoch + 2) as usize % BAGS].swap(ptr::null_mut(), Ordering::Acquire);
            while !node.is_null() {
                let taken = *unsafe { Box::from_raw(node) };
                free.push(taken.object);
                node = taken.below;
            }
            free.reverse();
        }
        self.collecting.store(false, Ordering::Release);
        free
    }
}

impl<T> Drop for EpochGc<T> {
    fn drop(&mut self) {
        let (bags, current) = (&mut self.bags, &mut self.current);
        for bag in bags.iter_mut().chain([current]) {
            let mut node = bag.with_mut(|first| *first);
            while !node.is_null() {
                node = unsafe { Box::from_raw(node) }.below;
            }
        }
    }
}
