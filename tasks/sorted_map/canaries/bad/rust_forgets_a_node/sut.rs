//! A sorted list of nodes behind raw pointers.

use std::ptr;

#[repr(C)]
struct Node {
    key: i64,
    value: i64,
    next: *mut Node,
}

pub struct SortedMap {
    head: *mut Node,
    len: u64,
}

impl SortedMap {
    pub fn new() -> Self {
        SortedMap { head: ptr::null_mut(), len: 0 }
    }

    /// Where the pointer to the first node stands whose key is not below `key`.
    fn place(&mut self, key: i64) -> *mut *mut Node {
        let mut at: *mut *mut Node = &mut self.head;
        unsafe {
            while !(*at).is_null() && (**at).key < key {
                at = ptr::addr_of_mut!((**at).next);
            }
        }
        at
    }

    fn nodes(&self) -> Vec<(i64, i64)> {
        let mut found = Vec::new();
        let mut node = self.head;
        unsafe {
            while !node.is_null() {
                found.push(((*node).key, (*node).value));
                node = (*node).next;
            }
        }
        found
    }

    pub fn set(&mut self, key: i64, value: i64) {
        let at = self.place(key);
        unsafe {
            if !(*at).is_null() && (**at).key == key {
                (**at).value = value;
            } else {
                *at = Box::into_raw(Box::new(Node { key, value, next: *at }));
                self.len += 1;
            }
        }
    }

    pub fn get(&mut self, key: i64) -> Option<i64> {
        let node = unsafe { *self.place(key) };
        unsafe { node.as_ref() }.filter(|node| node.key == key).map(|node| node.value)
    }

    pub fn remove(&mut self, key: i64) -> bool {
        let at = self.place(key);
        unsafe {
            let node = *at;
            if node.is_null() || (*node).key != key {
                return false;
            }
            *at = (*node).next;
            std::mem::forget(Box::from_raw(node));
        }
        self.len -= 1;
        true
    }

    pub fn range(&self, lo: i64, hi: i64) -> Vec<(i64, i64)> {
        self.nodes().into_iter().filter(|pair| lo <= pair.0 && pair.0 < hi).collect()
    }

    pub fn nth(&self, i: u32) -> Option<(i64, i64)> {
        self.nodes().get(i as usize).copied()
    }

    pub fn len(&self) -> u64 {
        self.len
    }
}

impl Drop for SortedMap {
    fn drop(&mut self) {
        while !self.head.is_null() {
            let node = unsafe { Box::from_raw(self.head) };
            self.head = node.next;
        }
    }
}
