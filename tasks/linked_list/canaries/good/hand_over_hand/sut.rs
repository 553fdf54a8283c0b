//! A lock in every link: who walks takes the next one before it gives the last one back. Whoever takes a node out holds
//! the link to it, so nobody else is at it, and it is freed at once. Blocking, honestly.
use crate::sync::{Arc, Mutex, MutexGuard};
use std::mem;

type Link = Option<Arc<Node>>;

struct Node {
    key: u64,
    next: Mutex<Link>,
}

pub struct OrderedSet {
    head: Mutex<Link>,
}

impl OrderedSet {
    pub fn new() -> Self {
        OrderedSet { head: Mutex::new(None) }
    }

    /// Runs `work` with the link to the first node that is not less than a key.
    fn at<R>(&self, key: u64, work: impl FnOnce(&mut Link) -> R) -> R {
        let mut held: MutexGuard<'_, Link> = self.head.lock().unwrap();
        // The node whose link is held, kept alive for as long as it is.
        let mut before: Link = None;
        loop {
            let node = match &*held {
                Some(node) if node.key < key => node.clone(),
                _ => break,
            };
            let next = node.next.lock().unwrap();
            // The node outlives the guard: `before` keeps it, and is let go only after the guard was.
            held = unsafe { mem::transmute::<MutexGuard<'_, Link>, MutexGuard<'_, Link>>(next) };
            before = Some(node);
        }
        let found = work(&mut held);
        drop(held);
        drop(before);
        found
    }

    pub fn insert(&self, key: u64) -> bool {
        self.at(key, |link| {
            if link.as_ref().is_some_and(|node| node.key == key) {
                return false;
            }
            let next = Mutex::new(link.take());
            *link = Some(Arc::new(Node { key, next }));
            true
        })
    }

    pub fn remove(&self, key: u64) -> bool {
        self.at(key, |link| {
            if !link.as_ref().is_some_and(|node| node.key == key) {
                return false;
            }
            let node = link.take().unwrap();
            *link = node.next.lock().unwrap().take();
            true
        })
    }

    pub fn contains(&self, key: u64) -> bool {
        self.at(key, |link| link.as_ref().is_some_and(|node| node.key == key))
    }
}
