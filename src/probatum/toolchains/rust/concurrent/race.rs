//! Runs clients on the system's threads again and again, while ThreadSanitizer or Miri looks for accesses without an order
//! between them. Answers are judged elsewhere. Arguments: rounds, clients. Says `RAN client` after all rounds of each, and
//! `END`.

#[cfg(not(miri))]
use super::watch::{out, take_output};
use super::{client, given, parse, Call, Client, Make, Object, Tree};
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
        let client = Arc::new(client(text));
        let kept = gives_back(&client);
        for _ in 0..rounds {
            let object: Arc<Box<dyn Object>> = Arc::new(make(&client.made));
            let answers = perform(&**object, &client.before, vec![], kept);
            // Relaxed, so that threads which wait for each other learn nothing else of each other.
            let ready = Arc::new(AtomicUsize::new(0));
            let running: Vec<_> = (0..client.threads.len())
                .map(|at| {
                    let (object, ready, answers) = (object.clone(), ready.clone(), answers.clone());
                    let client = client.clone();
                    std::thread::spawn(move || {
                        ready.fetch_add(1, Ordering::Relaxed);
                        while ready.load(Ordering::Relaxed) < client.threads.len() {
                            std::thread::yield_now();
                        }
                        perform(&**object, &client.threads[at], answers, kept);
                    })
                })
                .collect();
            for thread in running {
                thread.join().expect("a thread ends");
            }
            perform(&**object, &client.after, answers, kept);
        }
        out(&format!("RAN {number}"));
    }
    out("END");
}

/// Answers are kept where a call gives one back, and only there: an interpreter takes longer for that than for the call.
fn perform(object: &dyn Object, calls: &[Call], mut answers: Vec<Tree>, kept: bool) -> Vec<Tree> {
    for call in calls {
        if !kept {
            object.call(call.method, &call.args);
            continue;
        }
        let answer = given(call, &answers).map(|args| object.call(call.method, &args).text());
        answers.push(parse(answer.as_deref().unwrap_or("[0,null]")));
    }
    answers
}

fn gives_back(client: &Client) -> bool {
    let calls = client.before.iter().chain(client.threads.iter().flatten()).chain(&client.after);
    calls.flat_map(|call| &call.args).any(|arg| matches!(arg, Tree::Tag(tag, _) if tag == "ref"))
}
