//! Without a lock: a node is marked in its own link, then unlinked, and kept for the end. All links have one order.
use crate::sync::atomic::{AtomicPtr, Ordering};
use std::ptr;

struct Node {
    key: u64,
    /// Where the chain goes on; the lowest bit says that this node is leaving.
    next: AtomicPtr<Node>,
    retired: *mut Node,
}

pub struct OrderedSet {
    head: AtomicPtr<Node>,
    garbage: AtomicPtr<Node>,
}

unsafe impl Send for OrderedSet {}
unsafe impl Sync for OrderedSet {}

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
        OrderedSet { head: AtomicPtr::new(ptr::null_mut()), garbage: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The link that leads to the first node that is not less than a key, and that node; nodes that are leaving on the
    /// way are unlinked.
    fn search(&self, key: u64) -> (&AtomicPtr<Node>, *mut Node) {
        'again: loop {
            let mut link = &self.head;
            let mut node = link.load(Ordering::SeqCst);
            while !node.is_null() {
                let next = unsafe { (*node).next.load(Ordering::SeqCst) };
                if marked(next) {
                    if link.compare_exchange(node, plain(next), Ordering::SeqCst, Ordering::SeqCst).is_err() {
                        continue 'again;
                    }
                    self.retire(node);
                    node = plain(next);
                    continue;
                }
                if unsafe { (*node).key } >= key {
                    break;
                }
                link = unsafe { &(*node).next };
                node = next;
            }
            return (link, node);
        }
    }

    pub fn insert(&self, key: u64) -> bool {
        let new = Box::into_raw(Box::new(Node { key, next: AtomicPtr::new(ptr::null_mut()), retired: ptr::null_mut() }));
        loop {
            let (link, node) = self.search(key);
            if !node.is_null() && unsafe { (*node).key } == key {
                drop(unsafe { Box::from_raw(new) });
                return false;
            }
            unsafe { (*new).next.store(node, Ordering::Relaxed) };
            if link.compare_exchange(node, new, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                return true;
            }
        }
    }

    pub fn remove(&self, key: u64) -> bool {
        loop {
            let (link, node) = self.search(key);
            if node.is_null() || unsafe { (*node).key } != key {
                return false;
            }
            let next = unsafe { (*node).next.load(Ordering::SeqCst) };
            if marked(next) {
                continue;
            }
            let leaving = unsafe { &(*node).next };
            if leaving.compare_exchange(next, mark(next), Ordering::SeqCst, Ordering::SeqCst).is_err() {
                continue;
            }
            if link.compare_exchange(node, next, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                self.retire(node);
            } else {
                self.search(key);
            }
            return true;
        }
    }

    pub fn contains(&self, key: u64) -> bool {
        let mut node = self.head.load(Ordering::SeqCst);
        while !node.is_null() && unsafe { (*node).key } < key {
            node = plain(unsafe { (*node).next.load(Ordering::SeqCst) });
        }
        !node.is_null() && unsafe { (*node).key == key && !marked((*node).next.load(Ordering::SeqCst)) }
    }

    fn retire(&self, node: *mut Node) {
        loop {
            let first = self.garbage.load(Ordering::Relaxed);
            unsafe { (*node).retired = first };
            if self.garbage.compare_exchange(first, node, Ordering::Release, Ordering::Relaxed).is_ok() {
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
        let mut node = self.garbage.with_mut(|first| *first);
        while !node.is_null() {
            node = unsafe { Box::from_raw(node) }.retired;
        }
    }
}
