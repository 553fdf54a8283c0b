//! Runs clients on the system's threads again and again, while ThreadSanitizer or Miri looks for accesses without an order
//! between them. Answers are judged elsewhere. Arguments: rounds, clients. Says `RAN client` after all rounds of each, and
//! `END`.

#[cfg(not(miri))]
use super::watch::{out, take_output};
use super::{client, given, parse, Call, Make, Object, Tree};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

/// An interpreter knows no descriptors to copy. What a candidate prints there makes the output one that nobody believes.
#[cfg(miri)]
fn take_output() {}
#[cfg(miri)]
fn out(line: &str) {
    println!("{line}")
}

pub fn run(make: Make) {
    take_output();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let rounds: usize = words[0].parse().expect("rounds");
    for (number, text) in words[1..].iter().enumerate() {
        let client = client(text);
        for _ in 0..rounds {
            let object: Arc<Box<dyn Object>> = Arc::new(make(&client.made));
            let answers = perform(&**object, &client.before, vec![]);
            // Relaxed, so that threads which wait for each other learn nothing else of each other.
            let ready = Arc::new(AtomicUsize::new(0));
            let running: Vec<_> = client
                .threads
                .iter()
                .cloned()
                .map(|calls| {
                    let (object, ready, answers, all) =
                        (object.clone(), ready.clone(), answers.clone(), client.threads.len());
                    std::thread::spawn(move || {
                        ready.fetch_add(1, Ordering::Relaxed);
                        while ready.load(Ordering::Relaxed) < all {
                            std::thread::yield_now();
                        }
                        perform(&**object, &calls, answers);
                    })
                })
                .collect();
            for thread in running {
                thread.join().expect("a thread ends");
            }
            perform(&**object, &client.after, answers);
        }
        out(&format!("RAN {number}"));
    }
    out("END");
}

fn perform(object: &dyn Object, calls: &[Call], mut answers: Vec<Tree>) -> Vec<Tree> {
    for call in calls {
        let args = given(call, &answers);
        answers.push(args.map_or_else(|| parse("[0,null]"), |args| parse(&object.call(call.method, &args).text())));
    }
    answers
}
