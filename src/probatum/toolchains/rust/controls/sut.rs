//! What AddressSanitizer must see before it is believed, and what it must let pass.
static mut KEPT: Vec<Vec<u64>> = Vec::new();

/// Rightly freed; and kept once, in a static, which is no leak.
pub fn right() -> u64 {
    let block = Box::into_raw(Box::new(7));
    #[allow(static_mut_refs)]
    unsafe {
        if KEPT.is_empty() {
            KEPT.push(vec![*block; 100]);
        }
        *Box::from_raw(block)
    }
}
pub fn used_after_free() -> u64 {
    let block = Box::into_raw(Box::new(7));
    unsafe {
        drop(Box::from_raw(block));
        block.read()
    }
}
pub fn outside() -> u64 {
    let block = vec![1, 2, 3];
    unsafe { block.as_ptr().add(3).read() }
}
pub fn freed_twice() -> u64 {
    let block = Box::into_raw(Box::new(7));
    unsafe {
        drop(Box::from_raw(block));
        drop(Box::from_raw(block));
    }
    7
}
pub fn never_freed() -> u64 {
    *Box::leak(Box::new(7))
}
