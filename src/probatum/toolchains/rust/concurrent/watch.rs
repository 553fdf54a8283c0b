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
    pub fn hurries() -> bool {
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
mod recording {
    //! Under Loom and under Shuttle all threads are coroutines of one system thread, so plain statics are enough.
    use super::Location;

    /// Whose code runs: the candidate's or not, and on which thread of the client.
    #[derive(Clone, Copy)]
    pub struct Running {
        candidate: bool,
        thread: usize,
        /// From where to where the object lies whose destructor runs because it was retired; nowhere: none.
        reclaims: (usize, usize),
    }
    const BLOCKS: usize = 1 << 12;

    struct All {
        now: Running,
        stale: bool,
        blocks: [usize; BLOCKS],
        used: usize,
        overflow: bool,
        events: String,
        steps: String,
        tell: bool,
        /// Whether sequentially consistent accesses are in one order, see `total`.
        strong: bool,
        spins: usize,
        /// How often each thread has gone on at once where it waits, see `hurries`.
        hurried: [usize; THREADS],
        hasty: bool,
        /// Per thread: whether it has read an old value since it waited last, and in how many rounds in a row it did.
        outdated: [bool; THREADS],
        behind: [usize; THREADS],
        /// Whether some thread was let go, see `spins`, and which; and where the stack of each begins.
        unfair: bool,
        gone: [bool; THREADS],
        stack: [usize; THREADS],
        alive: [bool; THREADS],
        acted: [bool; THREADS],
        client: usize,
    }
    static mut ALL: All = All {
        now: Running { candidate: false, thread: 0, reclaims: (0, 0) },
        stale: false,
        blocks: [0; BLOCKS],
        used: 0,
        overflow: false,
        events: String::new(),
        steps: String::new(),
        tell: false,
        strong: false,
        spins: 0,
        hurried: [0; THREADS],
        hasty: false,
        outdated: [false; THREADS],
        behind: [0; THREADS],
        unfair: false,
        gone: [false; THREADS],
        stack: [0; THREADS],
        alive: [false; THREADS],
        acted: [false; THREADS],
        client: 0,
    };
    const THREADS: usize = 8;
    #[allow(static_mut_refs)]
    fn all() -> &'static mut All {
        unsafe { &mut ALL }
    }

    pub fn allocated(block: usize) {
        let all = all();
        if all.now.candidate {
            if all.used == BLOCKS {
                all.overflow = true;
            } else {
                all.blocks[all.used] = block;
                all.used += 1;
            }
        }
    }
    pub fn freed(block: usize) {
        let all = all();
        if let Some(at) = all.blocks[..all.used].iter().rposition(|held| *held == block) {
            all.used -= 1;
            all.blocks[at] = all.blocks[all.used];
        }
    }

    fn leave() -> Running {
        let was = all().now;
        all().now.candidate = false;
        was
    }

    /// The harness's or Loom's own business; the running thread may change inside and is back at the end.
    pub fn hidden<R>(run: impl FnOnce() -> R) -> R {
        let was = leave();
        let found = run();
        all().now = was;
        found
    }
    /// The same around code of whoever called: `back` runs it as theirs.
    pub fn hidden_around<R>(run: impl FnOnce(&dyn Fn(&mut dyn FnMut())) -> R) -> R {
        let was = leave();
        let found = run(&|back| {
            all().now = was;
            back();
            leave();
        });
        all().now = was;
        found
    }
    /// An access: Loom may run others first, then it happens; so it is written down afterwards.
    #[track_caller]
    pub fn step<R>(what: &str, run: impl FnOnce() -> R) -> R {
        step_at(what, Location::caller(), run)
    }
    pub fn step_at<R>(what: &str, at: &Location<'_>, run: impl FnOnce() -> R) -> R {
        let was = leave();
        let found = run();
        all().now = was;
        if what != "spin" && what != "yield" {
            acts(was.thread);
        }
        write_down(what, at);
        lifetimes::may_look();
        found
    }
    #[track_caller]
    pub fn note(what: &str) {
        write_down(what, Location::caller());
    }
    fn write_down(what: &str, at: &Location<'_>) {
        if all().tell && at.file().ends_with("sut.rs") {
            let was = leave();
            let all = all();
            let comma = if all.steps.is_empty() { "" } else { "," };
            all.steps.push_str(&format!("{comma}[{},\"{what}\",{}]", was.thread, at.line()));
            all.now = was;
        }
    }
    /// The candidate's code, on a thread of the client.
    pub fn inside<R>(run: impl FnOnce() -> R) -> R {
        let was = all().now;
        all().now.candidate = true;
        let found = run();
        all().now = was;
        found
    }
    /// The harness's code within the candidate's: what it allocates is not the candidate's.
    pub fn outside<R>(run: impl FnOnce() -> R) -> R {
        let was = leave();
        let found = run();
        all().now.candidate = was.candidate;
        found
    }
    /// The destructor of a retired object, the candidate's code: what lies in the object it touches after all that other
    /// threads did to it. What it touches elsewhere is checked as ever.
    pub fn reclaiming<R>(object: *mut (), size: usize, run: impl FnOnce() -> R) -> R {
        let was = all().now;
        all().now.reclaims = (object as usize, object as usize + size.max(1));
        let found = run();
        all().now.reclaims = was.reclaims;
        found
    }
    pub fn reclaims<T>(part: *const T) -> bool {
        let (from, to) = all().now.reclaims;
        (from..to).contains(&(part as usize))
    }
    pub fn in_destructor() -> bool {
        all().now.reclaims.1 != 0
    }
    #[cfg(probatum_shuttle)]
    pub fn retires() {}
    #[cfg(probatum_shuttle)]
    pub fn frees() {}
    pub fn on_thread(thread: usize) {
        all().now = Running { candidate: false, thread, reclaims: (0, 0) };
    }
    pub fn stale() {
        let all = all();
        all.stale = true;
        all.outdated[all.now.thread.min(THREADS - 1)] = true;
    }
    /// A thread waits in a loop. Threads that wait for each other's turn while the one that all wait for gets none would
    /// make executions without an end: after so many rounds in which some thread has stood still, the rest of an
    /// execution is not varied. Where all threads get their turns, or only one is left, waiting changes nothing: a
    /// candidate that waits for no reason must not hide its executions.
    ///
    /// Values get through in the end. To Loom they need not: a thread that swaps in vain may go on reading what it wrote
    /// itself, round after round. One that has been behind for some rounds is let go, and its execution is none: in
    /// others it reads what there is, for Loom tries every value at every read. Others who then wait may wait for it, and
    /// are let go, too.
    pub fn spins() {
        let all = all();
        let thread = all.now.thread.min(THREADS - 1);
        all.behind[thread] = if all.outdated[thread] { all.behind[thread] + 1 } else { 0 };
        all.outdated[thread] = false;
        // The thread that makes and drops the object waits alone: only for what one that was let go has left undone.
        if (all.unfair || (all.behind[thread] > BEHIND && thread > 0)) && !all.gone[thread] {
            let_go(thread);
        }
        all.spins += 1;
        acts(all.now.thread);
        #[cfg(probatum_loom)]
        if all.spins > SPINS {
            loom::skip_branch();
        }
    }
    /// Whether a thread that waits looks again before any other gets its turn: the first times, in clients of which this
    /// is tried. Who waits only so long would else never have waited too short.
    pub fn hurries() -> bool {
        let all = all();
        let hurried = &mut all.hurried[all.now.thread.min(THREADS - 1)];
        *hurried += 1;
        all.hasty && *hurried <= HURRIED
    }
    #[cfg(probatum_loom)]
    pub fn hasty(hasty: bool) {
        all().hasty = hasty;
    }
    fn let_go(thread: usize) -> ! {
        let here = 0u8;
        (all().unfair, all().gone[thread]) = (true, true);
        forget_frames(&raw const here as usize, all().stack[thread]);
        #[cfg(probatum_loom)]
        loom::skip_branch();
        std::panic::resume_unwind(Box::new(()))
    }
    /// What a thread does, to its end or until it is let go. Loom unwinds for nothing else, so whatever else does is
    /// the candidate's; Shuttle ends its threads so.
    pub fn unless_let_go(thread: usize, work: impl FnOnce()) {
        let here = 0u8;
        let thread = thread.min(THREADS - 1);
        all().stack[thread] = &raw const here as usize;
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_ok();
        if cfg!(probatum_loom) && !done && !all().gone[thread] {
            fail("panic", UNTOLD);
        }
    }
    const UNTOLD: &str = "it unwinds without a message";
    /// Whether this execution is none, because a thread was let go.
    pub fn unfair() -> bool {
        all().unfair
    }
    /// The address sanitizer does not know the stacks of coroutines, hence not that their frames are left at once: what
    /// it forbids there, destructors on the way out would be blamed for.
    fn forget_frames(deepest: usize, shallow: usize) {
        #[cfg(probatum_asan)]
        unsafe {
            __asan_unpoison_memory_region((deepest - (1 << 12)) as *const u8, shallow.saturating_sub(deepest) + (1 << 12))
        };
        let _ = (deepest, shallow);
    }
    /// A thread gets its turn; once every one that is running has had one, waiting is counted anew.
    fn acts(thread: usize) {
        let all = all();
        all.acted[thread.min(THREADS - 1)] = true;
        if all.alive.iter().zip(all.acted).all(|(alive, acted)| !alive || acted) {
            (all.spins, all.acted) = (0, [false; THREADS]);
        }
    }
    pub fn starts(thread: usize) {
        all().alive[thread.min(THREADS - 1)] = true;
    }
    pub fn ends(thread: usize) {
        all().alive[thread.min(THREADS - 1)] = false;
    }
    #[cfg(probatum_loom)]
    const SPINS: usize = 6;
    const BEHIND: usize = 2;
    const HURRIED: usize = 3;

    #[cfg(probatum_shuttle)]
    pub mod lifetimes {
        //! Shuttle switches threads before an access, but what a thread looks at through a pointer it has loaded comes
        //! after one: so it may switch there, too.
        use super::{all, hidden};
        use shuttle::sync::atomic::{AtomicBool, Ordering};

        static HERE: AtomicBool = AtomicBool::new(false);
        pub fn begin() {}
        pub fn end() {}
        pub fn may_look() {
            let now = all().now;
            if now.candidate && now.thread > 0 {
                may_switch();
            }
        }
        pub fn may_free() {}
        pub fn may_switch() {
            hidden(|| HERE.load(Ordering::SeqCst));
        }
    }

    #[cfg(probatum_shuttle)]
    pub mod touching {
        //! A thread stops on its way to a cell, with nothing left to do before: another that comes to the same cell then
        //! could as well come at the same moment, and if one of them writes that is a race.
        use super::{all, fail, hidden, lifetimes};

        static mut ON_THEIR_WAY: Vec<(usize, usize, &'static str, bool)> = Vec::new();
        #[allow(static_mut_refs)]
        fn on_their_way() -> &'static mut Vec<(usize, usize, &'static str, bool)> {
            unsafe { &mut ON_THEIR_WAY }
        }
        pub fn begin() {
            on_their_way().clear();
        }
        /// The cell of this type of content at this place; one within another stands at the same place.
        pub fn comes<T>(place: usize, writes: bool) {
            let now = all().now;
            if !now.candidate || now.thread == 0 || std::mem::size_of::<T>() == 0 {
                return;
            }
            let own = (now.thread, place, std::any::type_name::<T>(), writes);
            let meets = |other: &&(usize, usize, &str, bool)| {
                other.0 != own.0 && (other.1, other.2) == (own.1, own.2) && (other.3 || writes)
            };
            if on_their_way().iter().find(meets).is_some() {
                fail("race", "two threads come to a cell at once, and one of them writes");
            }
            hidden(|| on_their_way().push(own));
            lifetimes::may_switch();
            on_their_way().retain(|each| *each != own);
        }
    }

    #[cfg(probatum_shuttle)]
    pub mod total {
        //! Under Shuttle all accesses have one order.
        pub fn begin() {}
        pub fn end() {}
    }

    #[cfg(probatum_loom)]
    pub mod lifetimes {
        //! Loom switches threads at accesses that depend on each other, and knows of neither what a thread looks at
        //! through a pointer it has loaded nor of its being freed. So what follows an access, and a thread's freeing of
        //! a block, are accesses that depend on each other, and on nothing else: copying and counting of an Arc.
        use super::{all, hidden};
        use loom::sync::Arc;

        const THREADS: usize = 8;
        const WATCHED: bool = cfg!(probatum_asan);
        static mut LOOKS: Vec<Vec<Arc<()>>> = Vec::new();
        #[allow(static_mut_refs)]
        fn looks() -> &'static mut Vec<Vec<Arc<()>>> {
            unsafe { &mut LOOKS }
        }
        fn thread() -> Option<usize> {
            let now = all().now;
            (WATCHED && now.candidate && now.thread > 0 && now.thread < looks().len()).then_some(now.thread)
        }
        pub fn begin() {
            if WATCHED {
                hidden(|| *looks() = (0..THREADS).map(|_| vec![Arc::new(())]).collect());
            }
        }
        pub fn end() {
            hidden(|| looks().clear());
        }
        /// Another thread may free what this one looks at before its next access.
        pub fn may_look() {
            if let Some(own) = thread() {
                hidden(|| {
                    let copy = looks()[own][0].clone();
                    looks()[own].push(copy);
                });
            }
        }
        pub fn may_free() {
            if let Some(own) = thread() {
                hidden(|| (1..looks().len()).filter(|t| *t != own).for_each(|t| drop(Arc::strong_count(&looks()[t][0]))));
            }
        }
    }

    #[cfg(probatum_loom)]
    pub mod total {
        //! Sequentially consistent accesses have one order, and each sees what those before it have left. Where they are
        //! to be that strong, each first counts in one place: Loom then tries every order of them. (Fences would order
        //! them too, but Loom does not try the orders of fences.)
        use super::{all, hidden};
        use loom::sync::atomic::{AtomicUsize, Ordering};

        static mut COUNT: Option<AtomicUsize> = None;
        #[allow(static_mut_refs)]
        fn count() -> &'static mut Option<AtomicUsize> {
            unsafe { &mut COUNT }
        }
        pub fn begin() {
            if all().strong {
                hidden(|| *count() = Some(AtomicUsize::new(0)));
            }
        }
        pub fn end() {
            hidden(|| *count() = None);
        }
        pub fn next() {
            if let Some(one) = count() {
                hidden(|| one.fetch_add(1, Ordering::AcqRel));
            }
        }
    }

    pub fn begin(client: usize) {
        let all = all();
        all.now = Running { candidate: false, thread: 0, reclaims: (0, 0) };
        (all.stale, all.used, all.overflow, all.spins, all.client) = (false, 0, false, 0, client);
        (all.alive, all.acted) = ([false; THREADS], [false; THREADS]);
        all.hurried = [0; THREADS];
        (all.outdated, all.behind, all.gone) = ([false; THREADS], [0; THREADS], [false; THREADS]);
        all.unfair = false;
        all.events.clear();
        all.steps.clear();
        #[cfg(probatum_shuttle)]
        touching::begin();
    }
    /// The beginning of a call, or its return with an answer; kept among the accesses, too.
    pub fn event(thread: usize, call: usize, answer: Option<&str>) {
        let all = all();
        let text = answer.map_or(format!("[{thread},{call}]"), |answer| format!("[{thread},{call},{answer}]"));
        for rows in [Some(&mut all.events), all.tell.then_some(&mut all.steps)].into_iter().flatten() {
            rows.push_str(if rows.is_empty() { "" } else { "," });
            rows.push_str(&text);
        }
    }
    pub fn leaked() -> Option<usize> {
        (!all().overflow).then_some(all().used)
    }
    pub fn history() -> (String, String) {
        let all = all();
        (format!("\"stale\":{},\"events\":[{}]", all.stale, all.events), format!("\"steps\":[{}]", all.steps))
    }
    pub fn say(line: &str) {
        super::out(line)
    }
    /// A failure that no history shows; nothing after it counts. In an execution that is none it is none.
    pub fn fail(kind: &str, why: &str) -> ! {
        leave();
        let kind = if all().unfair { "limit" } else { kind };
        let (events, steps) = history();
        say(&format!("F {{\"client\":{},\"kind\":\"{kind}\",\"why\":{why:?},{events},{steps}}}", all().client));
        unsafe { _exit(0) }
    }
    extern "C" {
        fn _exit(status: i32) -> !;
        #[cfg(probatum_asan)]
        fn __sanitizer_set_death_callback(call: extern "C" fn());
        #[cfg(probatum_asan)]
        fn __asan_unpoison_memory_region(start: *const u8, size: usize);
    }
    #[cfg(probatum_asan)]
    extern "C" fn dying() {
        fail("address", "the address sanitizer stopped it");
    }
    pub fn arm(tell: bool, strong: bool) {
        all().tell = tell;
        all().strong = strong;
        #[cfg(probatum_asan)]
        unsafe {
            __sanitizer_set_death_callback(dying)
        };
        std::panic::set_hook(Box::new(|what| {
            leave();
            let text = what.payload().downcast_ref::<String>().cloned();
            let text = text.or_else(|| what.payload().downcast_ref::<&str>().map(|s| s.to_string()));
            let own = what.location().is_some_and(|at| at.file().ends_with("sut.rs"));
            if let Some(text) = text {
                let text: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(400).collect();
                fail(if own { "panic" } else { "model" }, &text);
            } else if own {
                fail("panic", UNTOLD);
            }
        }));
    }
}

#[cfg(probatum_progress)]
mod freezing {
    //! One thread can be stopped at any of its accesses; another then runs alone, and its accesses are counted.
    use super::Location;
    use std::cell::Cell;
    use std::sync::{Condvar, Mutex};

    thread_local! {
        static VICTIM: Cell<bool> = const { Cell::new(false) };
        static COUNTED: Cell<usize> = const { Cell::new(0) };
        static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
        static LAST: Cell<u32> = const { Cell::new(0) };
    }
    /// The victim may go on until it has made this many accesses; and how many it made, and whether it is done.
    pub struct Gate {
        pub allowed: usize,
        pub made: usize,
        pub line: u32,
        pub waiting: bool,
        pub done: bool,
    }
    pub static GATE: Mutex<Gate> =
        Mutex::new(Gate { allowed: usize::MAX, made: 0, line: 0, waiting: false, done: false });
    pub static MOVED: Condvar = Condvar::new();

    #[track_caller]
    pub fn step<R>(_what: &str, run: impl FnOnce() -> R) -> R {
        // What is dropped at the end of a block names no line of the candidate's.
        let at = Location::caller();
        let line = if at.file().ends_with("sut.rs") { at.line() } else { 0 };
        if VICTIM.get() {
            let mut gate = GATE.lock().unwrap();
            gate.line = line;
            gate.waiting = gate.made >= gate.allowed;
            while gate.made >= gate.allowed {
                gate.waiting = true;
                MOVED.notify_all();
                gate = MOVED.wait(gate).unwrap();
            }
            gate.waiting = false;
            gate.made += 1;
        }
        LAST.set(line);
        COUNTED.set(COUNTED.get() + 1);
        if COUNTED.get() > MOST.get() {
            super::super::runner::waits(LAST.get(), COUNTED.get(), MOST.get());
        }
        run()
    }
    pub fn note(_what: &str) {}
    pub fn hidden<R>(run: impl FnOnce() -> R) -> R {
        run()
    }
    pub fn inside<R>(run: impl FnOnce() -> R) -> R {
        run()
    }
    pub fn outside<R>(run: impl FnOnce() -> R) -> R {
        run()
    }
    pub fn stale() {}
    pub fn spins() {}
    pub fn hurries() -> bool {
        false
    }
    pub fn in_destructor() -> bool {
        false
    }
    /// How many objects were retired and are not freed, and how many ever were.
    pub static KEPT: Mutex<(usize, usize)> = Mutex::new((0, 0));
    pub fn retires() {
        let mut kept = KEPT.lock().unwrap();
        *kept = (kept.0 + 1, kept.1 + 1);
    }
    pub fn frees() {
        KEPT.lock().unwrap().0 -= 1;
    }
    pub fn victim() {
        VICTIM.set(true);
    }
    /// Count accesses of this thread from now on; each beyond ``most`` is reported.
    pub fn count(most: usize) {
        COUNTED.set(0);
        MOST.set(most);
    }
    pub fn counted() -> usize {
        COUNTED.get()
    }
    pub fn say(line: &str) {
        super::out(line)
    }
    pub fn fail(kind: &str, why: &str) -> ! {
        say(&format!("F {{\"kind\":\"{kind}\",\"why\":{why:?}}}"));
        unsafe { _exit(0) }
    }
    extern "C" {
        fn _exit(status: i32) -> !;
    }
}
