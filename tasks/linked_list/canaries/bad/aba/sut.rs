//! ABA: a node that left is used again for another number while a thread still stands on it or compares its address.
use crate::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::ptr;

struct Node {
    key: AtomicU64,
    /// Where the chain goes on; the lowest bit says that this node is leaving.
    next: AtomicPtr<Node>,
    spare: AtomicPtr<Node>,
}

pub struct OrderedSet {
    head: AtomicPtr<Node>,
    spare: AtomicPtr<Node>,
}

unsafe impl Send for OrderedSet {}
unsafe impl Sync for OrderedSet {}

fn key_of(node: *mut Node) -> u64 {
    unsafe { (*node).key.load(Ordering::Acquire) }
}

fn marked(link: *mut Node) -> bool {
    link.addr() & 1 == 1
}

fn mark(link: *mut Node) -> *mut Node {
    link.map_addr(|address| address | 1)
}

fn plain(link: *mut Node) -> *mut Node {
    link.map_addr(|address| address & !1)
}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { head: AtomicPtr::new(ptr::null_mut()), spare: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The link that leads to the first node that is not less than a key, and that node; nodes that are leaving on the
    /// way are unlinked.
    fn search(&self, key: u64) -> (&AtomicPtr<Node>, *mut Node) {
        'again: loop {
            let mut link = &self.head;
            let mut node = link.load(Ordering::Acquire);
            while !node.is_null() {
                let next = unsafe { (*node).next.load(Ordering::Acquire) };
                if marked(next) {
                    if link.compare_exchange(node, plain(next), Ordering::AcqRel, Ordering::Acquire).is_err() {
                        continue 'again;
                    }
                    self.retire(node);
                    node = plain(next);
                    continue;
                }
                if key_of(node) >= key {
                    break;
                }
                link = unsafe { &(*node).next };
                node = next;
            }
            return (link, node);
        }
    }

    pub fn insert(&self, key: u64) -> bool {
        let new = self.node(key);
        loop {
            let (link, node) = self.search(key);
            if !node.is_null() && key_of(node) == key {
                self.retire(new);
                return false;
            }
            unsafe { (*new).next.store(node, Ordering::Relaxed) };
            if link.compare_exchange(node, new, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return true;
            }
        }
    }

    pub fn remove(&self, key: u64) -> bool {
        loop {
            let (link, node) = self.search(key);
            if node.is_null() || key_of(node) != key {
                return false;
            }
            let next = unsafe { (*node).next.load(Ordering::Acquire) };
            if marked(next) {
                continue;
            }
            let leaving = unsafe { &(*node).next };
            if leaving.compare_exchange(next, mark(next), Ordering::AcqRel, Ordering::Acquire).is_err() {
                continue;
            }
            if link.compare_exchange(node, next, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                self.retire(node);
            } else {
                self.search(key);
            }
            return true;
        }
    }

    pub fn contains(&self, key: u64) -> bool {
        let mut node = self.head.load(Ordering::Acquire);
        while !node.is_null() && key_of(node) < key {
            node = plain(unsafe { (*node).next.load(Ordering::Acquire) });
        }
        !node.is_null() && key_of(node) == key && unsafe { !marked((*node).next.load(Ordering::Acquire)) }
    }

    /// A spare node, which nobody else takes while it is looked at, or a new one.
    fn node(&self, key: u64) -> *mut Node {
        let spare = self.spare.swap(ptr::null_mut(), Ordering::AcqRel);
        if spare.is_null() {
            let (next, spare) = (AtomicPtr::new(ptr::null_mut()), AtomicPtr::new(ptr::null_mut()));
            return Box::into_raw(Box::new(Node { key: AtomicU64::new(key), next, spare }));
        }
        let mut rest = unsafe { (*spare).spare.load(Ordering::Acquire) };
        while !rest.is_null() {
            let then = unsafe { (*rest).spare.load(Ordering::Acquire) };
            self.retire(rest);
            rest = then;
        }
        unsafe { (*spare).key.store(key, Ordering::Release) };
        spare
    }

    fn retire(&self, node: *mut Node) {
        loop {
            let first = self.spare.load(Ordering::Acquire);
            unsafe { (*node).spare.store(first, Ordering::Release) };
            if self.spare.compare_exchange(first, node, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                return;
            }
        }
    }
}

impl Drop for OrderedSet {
    fn drop(&mut self) {
        let mut node = self.head.with_mut(|first| *first);
        while !node.is_null() {
            let next = unsafe { Box::from_raw(node) }.next.with_mut(|next| *next);
            node = plain(next);
        }
        let mut node = self.spare.with_mut(|first| *first);
        while !node.is_null() {
            node = unsafe { Box::from_raw(node) }.spare.with_mut(|next| *next);
        }
    }
}
