//! Every interleaving of each client, to the preemption bound, by Loom; with more than two threads, to one preemption less
//! for each, for there are so many more interleavings. Arguments: preemption bound (`-`: none), most branches, `steps`
//! where every access is to be told, `strong`, clients.

use super::play::execute;
use super::{client, watch, Client, Make};
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Of one in so many clients it is tried that who waits looks again at once.
const HASTY: u32 = 8;

pub fn run(make: Make) {
    watch::take_output();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let bound = words[0].parse().ok();
    let branches = words[1].parse().expect("most branches");
    watch::arm(words[2] == "steps", words[3] == "strong");
    for (number, text) in words[4..].iter().enumerate() {
        // It multiplies executions, so of some clients; of each always or never.
        let mixed = text.bytes().fold(1u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        watch::hasty((mixed >> 16) % HASTY == 0);
        explore(number, client(text), bound, branches, make);
    }
    watch::say(&format!("END {}", words.len() - 4));
}

fn explore(number: usize, client: Client, bound: Option<usize>, branches: usize, make: Make) {
    let executions = Arc::new(AtomicUsize::new(0));
    let seen: Arc<Mutex<HashSet<String>>> = Arc::default();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = bound.map(|bound: usize| bound.saturating_sub(client.threads.len().saturating_sub(2)));
    builder.max_branches = branches;
    // Without limits of time or number `check` returns only when no execution is left.
    builder.max_duration = None;
    builder.max_permutations = None;
    builder.checkpoint_file = None;
    builder.log = false;
    let client = Arc::new(client);
    let one = || {
        let (client, counter, histories) = (client.clone(), executions.clone(), seen.clone());
        move || {
            watch::begin(number);
            execute(&client, make);
            if watch::unfair() {
                return;
            }
            counter.fetch_add(1, Ordering::Relaxed);
            let (events, steps) = watch::history();
            if histories.lock().unwrap().insert(events.clone()) {
                watch::say(&format!("H {{\"client\":{number},{events},{steps}}}"));
            }
        }
    };
    watch::weak(false);
    builder.check(one());
    if watch::met_weak() {
        watch::weak(true);
        builder.preemption_bound = builder.preemption_bound.map(|bound| bound.saturating_sub(1));
        builder.check(one());
    }
    watch::settled::holds_nothing();
    let (executions, distinct) = (executions.load(Ordering::Relaxed), seen.lock().unwrap().len());
    watch::say(&format!("E {{\"client\":{number},\"executions\":{executions},\"histories\":{distinct}}}"));
}
