//! Some interleavings of each client, drawn from a seed, by Shuttle: by priorities that change at a few places (S. Burckhardt
//! and others, *A randomized scheduler with probabilistic guarantees of finding bugs*, 2010), then one thread after the
//! other at random. Every access is sequentially consistent here. Arguments: changes of priority, schedules of
//! each kind, `steps` where every access is to be told, clients.

use super::play::execute;
use super::{client, watch, Client, Make};
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Switches of one execution after which it is given up, and not counted: threads may wait for each other for ever.
const LONGEST: usize = 10_000;
/// Bytes of each thread's stack.
const STACK: usize = 1 << 22;

pub fn run(make: Make) {
    watch::take_output();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| words[at].parse::<usize>().expect("a number");
    let (changes, by_priority, at_random) = (number(0), number(1), number(2));
    watch::arm(words[3] == "steps", false);
    for (number, text) in words[4..].iter().enumerate() {
        let seed = client(text).seed;
        let seen: Arc<Mutex<HashSet<String>>> = Arc::default();
        let ran = sample(number, client(text), PctScheduler::new_from_seed(seed, changes + 1, by_priority), &seen, make)
            + sample(number, client(text), RandomScheduler::new_from_seed(seed, at_random), &seen, make);
        let distinct = seen.lock().unwrap().len();
        watch::say(&format!("E {{\"client\":{number},\"executions\":{ran},\"histories\":{distinct}}}"));
    }
    watch::say(&format!("END {}", words.len() - 4));
}

/// How many executions came to their end.
fn sample<S: Scheduler + 'static>(
    number: usize,
    client: Client,
    scheduler: S,
    seen: &Arc<Mutex<HashSet<String>>>,
    make: Make,
) -> usize {
    let mut config = Config::new();
    config.stack_size = STACK;
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::ContinueAfter(LONGEST);
    config.silence_warnings = true;
    let ended = Arc::new(AtomicUsize::new(0));
    let (histories, counter) = (seen.clone(), ended.clone());
    Runner::new(scheduler, config).run(move || {
        watch::begin(number);
        execute(&client, make);
        counter.fetch_add(1, Ordering::Relaxed);
        let (events, steps) = watch::history();
        if histories.lock().unwrap().insert(events.clone()) {
            watch::say(&format!("H {{\"client\":{number},{events},{steps}}}"));
        }
    });
    ended.load(Ordering::Relaxed)
}
