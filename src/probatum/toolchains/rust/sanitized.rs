//! What a worker has besides where AddressSanitizer looks at it: what is allocated is counted, and where an error shows
//! the line of the candidate is told. Arguments: most bytes alive at once, wall seconds, descriptor.

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Options are compiled in: where `/proc` is closed the sanitizer finds none in its environment. No leaks: what is left is
/// counted here, for which no process has to be traced.
const OPTIONS: &[u8] = b"detect_leaks=0:symbolize=0:handle_abort=0:detect_stack_use_after_return=1:exitcode=86:\
quarantine_size_mb=64\0";
#[no_mangle]
pub extern "C" fn __asan_default_options() -> *const u8 {
    OPTIONS.as_ptr()
}

struct Counting;
#[global_allocator]
static ALLOCATOR: Counting = Counting;
static BYTES: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(usize::MAX);
static TRACED: AtomicBool = AtomicBool::new(false);
/// Blocks that are alive while allocations are traced, each with the candidate's line that asked for it.
static mut BLOCKS: Vec<(usize, String)> = Vec::new();
const MOST_BLOCKS: usize = 4000;

const LEAK: i32 = 87;
const LIMIT: i32 = 88;

extern "C" {
    fn _exit(status: i32) -> !;
    fn alarm(seconds: u32) -> u32;
    fn write(fd: i32, text: *const u8, length: usize) -> isize;
    fn __sanitizer_set_death_callback(call: extern "C" fn());
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if BYTES.fetch_add(layout.size(), Relaxed) + layout.size() > MOST.load(Relaxed) {
            _exit(LIMIT);
        }
        let block = System.alloc(layout);
        traced(|blocks| {
            if blocks.len() < MOST_BLOCKS {
                blocks.push((block as usize, line()));
            }
        });
        block
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Relaxed);
        traced(|blocks| blocks.retain(|(place, _)| *place != block as usize));
        System.dealloc(block, layout)
    }
}

/// What allocates in here is neither traced itself nor counted. One thread allocates.
fn traced(run: impl FnOnce(&mut Vec<(usize, String)>)) {
    if TRACED.swap(false, Relaxed) {
        let (bytes, most) = (BYTES.load(Relaxed), MOST.swap(usize::MAX, Relaxed));
        #[allow(static_mut_refs)]
        run(unsafe { &mut BLOCKS });
        BYTES.store(bytes, Relaxed);
        MOST.store(most, Relaxed);
        TRACED.store(true, Relaxed);
    }
}

/// Note from now on which line asks for a block.
pub fn trace() {
    TRACED.store(true, Relaxed);
}

/// Bytes that are allocated now.
pub fn live() -> usize {
    BYTES.load(Relaxed)
}

/// Ends the process: so many bytes were allocated by calls and are left after every instance was dropped.
pub fn leaked(bytes: usize) -> ! {
    let mut left = String::new();
    traced(|blocks| left = blocks.iter().map(|(_, line)| line.clone()).find(|l| !l.is_empty()).unwrap_or_default());
    say(&format!("LEAK {bytes}\nLINE {left}\n"));
    unsafe { _exit(LEAK) }
}

/// Before the first call: limits, and who tells the line.
pub fn prepare() {
    let words: Vec<String> = std::env::args().collect();
    MOST.store(words[1].parse().expect("bytes"), Relaxed);
    unsafe {
        alarm(words[2].parse().expect("seconds"));
        __sanitizer_set_death_callback(told);
    }
}

extern "C" fn told() {
    MOST.store(usize::MAX, Relaxed);
    say(&format!("\nLINE {}\n", line()));
}

/// The innermost line of the candidate that runs.
fn line() -> String {
    let trace = Backtrace::force_capture().to_string();
    let found = trace.split("sut.rs:").nth(1);
    found.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).unwrap_or_default()
}

fn say(text: &str) {
    unsafe {
        write(2, text.as_ptr(), text.len());
    }
}
