//! A scan whose prefix parts from a label in the middle of it goes on below that label with what is left of the prefix, so
//! that it lists keys with something in between.
use crate::sync::atomic::{AtomicPtr, Ordering};
use std::ptr;

struct Node<V> {
    label: Vec<u8>,
    value: *mut V,
    below: Vec<*mut Node<V>>,
}

struct Version<V> {
    root: *mut Node<V>,
    older: *mut Version<V>,
    nodes: Vec<*mut Node<V>>,
    value: *mut V,
}

/// What one change made, and what it replaces.
struct Change<V> {
    made: Vec<*mut Node<V>>,
    replaced: Vec<*mut Node<V>>,
    value: *mut V,
}

pub struct RadixTree<V: Clone> {
    current: AtomicPtr<Version<V>>,
}

unsafe impl<V: Clone + Send + Sync> Send for RadixTree<V> {}
unsafe impl<V: Clone + Send + Sync> Sync for RadixTree<V> {}

fn boxed<T>(it: T) -> *mut T {
    Box::into_raw(Box::new(it))
}

fn shared(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

impl<V> Node<V> {
    /// Where the node below that begins with a letter is, or would be.
    fn place(&self, letter: u8) -> Result<usize, usize> {
        self.below.binary_search_by_key(&letter, |node| unsafe { (&(**node).label)[0] })
    }
}

impl<V> Change<V> {
    fn node(&mut self, label: &[u8], value: *mut V, below: Vec<*mut Node<V>>) -> *mut Node<V> {
        let node = boxed(Node { label: label.to_vec(), value, below });
        self.made.push(node);
        node
    }

    fn put(&mut self, at: *mut Node<V>, rest: &[u8], value: *mut V) -> *mut Node<V> {
        let node = unsafe { &*at };
        self.replaced.push(at);
        if rest.is_empty() {
            self.value = node.value;
            return self.node(&node.label, value, node.below.clone());
        }
        let mut below = node.below.clone();
        match node.place(rest[0]) {
            Err(place) => below.insert(place, self.node(rest, value, Vec::new())),
            Ok(place) => below[place] = self.put_below(below[place], rest, value),
        }
        self.node(&node.label, node.value, below)
    }

    fn put_below(&mut self, at: *mut Node<V>, rest: &[u8], value: *mut V) -> *mut Node<V> {
        let node = unsafe { &*at };
        let common = shared(&node.label, rest);
        if common == node.label.len() {
            return self.put(at, &rest[common..], value);
        }
        self.replaced.push(at);
        let lower = self.node(&node.label[common..], node.value, node.below.clone());
        if common == rest.len() {
            return self.node(rest, value, vec![lower]);
        }
        let leaf = self.node(&rest[common..], value, Vec::new());
        let both = if rest[common] < node.label[common] { vec![leaf, lower] } else { vec![lower, leaf] };
        self.node(&rest[..common], ptr::null_mut(), both)
    }

    /// The node without a key that is below it; null where nothing is left.
    fn take(&mut self, at: *mut Node<V>, rest: &[u8], root: bool) -> *mut Node<V> {
        let node = unsafe { &*at };
        self.replaced.push(at);
        let (mut value, mut below) = (node.value, node.below.clone());
        if rest.is_empty() {
            self.value = value;
            value = ptr::null_mut();
        } else if let Ok(place) = node.place(rest[0]) {
            let length = unsafe { (&(*below[place]).label).len() };
            below[place] = self.take(below[place], &rest[length..], false);
            if below[place].is_null() {
                below.remove(place);
            }
        }
        if root || !value.is_null() || below.len() > 1 {
            return self.node(&node.label, value, below);
        }
        match below.pop() {
            None => ptr::null_mut(),
            Some(only) => {
                let child = unsafe { &*only };
                self.replaced.push(only);
                self.node(&[&node.label[..], &child.label[..]].concat(), child.value, child.below.clone())
            }
        }
    }
}

impl<V: Clone> RadixTree<V> {
    pub fn new() -> Self {
        let root = boxed(Node { label: Vec::new(), value: ptr::null_mut(), below: Vec::new() });
        let first = Version { root, older: ptr::null_mut(), nodes: Vec::new(), value: ptr::null_mut() };
        RadixTree { current: AtomicPtr::new(boxed(first)) }
    }

    pub fn get(&self, key: &[u8]) -> Option<V> {
        let version = self.current.load(Ordering::Acquire);
        Self::found(version, key)
    }

    fn found(version: *mut Version<V>, key: &[u8]) -> Option<V> {
        let (mut node, mut rest) = (unsafe { &*(*version).root }, key);
        while !rest.is_empty() {
            node = unsafe { &*node.below[node.place(rest[0]).ok()?] };
            rest = rest.strip_prefix(&node.label[..])?;
        }
        unsafe { node.value.as_ref() }.cloned()
    }

    pub fn insert(&self, key: &[u8], value: V) -> Option<V> {
        let value = boxed(value);
        loop {
            let old = self.current.load(Ordering::Acquire);
            let mut change = Change { made: Vec::new(), replaced: Vec::new(), value: ptr::null_mut() };
            let root = change.put(unsafe { (*old).root }, key, value);
            if let Some(replaced) = self.exchange(old, root, change) {
                return unsafe { replaced.as_ref() }.cloned();
            }
        }
    }

    pub fn remove(&self, key: &[u8]) -> Option<V> {
        loop {
            let old = self.current.load(Ordering::Acquire);
            Self::found(old, key)?;
            let mut change = Change { made: Vec::new(), replaced: Vec::new(), value: ptr::null_mut() };
            let root = change.take(unsafe { (*old).root }, key, true);
            if let Some(replaced) = self.exchange(old, root, change) {
                return unsafe { replaced.as_ref() }.cloned();
            }
        }
    }

    /// Whether the change took effect, with the value that it replaced.
    fn exchange(&self, old: *mut Version<V>, root: *mut Node<V>, change: Change<V>) -> Option<*mut V> {
        let value = change.value;
        let new = boxed(Version { root, older: old, nodes: change.replaced, value });
        if self.current.compare_exchange(old, new, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            return Some(value);
        }
        drop(unsafe { Box::from_raw(new) });
        change.made.into_iter().for_each(|node| drop(unsafe { Box::from_raw(node) }));
        None
    }

    pub fn scan_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, V)> {
        let version = self.current.load(Ordering::Acquire);
        let (mut node, mut rest, mut path) = (unsafe { &*(*version).root }, prefix, Vec::new());
        let mut found = Vec::new();
        while !rest.is_empty() {
            let Ok(place) = node.place(rest[0]) else { return found };
            node = unsafe { &*node.below[place] };
            let common = shared(&node.label, rest);
            path.extend_from_slice(&node.label);
            rest = &rest[common..];
        }
        Self::collect(node, &mut path, &mut found);
        found
    }

    fn collect(node: &Node<V>, path: &mut Vec<u8>, found: &mut Vec<(Vec<u8>, V)>) {
        if let Some(value) = unsafe { node.value.as_ref() } {
            found.push((path.clone(), value.clone()));
        }
        for below in &node.below {
            let below = unsafe { &**below };
            path.extend_from_slice(&below.label);
            Self::collect(below, path, found);
            path.truncate(path.len() - below.label.len());
        }
    }
}

impl<V: Clone> Drop for RadixTree<V> {
    fn drop(&mut self) {
        let mut version = self.current.with_mut(|version| *version);
        let mut open = vec![unsafe { (*version).root }];
        while let Some(node) = open.pop() {
            let node = unsafe { Box::from_raw(node) };
            open.extend(&node.below);
            free(node.value);
        }
        while !version.is_null() {
            let old = unsafe { Box::from_raw(version) };
            old.nodes.iter().for_each(|node| free(*node));
            free(old.value);
            version = old.older;
        }
    }
}

fn free<T>(it: *mut T) {
    if !it.is_null() {
        drop(unsafe { Box::from_raw(it) });
    }
}
