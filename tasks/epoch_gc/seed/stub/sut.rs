//! One lock around the epoch, the handles and what was retired.
use crate::sync::Mutex;
use std::collections::VecDeque;

const HANDLES: usize = 3;

struct Handle {
    depth: usize,
    epoch: u64,
}

struct Held<T> {
    epoch: u64,
    handles: Vec<Option<Handle>>,
    current: Option<T>,
    retired: VecDeque<(u64, T)>,
}

pub struct EpochGc<T> {
    held: Mutex<Held<T>>,
}

impl<T: Clone> EpochGc<T> {
    pub fn new() -> Self {
        let handles = (0..HANDLES).map(|_| None).collect();
        EpochGc { held: Mutex::new(Held { epoch: 0, handles, current: None, retired: VecDeque::new() }) }
    }

    pub fn register(&self) -> Option<usize> {
        let mut held = self.held.lock().unwrap();
        let free = held.handles.iter().position(|handle| handle.is_none())?;
        held.handles[free] = Some(Handle { depth: 0, epoch: 0 });
        Some(free)
    }

    pub fn unregister(&self, handle: usize) {
        self.held.lock().unwrap().handles[handle] = None;
    }

    pub fn pin(&self, handle: usize) {
        let mut held = self.held.lock().unwrap();
        let epoch = held.epoch;
        if let Some(pinned) = &mut held.handles[handle] {
            if pinned.depth == 0 {
                pinned.epoch = epoch;
            }
            pinned.depth += 1;
        }
    }

    pub fn unpin(&self, handle: usize) {
        if let Some(pinned) = &mut self.held.lock().unwrap().handles[handle] {
            pinned.depth -= 1;
        }
    }

    pub fn look(&self, _handle: usize) -> Option<T> {
        self.held.lock().unwrap().current.clone()
    }

    pub fn replace(&self, _handle: usize, object: T) {
        let mut held = self.held.lock().unwrap();
        let epoch = held.epoch;
        if let Some(old) = held.current.replace(object) {
            held.retired.push_back((epoch, old));
        }
    }

    pub fn retire(&self, _handle: usize, object: T) {
        let mut held = self.held.lock().unwrap();
        let epoch = held.epoch;
        held.retired.push_back((epoch, object));
    }

    pub fn collect(&self) -> Vec<T> {
        let mut held = self.held.lock().unwrap();
        let epoch = held.epoch;
        if held.handles.iter().flatten().any(|pinned| pinned.depth > 0 && pinned.epoch != epoch) {
            return Vec::new();
        }
        held.epoch += 1;
        let free = held.retired.iter().take_while(|(at, _)| at + 2 <= epoch + 1).count();
        held.retired.drain(..free).map(|(_, object)| object).collect()
    }
}
