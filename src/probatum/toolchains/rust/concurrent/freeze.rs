//! Progress, by freezing a thread at each of its accesses and running another alone (obstruction: Herlihy and Shavit,
//! "On the nature of progress"); and by letting the other complete a call after every few accesses of the first, which
//! must end all the same if it waits for nobody. Whatever is answered while a thread stands still, and by it when it goes
//! on, is told as a history (`H`), for who gives up waiting may answer what is not so. And whether a thread that stands still keeps what others retire from being
//! freed, where the shim's epochs are used. Arguments: accesses allowed to a call that runs alone, clients.

use super::{client, watch, Call, Client, Make, Object};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use watch::{GATE, KEPT, MOVED};

/// Rounds of calls after which garbage that only grows is told from garbage that waits.
const ROUNDS: usize = 32;

/// Accesses of a call after which it is taken to wait for ever, and the frozen thread goes on; of all calls together,
/// after which none is waited for any longer than it may take alone.
const PATIENCE: usize = 20_000;
const ALL_PATIENCE: usize = 20_000_000;
/// Accesses of a call after which it waits though nobody stands still.
const NEVER: usize = 5_000_000;

/// Client, frozen call, its accesses, the other call.
static NOW: Mutex<(usize, usize, usize, usize)> = Mutex::new((0, 0, 0, 0));
static EVENTS: Mutex<String> = Mutex::new(String::new());
/// Whether answers are told, whether the frozen thread had to go on, and what is said of the first call that waited.
static TELLING: AtomicBool = AtomicBool::new(false);
static FREED: AtomicBool = AtomicBool::new(false);
/// Before which line it stands still.
static STANDS: AtomicU32 = AtomicU32::new(0);
static BLOCKED: Mutex<Option<String>> = Mutex::new(None);
static WAITED: AtomicUsize = AtomicUsize::new(0);

/// A call exceeded the accesses that it may make alone while the other is frozen.
pub fn waits(line: u32, made: usize, most: usize) {
    let told = BLOCKED.lock().unwrap().get_or_insert_with(|| blocked(line)).clone();
    if !TELLING.load(Relaxed) || made > NEVER {
        end(&told)
    }
    if WAITED.fetch_add(1, Relaxed) > ALL_PATIENCE || made - most > PATIENCE {
        if !FREED.swap(true, Relaxed) {
            allow(usize::MAX);
        }
        std::thread::yield_now();
    }
}

fn blocked(line: u32) -> String {
    let (client, victim, frozen_after, other) = *NOW.lock().unwrap();
    let at = GATE.lock().unwrap().line;
    format!(
        "B {{\"client\":{client},\"frozen\":{victim},\"after\":{frozen_after},\"before_line\":{at},\
         \"stopped\":{other},\"line\":{line}}}"
    )
}

fn end(line: &str) -> ! {
    watch::say(line);
    watch::say("END");
    std::process::exit(0)
}

/// Where a thread stands still, and what was called and answered so far.
fn history() -> String {
    let (client, frozen, after, other) = *NOW.lock().unwrap();
    let (line, events) = (STANDS.load(Relaxed), EVENTS.lock().unwrap().clone());
    format!(
        "\"client\":{client},\"frozen\":{frozen},\"after\":{after},\"other\":{other},\"before_line\":{line},\
         \"events\":[{events}]"
    )
}

fn event(thread: usize, call: usize, answer: Option<&str>) {
    let mut events = EVENTS.lock().unwrap();
    let comma = if events.is_empty() { "" } else { "," };
    let answer = answer.map_or(String::new(), |answer| format!(",{answer}"));
    events.push_str(&format!("{comma}[{thread},{call}{answer}]"));
}

/// A call with its beginning and its return; `thread` and `number` say whose.
fn perform(object: &dyn Object, call: &Call, thread: usize, number: usize) {
    event(thread, number, None);
    let answer = object.call(call.method, &call.args).text();
    event(thread, number, Some(&answer));
}

fn panicked(what: &std::panic::PanicHookInfo<'_>) {
    let why = what.to_string().replace(['\n', '"'], " ");
    if TELLING.load(Relaxed) && what.location().is_some_and(|at| at.file().ends_with("sut.rs")) {
        end(&format!("F {{\"kind\":\"panic\",\"why\":{why:?},{}}}", history()))
    }
    watch::fail("panic", &why)
}

pub fn run(make: Make) {
    std::panic::set_hook(Box::new(panicked));
    watch::take_output();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let most: usize = words[0].parse().expect("accesses allowed");
    let (mut runs, mut longest, mut waits) = (0, 0, None);
    TELLING.store(true, Relaxed);
    for (number, text) in words[1..].iter().enumerate() {
        let client = client(text);
        pairs(&client, |victim, other| {
            let mut seen = HashSet::new();
            let mut after = 0;
            while freeze(number, &client, victim, other, after, most, make) {
                if !FREED.load(Relaxed) && seen.insert(EVENTS.lock().unwrap().clone()) {
                    watch::say(&format!("H {{{}}}", history()));
                }
                after += 1;
                if after > most {
                    watch::fail("limit", "a call alone makes more accesses than are allowed");
                }
            }
            runs += after + 1;
        });
    }
    TELLING.store(false, Relaxed);
    if let Some(told) = BLOCKED.lock().unwrap().as_deref() {
        end(told)
    }
    for (number, text) in words[1..].iter().enumerate() {
        let client = client(text);
        pairs(&client, |victim, other| {
            for every in 1..=4 {
                match interleaved(&client, victim.1, other.1, every, most, make) {
                    Some(made) => longest = longest.max(made),
                    None => waits = Some((number, victim.0, other.0, every)),
                }
                runs += 1;
            }
        });
    }
    let kept = kept(&words[1..], most, make);
    let starved = waits.map_or("null".into(), |(c, v, o, e)| format!("[{c},{v},{o},{e}]"));
    watch::say(&format!("P {{\"runs\":{runs},\"longest\":{longest},\"starved\":{starved},\"kept\":{kept}}}"));
    watch::say("END");
}

/// Every call that is frozen with every other.
fn pairs<'a>(client: &'a Client, mut run: impl FnMut((usize, &'a Call), (usize, &'a Call))) {
    for victim in client.threads[0].iter().enumerate() {
        for other in client.threads[1].iter().enumerate() {
            run(victim, other);
        }
    }
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
    EVENTS.lock().unwrap().clear();
    FREED.store(false, Relaxed);
    let object: Arc<Box<dyn Object>> = Arc::new(make(&client.made));
    for (at, before) in client.before.iter().enumerate() {
        perform(&**object, before, 0, at);
    }
    {
        let mut gate = GATE.lock().unwrap();
        (gate.allowed, gate.made, gate.waiting, gate.done) = (allowed, 0, false, false);
    }
    let (shared, call) = (object.clone(), call.clone());
    let thread = std::thread::spawn(move || {
        watch::victim();
        perform(&**shared, &call, 1, 0);
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
        STANDS.store(GATE.lock().unwrap().line, Relaxed);
        watch::count(most);
        perform(&**object, other.1, 2, 0);
        watch::count(usize::MAX - 1);
        allow(usize::MAX);
    }
    thread.join().expect("a panic was told");
    for (at, call) in client.after.iter().enumerate().filter(|_| stopped) {
        perform(&**object, call, 0, client.before.len() + at);
    }
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
