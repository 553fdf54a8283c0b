//! Runs small clients of a concurrent object under Loom, and says on standard output, one line each: every history that
//! it saw for the first time (`H`), a failure with the accesses that led to it (`F`), and for each client how many
//! executions there were once none is left (`E`). Nothing is judged here but what no history shows: memory, leaks,
//! races, deadlock. Arguments: preemption bound (`-`: none), most branches, clients (`calls/calls|calls/calls`).

pub mod sync;
pub mod watch;

#[cfg(probatum_loom)]
#[path = "interleave.rs"]
mod runner;
#[cfg(probatum_progress)]
#[path = "freeze.rs"]
mod runner;

pub use runner::run;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// A candidate's object behind the generated glue.
pub trait Object: Send + Sync {
    fn call(&self, method: usize, argument: u64) -> Answer;
}
pub type Make = fn() -> Box<dyn Object>;

/// An answer as JSON.
pub struct Answer(pub String);

pub trait Answers {
    fn text(self) -> String;
}
impl Answers for () {
    fn text(self) -> String {
        "null".into()
    }
}
impl Answers for bool {
    fn text(self) -> String {
        self.to_string()
    }
}
impl Answers for u64 {
    fn text(self) -> String {
        self.to_string()
    }
}
impl Answers for usize {
    fn text(self) -> String {
        self.to_string()
    }
}
impl Answers for Tracked {
    fn text(self) -> String {
        self.read().to_string()
    }
}
impl<T: Answers> Answers for Option<T> {
    fn text(self) -> String {
        self.map_or("null".into(), T::text)
    }
}
impl<T> Answers for Result<(), T> {
    fn text(self) -> String {
        self.is_ok().to_string()
    }
}
pub fn answer(value: impl Answers) -> Answer {
    Answer(value.text())
}

const MOST: usize = 64;
/// When freezing, a call is made again and again with the same values.
const WATCHED: bool = cfg!(probatum_loom);
static FATE: [AtomicU8; MOST] = [const { AtomicU8::new(0) }; MOST];
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// A value that a client puts in. Reading and dropping it are accesses that Loom checks for races, so that one handed
/// over without an ordering shows; each is dropped once.
pub struct Tracked {
    number: u64,
    payload: sync::cell::UnsafeCell<u64>,
}
unsafe impl Sync for Tracked {}

impl Tracked {
    pub fn new(number: u64) -> Self {
        assert!((number as usize) < MOST, "clients use small numbers");
        FATE[number as usize].store(1, Ordering::Relaxed);
        LIVE.fetch_add(1, Ordering::Relaxed);
        Tracked { number, payload: sync::cell::UnsafeCell::new(number) }
    }
    fn read(&self) -> u64 {
        if WATCHED && fate(self.number) != 1 {
            watch::fail("memory", "a value came out that was dropped already, or never put in");
        }
        self.payload.with(|p| unsafe { *p })
    }
}
impl Drop for Tracked {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        if WATCHED && fate(self.number) != 1 {
            watch::fail("memory", "a value was dropped twice, or was none");
        }
        self.payload.with_mut(|p| unsafe { *p = u64::MAX });
        FATE[self.number as usize].store(2, Ordering::Relaxed);
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

fn fate(number: u64) -> u8 {
    FATE.get(number as usize).map_or(0, |fate| fate.load(Ordering::Relaxed))
}

fn forget_values() -> usize {
    FATE.iter().for_each(|fate| fate.store(0, Ordering::Relaxed));
    LIVE.swap(0, Ordering::Relaxed)
}

/// One call: the method's place in the interface, and the argument.
#[derive(Clone, Copy)]
pub struct Call {
    pub method: usize,
    pub argument: u64,
}

/// `before/thread|thread/after`, each a list `method.argument,…`.
#[derive(Clone)]
pub struct Client {
    pub before: Vec<Call>,
    pub threads: Vec<Vec<Call>>,
    pub after: Vec<Call>,
}

pub fn client(text: &str) -> Client {
    let parts: Vec<&str> = text.split('/').collect();
    assert_eq!(parts.len(), 3, "a client has three parts");
    Client { before: calls(parts[0]), threads: parts[1].split('|').map(calls).collect(), after: calls(parts[2]) }
}

fn calls(text: &str) -> Vec<Call> {
    text.split(',')
        .filter(|word| !word.is_empty())
        .map(|word| {
            let (method, argument) = word.split_once('.').expect("method.argument");
            Call { method: method.parse().expect("a method"), argument: argument.parse().expect("an argument") }
        })
        .collect()
}
