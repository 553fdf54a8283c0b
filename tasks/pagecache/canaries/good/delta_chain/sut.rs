//! Without a lock: a page is the chain of what was done to it. Whoever changes it hangs a node before the chain; whoever
//! reads it replays the chain back to what began it. Nodes never change and are kept until the cache is dropped.
use crate::sync::atomic::{AtomicPtr, Ordering};
use std::ptr;

#[derive(Clone, Copy, PartialEq)]
enum Done {
    Allocated,
    Replaced(u64),
    Linked(u64),
    Freed,
    /// Written, dropped from memory or loaded again: nothing that its values show.
    Moved,
}

struct Node {
    done: Done,
    version: u64,
    dirty: bool,
    there: bool,
    older: *const Node,
}

pub struct PageCache {
    pages: [AtomicPtr<Node>; 4],
}

unsafe impl Send for PageCache {}
unsafe impl Sync for PageCache {}

impl Node {
    fn used(&self) -> bool {
        self.back().done != Done::Freed
    }

    /// The last node that is about values.
    fn back(&self) -> &Node {
        let mut node = self;
        while node.done == Done::Moved {
            node = unsafe { &*node.older };
        }
        node
    }

    fn values(&self) -> Vec<u64> {
        let (mut node, mut values) = (self, Vec::new());
        loop {
            match node.done {
                Done::Linked(value) => values.push(value),
                Done::Replaced(value) => values.push(value),
                _ => {}
            }
            if !matches!(node.done, Done::Linked(_) | Done::Moved) {
                values.reverse();
                return values;
            }
            node = unsafe { &*node.older };
        }
    }
}

impl PageCache {
    pub fn new() -> Self {
        let first = || Node { done: Done::Freed, version: 0, dirty: false, there: false, older: ptr::null() };
        PageCache { pages: [0, 1, 2, 3].map(|_| AtomicPtr::new(Box::into_raw(Box::new(first())))) }
    }

    /// Hangs the node that `next` makes of the newest one before it; `Err` is what it says instead of making one.
    fn hang<R>(&self, pid: u64, none: R, next: impl Fn(&Node) -> Result<(Node, R), R>) -> R {
        let Some(page) = usize::try_from(pid).ok().and_then(|pid| self.pages.get(pid)) else { return none };
        let mut newest = page.load(Ordering::SeqCst);
        loop {
            let (mut node, answer) = match next(unsafe { &*newest }) {
                Ok(made) => made,
                Err(answer) => return answer,
            };
            node.older = newest;
            let node = Box::into_raw(Box::new(node));
            match page.compare_exchange(newest, node, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return answer,
                Err(now) => newest = now,
            }
            drop(unsafe { Box::from_raw(node) });
        }
    }

    fn change(&self, pid: u64, version: u64, done: Done) -> Result<u64, Option<u64>> {
        self.hang(pid, Err(None), |page| match page.used() {
            true if page.version == version => Ok((Node::dirty(done, version + 1), Ok(version + 1))),
            used => Err(Err(used.then_some(page.version))),
        })
    }

    pub fn allocate(&self, pid: u64) -> Option<u64> {
        self.hang(pid, None, |page| match page.used() {
            true => Err(None),
            false => Ok((Node::dirty(Done::Allocated, page.version), Some(page.version))),
        })
    }

    pub fn get(&self, pid: u64) -> Option<View> {
        self.hang(pid, None, |page| {
            let view = page.used().then(|| View { version: page.version, values: page.values() });
            match view.is_some() && !page.there {
                true => Ok((page.moved(false, true), view)),
                false => Err(view),
            }
        })
    }

    pub fn replace(&self, pid: u64, version: u64, value: u64) -> Result<u64, Option<u64>> {
        self.change(pid, version, Done::Replaced(value))
    }

    pub fn link(&self, pid: u64, version: u64, delta: u64) -> Result<u64, Option<u64>> {
        self.change(pid, version, Done::Linked(delta))
    }

    pub fn free(&self, pid: u64) -> bool {
        self.hang(pid, false, |page| match page.used() {
            true => Ok((Node { done: Done::Freed, version: page.version + 1, ..page.moved(false, false) }, true)),
            false => Err(false),
        })
    }

    pub fn evict(&self, pid: u64) -> Option<bool> {
        self.hang(pid, None, |page| match page.there {
            true => Ok((page.moved(false, page.dirty), Some(!page.dirty))),
            false => Err(None),
        })
    }
}

impl Node {
    fn dirty(done: Done, version: u64) -> Node {
        Node { done, version, dirty: true, there: true, older: ptr::null() }
    }

    fn moved(&self, dirty: bool, there: bool) -> Node {
        Node { done: Done::Moved, version: self.version, dirty, there, older: ptr::null() }
    }
}

impl Drop for PageCache {
    fn drop(&mut self) {
        for page in &mut self.pages {
            let mut node = page.with_mut(|newest| *newest);
            while !node.is_null() {
                node = unsafe { Box::from_raw(node) }.older as *mut Node;
            }
        }
    }
}
