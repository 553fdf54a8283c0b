//! Progress, by freezing a thread at each of its accesses and running another alone (obstruction: Herlihy and Shavit,
//! "On the nature of progress"); and by letting the other complete a call after every few accesses of the first, which
//! must end all the same if it waits for nobody. And whether a thread that stands still keeps what others retire from being
//! freed, where the shim's epochs are used. Arguments: accesses allowed to a call that runs alone, clients.

use super::{client, watch, Call, Client, Make, Object};
use std::sync::{Arc, Mutex};
use watch::{GATE, KEPT, MOVED};

/// Rounds of calls after which garbage that only grows is told from garbage that waits.
const ROUNDS: usize = 32;

static NOW: Mutex<(usize, usize, usize, usize)> = Mutex::new((0, 0, 0, 0));

/// The call that ran alone exceeded its accesses while the other was frozen.
pub fn stuck(line: u32) -> ! {
    let (client, victim, frozen_after, other) = *NOW.lock().unwrap();
    let at = GATE.lock().unwrap().line;
    watch::say(&format!(
        "B {{\"client\":{client},\"frozen\":{victim},\"after\":{frozen_after},\"before_line\":{at},\
         \"stopped\":{other},\"line\":{line}}}"
    ));
    watch::say("END");
    std::process::exit(0)
}

pub fn run(make: Make) {
    std::panic::set_hook(Box::new(|what| watch::fail("panic", &what.to_string().replace(['\n', '"'], " "))));
    watch::take_output();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let most: usize = words[0].parse().expect("accesses allowed");
    let (mut runs, mut longest, mut waits) = (0, 0, None);
    for (number, text) in words[1..].iter().enumerate() {
        let client = client(text);
        for (victim, first) in client.threads[0].iter().enumerate() {
            for (other, second) in client.threads[1].iter().enumerate() {
                let mut after = 0;
                while freeze(number, &client, (victim, first), (other, second), after, most, make) {
                    after += 1;
                    runs += 1;
                    if after > most {
                        watch::fail("limit", "a call alone makes more accesses than are allowed");
                    }
                }
                runs += 1;
                for every in 1..=4 {
                    match interleaved(&client, first, second, every, most, make) {
                        Some(made) => longest = longest.max(made),
                        None => waits = Some((number, victim, other, every)),
                    }
                    runs += 1;
                }
            }
        }
    }
    let kept = kept(&words[1..], most, make);
    let starved = waits.map_or("null".into(), |(c, v, o, e)| format!("[{c},{v},{o},{e}]"));
    watch::say(&format!("P {{\"runs\":{runs},\"longest\":{longest},\"starved\":{starved},\"kept\":{kept}}}"));
    watch::say("END");
}

/// `null`: nothing is retired; `[]`: nobody keeps it from being freed; else client, frozen call, accesses, line, objects.
fn kept(clients: &[String], most: usize, make: Make) -> String {
    let mut seen = "null".to_string();
    for (number, text) in clients.iter().enumerate() {
        let client = client(text);
        for (victim, call) in client.threads[0].iter().enumerate() {
            for after in 0.. {
                let before = KEPT.lock().unwrap().1;
                let (line, objects) = match keeps(number, &client, (victim, call), after, most, make) {
                    Some(found) => found,
                    None => break,
                };
                if objects >= ROUNDS {
                    return format!("[{number},{victim},{after},{line},{objects}]");
                }
                if KEPT.lock().unwrap().1 > before {
                    seen = "[]".to_string();
                }
            }
        }
    }
    seen
}

/// Where a call was stopped after some accesses, and what waits to be freed when another thread has called on and on; None:
/// it ended before.
fn keeps(
    number: usize, client: &Client, victim: (usize, &Call), after: usize, most: usize, make: Make,
) -> Option<(u32, usize)> {
    let (object, thread) = start(client, victim.1, after, make);
    let found = settled().then(|| {
        let line = GATE.lock().unwrap().line;
        let others = client.threads[1].iter().enumerate();
        for (other, call) in others.cycle().take(ROUNDS * client.threads[1].len()) {
            *NOW.lock().unwrap() = (number, victim.0, after, other);
            watch::count(most);
            object.call(call.method, &call.args);
        }
        watch::count(usize::MAX - 1);
        allow(usize::MAX);
        (line, KEPT.lock().unwrap().0)
    });
    thread.join().expect("a panic was told");
    found
}

fn start(client: &Client, call: &Call, allowed: usize, make: Make) -> (Arc<Box<dyn Object>>, std::thread::JoinHandle<()>) {
    super::forget_values();
    let object: Arc<Box<dyn Object>> = Arc::new(make(&client.made));
    for before in &client.before {
        object.call(before.method, &before.args);
    }
    {
        let mut gate = GATE.lock().unwrap();
        (gate.allowed, gate.made, gate.waiting, gate.done) = (allowed, 0, false, false);
    }
    let (shared, call) = (object.clone(), call.clone());
    let thread = std::thread::spawn(move || {
        watch::victim();
        shared.call(call.method, &call.args);
        let mut gate = GATE.lock().unwrap();
        gate.done = true;
        MOVED.notify_all();
    });
    (object, thread)
}

/// Whether the victim came to a stop; otherwise it is done.
fn settled() -> bool {
    let mut gate = GATE.lock().unwrap();
    while !gate.done && !(gate.waiting && gate.made >= gate.allowed) {
        gate = MOVED.wait(gate).unwrap();
    }
    !gate.done
}

fn allow(accesses: usize) {
    let mut gate = GATE.lock().unwrap();
    gate.allowed = gate.made.saturating_add(accesses);
    gate.waiting = false;
    MOVED.notify_all();
}

fn freeze(
    number: usize, client: &Client, victim: (usize, &Call), other: (usize, &Call), after: usize, most: usize, make: Make,
) -> bool {
    *NOW.lock().unwrap() = (number, victim.0, after, other.0);
    let (object, thread) = start(client, victim.1, after, make);
    let stopped = settled();
    if stopped {
        watch::count(most);
        object.call(other.1.method, &other.1.args);
        watch::count(usize::MAX - 1);
        allow(usize::MAX);
    }
    thread.join().expect("a panic was told");
    stopped
}

/// The victim's accesses when the other completes a call after every few of them; None: it did not get done.
fn interleaved(client: &Client, victim: &Call, other: &Call, every: usize, most: usize, make: Make) -> Option<usize> {
    let (object, thread) = start(client, victim, every, make);
    let mut rounds = 0;
    while settled() && rounds * every < most {
        watch::count(most);
        object.call(other.method, &other.args);
        watch::count(usize::MAX - 1);
        rounds += 1;
        allow(every);
    }
    let made = GATE.lock().unwrap().made;
    let done = !settled();
    allow(usize::MAX);
    thread.join().expect("a panic was told");
    done.then_some(made)
}
