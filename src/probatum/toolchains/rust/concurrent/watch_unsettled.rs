//! Where threads are the system's, or one calls alone, nobody is let wait alone: what stands for `watch_settled.rs`.
use std::sync::atomic::Ordering;

pub fn waits() -> bool {
    false
}
pub fn looks<P>(_object: &P, _how: &'static str, _order: Ordering) {}
pub fn finds<P>(_object: &P, _how: &'static str, _order: Ordering) -> bool {
    false
}
pub fn same() {}
pub fn reads() {}
pub fn changed() {}
