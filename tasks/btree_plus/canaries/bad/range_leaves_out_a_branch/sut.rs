//! A range that begins below one of several inner nodes leaves that one out. Nodes do not change once they can be reached.
use crate::sync::atomic::{AtomicPtr, Ordering};
use std::ptr;

/// What lies left of a separator is less than it, what lies right of it is not.
enum Node {
    Leaf(Vec<(u64, u64)>),
    Inner(Vec<u64>, Vec<*mut Node>),
}

struct Version {
    root: *mut Node,
    older: *mut Version,
    replaced: Vec<*mut Node>,
}

/// What one change made, and what it replaces.
struct Change {
    order: usize,
    made: Vec<*mut Node>,
    replaced: Vec<*mut Node>,
}

pub struct BTreePlus {
    order: usize,
    current: AtomicPtr<Version>,
}

unsafe impl Send for BTreePlus {}
unsafe impl Sync for BTreePlus {}

/// Which of the nodes below has a key.
fn place(keys: &[u64], key: u64) -> usize {
    keys.partition_point(|separator| *separator <= key)
}

impl Node {
    fn size(&self) -> usize {
        match self {
            Node::Leaf(pairs) => pairs.len(),
            Node::Inner(_, below) => below.len(),
        }
    }
}

impl Change {
    fn node(&mut self, node: Node) -> *mut Node {
        let node = Box::into_raw(Box::new(node));
        self.made.push(node);
        node
    }

    /// A node, or two with what parts them where it would be larger than the order allows.
    fn fitting(&mut self, mut node: Node) -> (*mut Node, Option<(u64, *mut Node)>) {
        let size = node.size();
        if size <= self.order {
            return (self.node(node), None);
        }
        let (separator, right) = match &mut node {
            Node::Leaf(pairs) => {
                let right = pairs.split_off(size / 2);
                (right[0].0, Node::Leaf(right))
            }
            Node::Inner(keys, below) => {
                let (rest, right) = (keys.split_off(size / 2), below.split_off(size / 2));
                (keys.pop().unwrap(), Node::Inner(rest, right))
            }
        };
        (self.node(node), Some((separator, self.node(right))))
    }

    fn put(&mut self, at: *mut Node, key: u64, value: u64) -> (*mut Node, Option<(u64, *mut Node)>) {
        self.replaced.push(at);
        match unsafe { &*at } {
            Node::Leaf(pairs) => {
                let mut pairs = pairs.clone();
                match pairs.binary_search_by_key(&key, |pair| pair.0) {
                    Ok(place) => pairs[place].1 = value,
                    Err(place) => pairs.insert(place, (key, value)),
                }
                self.fitting(Node::Leaf(pairs))
            }
            Node::Inner(keys, below) => {
                let (mut keys, mut below, place) = (keys.clone(), below.clone(), place(keys, key));
                let (left, right) = self.put(below[place], key, value);
                below[place] = left;
                if let Some((separator, node)) = right {
                    keys.insert(place, separator);
                    below.insert(place + 1, node);
                }
                self.fitting(Node::Inner(keys, below))
            }
        }
    }

    fn take(&mut self, at: *mut Node, key: u64) -> *mut Node {
        self.replaced.push(at);
        match unsafe { &*at } {
            Node::Leaf(pairs) => {
                let left = pairs.iter().copied().filter(|pair| pair.0 != key).collect();
                self.node(Node::Leaf(left))
            }
            Node::Inner(keys, below) => {
                let (mut keys, mut below, place) = (keys.clone(), below.clone(), place(keys, key));
                below[place] = self.take(below[place], key);
                if unsafe { (*below[place]).size() } < self.order.div_ceil(2) && below.len() > 1 {
                    self.join(&mut keys, &mut below, place.max(1) - 1);
                }
                self.node(Node::Inner(keys, below))
            }
        }
    }

    /// Makes one node of two neighbours, or two of the same size where one would be too large.
    fn join(&mut self, keys: &mut Vec<u64>, below: &mut Vec<*mut Node>, left: usize) {
        let (one, other) = (below[left], below.remove(left + 1));
        self.replaced.extend([one, other]);
        let separator = keys.remove(left);
        let both = match unsafe { (&*one, &*other) } {
            (Node::Leaf(a), Node::Leaf(b)) => Node::Leaf([&a[..], &b[..]].concat()),
            (Node::Inner(k, a), Node::Inner(l, b)) => {
                Node::Inner([&k[..], &[separator], &l[..]].concat(), [&a[..], &b[..]].concat())
            }
            _ => unreachable!("neighbours have the same height"),
        };
        let (node, right) = self.fitting(both);
        below[left] = node;
        if let Some((separator, right)) = right {
            keys.insert(left, separator);
            below.insert(left + 1, right);
        }
    }
}

impl BTreePlus {
    pub fn new(order: usize) -> Self {
        let root = Box::into_raw(Box::new(Node::Leaf(Vec::new())));
        let first = Version { root, older: ptr::null_mut(), replaced: Vec::new() };
        BTreePlus { order, current: AtomicPtr::new(Box::into_raw(Box::new(first))) }
    }

    pub fn get(&self, key: u64) -> Option<u64> {
        Self::found(self.current.load(Ordering::Acquire), key)
    }

    fn found(version: *mut Version, key: u64) -> Option<u64> {
        let mut node = unsafe { &*(*version).root };
        loop {
            match node {
                Node::Inner(keys, below) => node = unsafe { &*below[place(keys, key)] },
                Node::Leaf(pairs) => {
                    let at = pairs.binary_search_by_key(&key, |pair| pair.0).ok()?;
                    return Some(pairs[at].1);
                }
            }
        }
    }

    pub fn insert(&self, key: u64, value: u64) -> Option<u64> {
        loop {
            let old = self.current.load(Ordering::Acquire);
            let before = Self::found(old, key);
            let mut change = self.change();
            let (mut root, right) = change.put(unsafe { (*old).root }, key, value);
            if let Some((separator, right)) = right {
                root = change.node(Node::Inner(vec![separator], vec![root, right]));
            }
            if self.exchange(old, root, change) {
                return before;
            }
        }
    }

    pub fn remove(&self, key: u64) -> Option<u64> {
        loop {
            let old = self.current.load(Ordering::Acquire);
            let before = Self::found(old, key)?;
            let mut change = self.change();
            let mut root = change.take(unsafe { (*old).root }, key);
            if let Node::Inner(_, below) = unsafe { &*root } {
                if below.len() == 1 {
                    change.replaced.push(root);
                    root = below[0];
                }
            }
            if self.exchange(old, root, change) {
                return Some(before);
            }
        }
    }

    fn change(&self) -> Change {
        Change { order: self.order, made: Vec::new(), replaced: Vec::new() }
    }

    fn exchange(&self, old: *mut Version, root: *mut Node, change: Change) -> bool {
        let new = Box::into_raw(Box::new(Version { root, older: old, replaced: change.replaced }));
        if self.current.compare_exchange(old, new, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            return true;
        }
        drop(unsafe { Box::from_raw(new) });
        change.made.into_iter().for_each(free);
        false
    }

    pub fn range(&self, lo: u64, hi: u64) -> Vec<(u64, u64)> {
        let version = self.current.load(Ordering::Acquire);
        let mut found = Vec::new();
        if lo < hi {
            Self::collect(unsafe { (*version).root }, lo, hi, &mut found);
        }
        found
    }

    fn collect(node: *mut Node, lo: u64, hi: u64, found: &mut Vec<(u64, u64)>) {
        match unsafe { &*node } {
            Node::Leaf(pairs) => found.extend(pairs.iter().filter(|pair| lo <= pair.0 && pair.0 < hi)),
            Node::Inner(keys, below) => {
                let (first, last) = (place(keys, lo), place(keys, hi - 1));
                let inner = matches!(unsafe { &*below[first] }, Node::Inner(..));
                for node in &below[first + usize::from(inner && first < last)..=last] {
                    Self::collect(*node, lo, hi, found);
                }
            }
        }
    }
}

impl Drop for BTreePlus {
    fn drop(&mut self) {
        let mut version = self.current.with_mut(|version| *version);
        let mut open = vec![unsafe { (*version).root }];
        while let Some(node) = open.pop() {
            if let Node::Inner(_, below) = unsafe { &*node } {
                open.extend(below);
            }
            free(node);
        }
        while !version.is_null() {
            let old = unsafe { Box::from_raw(version) };
            old.replaced.into_iter().for_each(free);
            version = old.older;
        }
    }
}

fn free(node: *mut Node) {
    drop(unsafe { Box::from_raw(node) });
}
