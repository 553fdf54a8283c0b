//! Every interleaving of each client, to the preemption bound, by Loom.

use super::{client, forget_values, given, parse, watch, Call, Client, Make, Object, Tree};
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub fn run(make: Make) {
    watch::take_output();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let bound = words[0].parse().ok();
    let branches = words[1].parse().expect("most branches");
    watch::arm(words[2] == "steps", words[3] == "strong");
    for (number, text) in words[4..].iter().enumerate() {
        explore(number, client(text), bound, branches, make);
    }
    watch::say(&format!("END {}", words.len() - 4));
}

fn explore(number: usize, client: Client, bound: Option<usize>, branches: usize, make: Make) {
    let executions = Arc::new(AtomicUsize::new(0));
    let seen: Arc<Mutex<HashSet<String>>> = Arc::default();
    let (counter, histories) = (executions.clone(), seen.clone());
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = bound;
    builder.max_branches = branches;
    // Without limits of time or number `check` returns only when no execution is left.
    builder.max_duration = None;
    builder.max_permutations = None;
    builder.checkpoint_file = None;
    builder.log = false;
    builder.check(move || {
        watch::begin(number);
        execute(&client, make);
        counter.fetch_add(1, Ordering::Relaxed);
        let (events, steps) = watch::history();
        if histories.lock().unwrap().insert(events.clone()) {
            watch::say(&format!("H {{\"client\":{number},{events},{steps}}}"));
        }
    });
    let (executions, distinct) = (executions.load(Ordering::Relaxed), seen.lock().unwrap().len());
    watch::say(&format!("E {{\"client\":{number},\"executions\":{executions},\"histories\":{distinct}}}"));
}

fn execute(client: &Client, make: Make) {
    forget_values();
    watch::lifetimes::begin();
    watch::total::begin();
    let object: Arc<Box<dyn Object>> = Arc::new(make(&client.made));
    let answers = perform(&**object, 0, &client.before, 0, vec![]);
    let running: Vec<_> = client
        .threads
        .iter()
        .enumerate()
        .map(|(at, calls)| {
            let (object, calls, answers) = (object.clone(), calls.clone(), answers.clone());
            watch::starts(at + 1);
            loom::thread::spawn(move || {
                watch::on_thread(at + 1);
                perform(&**object, at + 1, &calls, 0, answers);
                watch::ends(at + 1);
            })
        })
        .collect();
    for thread in running {
        thread.join().expect("a thread's failure was told");
    }
    watch::on_thread(0);
    watch::lifetimes::end();
    perform(&**object, 0, &client.after, client.before.len(), answers);
    let object = Arc::into_inner(object).expect("every thread has ended");
    watch::inside(|| drop(object));
    watch::total::end();
    match watch::leaked() {
        Some(0) => {}
        None => watch::fail("limit", "more blocks were alive at once than are counted"),
        Some(blocks) => watch::fail("leak", &format!("{blocks} blocks were allocated and never freed")),
    }
    match forget_values() {
        0 => {}
        values => watch::fail("leak", &format!("{values} values were never dropped")),
    }
}

/// Calls of one thread, the first of which has the number `from` in it; `answers` are those it may give back, to which
/// its own are added.
fn perform(object: &dyn Object, thread: usize, calls: &[Call], from: usize, mut answers: Vec<Tree>) -> Vec<Tree> {
    for (at, call) in calls.iter().enumerate() {
        watch::on_thread(thread);
        watch::event(thread, from + at, None);
        let args = given(call, &answers);
        let answer = args.map_or_else(|| "[0,null]".into(), |args| object.call(call.method, &args).text());
        watch::on_thread(thread);
        watch::event(thread, from + at, Some(&answer));
        answers.push(parse(&answer));
    }
    answers
}
