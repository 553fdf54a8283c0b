//! What a candidate does between two accesses to shared memory: which thread runs, what it allocated, what it did.

#[cfg(any(probatum_loom, probatum_shuttle))]
use std::alloc::{GlobalAlloc, Layout, System};
#[cfg(any(probatum_loom, probatum_shuttle, probatum_progress))]
use std::panic::Location;

#[cfg(any(probatum_loom, probatum_shuttle))]
pub use recording::*;
#[cfg(probatum_progress)]
pub use freezing::*;
#[cfg(not(any(probatum_loom, probatum_shuttle, probatum_progress)))]
pub use passing::*;

#[cfg(not(any(probatum_loom, probatum_shuttle)))]
#[path = "watch_unsettled.rs"]
pub mod settled;

/// Lines for whoever started us go where no print of a candidate goes: to a copy of the standard output, which is closed
/// for everybody else before a candidate runs.
#[cfg(any(probatum_loom, probatum_shuttle, probatum_progress, probatum_tsan))]
mod told {
    use std::fs::File;
    use std::io::Write;
    use std::os::fd::FromRawFd;
    use std::sync::{Mutex, OnceLock};

    static OUT: OnceLock<Mutex<File>> = OnceLock::new();
    extern "C" {
        fn dup(fd: i32) -> i32;
        fn dup2(from: i32, to: i32) -> i32;
        fn open(path: *const u8, flags: i32, ...) -> i32;
        fn _exit(status: i32) -> !;
    }

    pub fn take_output() {
        unsafe {
            let (copy, nothing) = (dup(1), open(b"/dev/null\0".as_ptr(), 1));
            // Where there is no such file the descriptor stays shut: a print then fails, and so does the candidate.
            if copy < 0 || dup2(if nothing < 0 { 0 } else { nothing }, 1) < 0 {
                _exit(3);
            }
            let _ = OUT.set(Mutex::new(File::from_raw_fd(copy)));
        }
        // Its buffer is allocated here, so that a candidate's first print leaks nothing.
        let _ = std::io::stdout().write(b"\n");
    }
    pub fn out(line: &str) {
        let mut out = OUT.get().expect("taken at the start").lock().unwrap_or_else(|broken| broken.into_inner());
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n"));
    }
}
#[cfg(any(probatum_loom, probatum_shuttle, probatum_progress, probatum_tsan))]
pub use told::{out, take_output};

#[cfg(not(any(probatum_loom, probatum_shuttle, probatum_progress)))]
mod passing {
    //! Where one thread calls, and where a sanitizer watches, nothing is watched here.
    pub fn fail(_kind: &str, why: &str) -> ! {
        panic!("{why}")
    }
    pub fn outside<R>(run: impl FnOnce() -> R) -> R {
        run()
    }
    pub fn step<R>(_what: &str, run: impl FnOnce() -> R) -> R {
        run()
    }
    pub fn note(_what: &str) {}
    pub fn hidden<R>(run: impl FnOnce() -> R) -> R {
        run()
    }
    pub fn inside<R>(run: impl FnOnce() -> R) -> R {
        run()
    }
    pub fn stale() {}
    pub fn how(_how: &'static str) {}
    pub fn forgets() {}
    pub fn beside_others() -> bool {
        false
    }
    pub fn hurries() -> bool {
        false
    }
    pub fn fails_for_no_reason() -> bool {
        false
    }
    /// There may be fewer processors than threads.
    pub fn spins() {
        if cfg!(probatum_tsan) {
            std::thread::yield_now()
        }
    }
    pub fn in_destructor() -> bool {
        false
    }
    pub fn retires() {}
    pub fn frees() {}
}

/// Notes which blocks the candidate's own code allocated and did not free.
#[cfg(any(probatum_loom, probatum_shuttle))]
struct Counting;
#[cfg(any(probatum_loom, probatum_shuttle))]
#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[cfg(any(probatum_loom, probatum_shuttle))]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = System.alloc(layout);
        recording::allocated(block as usize);
        block
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        recording::lifetimes::may_free();
        recording::freed(block as usize);
        System.dealloc(block, layout)
    }
}

#[cfg(any(probatum_loom, probatum_shuttle))]
#[path = "watch_recording.rs"]
mod recording;

#[cfg(probatum_progress)]
#[path = "watch_freezing.rs"]
mod freezing;
