//! One execution of a client, on threads that Loom or Shuttle schedules.

use super::{forget_values, given, parse, watch, Call, Client, Make, Object, Tree};
use std::sync::Arc;

#[cfg(probatum_loom)]
use ::loom::thread as threads;
#[cfg(probatum_shuttle)]
use ::shuttle::thread as threads;

/// Every call of the client once; what no history shows is told from here.
pub fn execute(client: &Client, make: Make) {
    forget_values();
    watch::lifetimes::begin(client.threads.len());
    watch::total::begin();
    let object: Arc<Box<dyn Object>> = Arc::new(make(&client.made));
    let mut answers = vec![];
    watch::unless_let_go(0, || answers = perform(&**object, 0, &client.before, 0, vec![]));
    let running: Vec<_> = client
        .threads
        .iter()
        .enumerate()
        .map(|(at, calls)| {
            let (object, calls, answers) = (object.clone(), calls.clone(), answers.clone());
            watch::starts(at + 1);
            threads::spawn(move || {
                watch::on_thread(at + 1);
                watch::unless_let_go(at + 1, || drop(perform(&**object, at + 1, &calls, 0, answers)));
                watch::on_thread(at + 1);
                watch::ends(at + 1);
            })
        })
        .collect();
    for thread in running {
        thread.join().expect("a thread's failure was told");
    }
    watch::on_thread(0);
    watch::lifetimes::end();
    if !watch::unfair() {
        watch::unless_let_go(0, || drop(perform(&**object, 0, &client.after, client.before.len(), answers)));
    }
    let object = Arc::into_inner(object).expect("every thread has ended");
    watch::unless_let_go(0, || watch::inside(|| drop(object)));
    watch::on_thread(0);
    watch::total::end();
    if watch::unfair() {
        return drop(forget_values());
    }
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
