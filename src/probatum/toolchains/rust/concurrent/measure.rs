//! Makes a fixed number of calls of an object that threads share, while whoever started this process holds the watch. On
//! the socket: the rounds come; before each round `R` says that it is prepared, a frame of any kind starts it, and `D` says
//! that every thread is done and the object dropped; last, every answer is told. Between start and `D` nothing is read,
//! written, parsed or printed: what was asked lies ready as values of the candidate's own types, and answers are kept as
//! they came. Nothing is judged here.

pub mod sync;
mod watch;
mod wire;

pub use wire::*;

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// Looks at the others' counter after which a thread lets them have its CPU.
const SPINS: u32 = 10_000;

static SOCKET: OnceLock<Mutex<File>> = OnceLock::new();

/// A value that is stored: nothing is counted, for that would be shared by all threads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tracked(u64);
impl std::fmt::Display for Tracked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl TryFrom<i128> for Tracked {
    type Error = ();
    fn try_from(number: i128) -> Result<Self, ()> {
        u64::try_from(number).map(Tracked).map_err(|_| ())
    }
}
impl Integer for Tracked {}

/// An argument: a value, or what an earlier call of the same thread answered.
pub enum Given<P> {
    Value(P),
    Earlier(usize),
}

/// Reads such an argument.
pub fn given<P>(tree: &Tree, value: impl Fn(&Tree) -> P) -> Given<P> {
    match tree {
        Tree::Tag(tag, which) if tag == "ref" => Given::Earlier(number(&items(which)[0]) as usize),
        _ => Given::Value(value(tree)),
    }
}

/// One call: the method's place in the interface, and its arguments.
pub struct Call {
    pub method: i128,
    pub args: Vec<Tree>,
}

/// What the generated glue knows of the candidate's types: `Q` is a call that lies ready, `R` an answer as it came.
struct Glue<M, D, C, W> {
    make: M,
    read: D,
    call: C,
    write: W,
}

/// What is called in one round.
struct Client {
    made: Vec<Tree>,
    before: Vec<Call>,
    threads: Vec<Vec<Call>>,
    after: Vec<Call>,
    /// Called until it answers nothing, at most so often.
    drain: Option<(Call, usize)>,
}

fn client(tree: &Tree) -> Client {
    let parts = items(tree);
    Client {
        made: items(&parts[0]).to_vec(),
        before: calls(&parts[1]),
        threads: items(&parts[2]).iter().map(calls).collect(),
        after: calls(&parts[3]),
        drain: calls(&parts[4]).pop().map(|call| (call, number(&parts[5]) as usize)),
    }
}

fn calls(tree: &Tree) -> Vec<Call> {
    let call = |tree: &Tree| Call { method: number(&items(tree)[0]), args: items(tree)[1..].to_vec() };
    items(tree).iter().map(call).collect()
}

fn receive() -> Vec<u8> {
    let mut socket = SOCKET.get().expect("opened at the start").lock().unwrap();
    let mut head = [0u8; 4];
    let mut body = vec![];
    if socket.read_exact(&mut head).is_ok() {
        body = vec![0u8; u32::from_be_bytes(head) as usize];
        if socket.read_exact(&mut body).is_ok() {
            return body;
        }
    }
    std::process::exit(0)
}

fn send(text: &str) {
    let mut frame = (text.len() as u32).to_be_bytes().to_vec();
    frame.extend_from_slice(text.as_bytes());
    if SOCKET.get().expect("opened at the start").lock().unwrap().write_all(&frame).is_err() {
        std::process::exit(0)
    }
}

/// Every thread of a round has come this far when the counter says so.
fn together(counter: &AtomicUsize, wanted: usize) {
    counter.fetch_add(1, Ordering::AcqRel);
    until(counter, wanted)
}

fn until(counter: &AtomicUsize, wanted: usize) {
    let mut spins = 0;
    while counter.load(Ordering::Acquire) < wanted {
        spins += 1;
        if spins % SPINS == 0 {
            std::thread::yield_now();
        }
        std::hint::spin_loop();
    }
}

/// One round: the object, what each thread asks for, and what it was answered.
struct Round<O, Q, R> {
    object: O,
    asked: Vec<Mutex<(Vec<Q>, Vec<R>)>>,
}

pub fn measure<O: Send + Sync, Q: Send, R: Send>(
    make: impl Fn(&[Tree]) -> O,
    read: impl Fn(&Call) -> Q,
    call: impl Fn(&O, Q, &[R]) -> R + Sync,
    write: impl Fn(R) -> Outcome,
) {
    let glue = Glue { make, read, call, write };
    let fd: i32 = std::env::args().last().and_then(|a| a.parse().ok()).expect("a descriptor");
    let _ = SOCKET.set(Mutex::new(unsafe { File::from_raw_fd(fd) }));
    std::panic::set_hook(Box::new(|what| {
        send(&format!("P{}", what.to_string().replace(|c: char| c.is_control(), " ")));
        std::process::exit(0)
    }));
    let text = String::from_utf8(receive()).expect("UTF-8");
    let clients: Vec<Client> = items(&parse(&text)).iter().map(client).collect();
    let threads = clients[0].threads.len();
    let (rounds, before): (Vec<_>, Vec<_>) = clients.iter().map(|client| prepared(&glue, client)).unzip();
    let rounds: Vec<_> = rounds.into_iter().map(|round| Mutex::new(Some(Arc::new(round)))).collect();
    let (told, here, done) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    // This thread is the first of those that call, so that it takes no CPU from them.
    let ended: Vec<_> = std::thread::scope(|scope| {
        for which in 1..threads {
            let (rounds, told, here, done, call) = (&rounds, &told, &here, &done, &glue.call);
            scope.spawn(move || {
                for (at, round) in rounds.iter().enumerate() {
                    let round = round.lock().unwrap().clone().expect("it has not ended");
                    until(told, at + 1);
                    together(here, (at + 1) * threads);
                    perform(&round, which, call);
                    drop(round);
                    done.fetch_add(1, Ordering::AcqRel);
                }
            });
        }
        let timed = |(at, (round, client)): (usize, (&Mutex<Option<Arc<Round<O, Q, R>>>>, &Client))| {
            let mine = round.lock().unwrap().clone().expect("it has not ended");
            send("R");
            receive();
            told.store(at + 1, Ordering::Release);
            together(&here, (at + 1) * threads);
            perform(&mine, 0, &glue.call);
            drop(mine);
            until(&done, (at + 1) * (threads - 1));
            let round = round.lock().unwrap().take().and_then(Arc::into_inner).expect("no thread has it");
            let ended = finished(&glue, client, round);
            send("D");
            ended
        };
        rounds.iter().zip(&clients).enumerate().map(timed).collect()
    });
    for ((answers, after), before) in ended.into_iter().zip(before) {
        let threads: Vec<String> = answers.into_iter().map(|mine| texts(&glue, mine)).collect();
        let parts = [texts(&glue, before), ["[", &threads.join(","), "]"].concat(), after];
        send(&["[", &parts.join(","), "]"].concat());
    }
}

fn perform<O, Q, R>(round: &Round<O, Q, R>, which: usize, call: &impl Fn(&O, Q, &[R]) -> R) {
    let mut mine = round.asked[which].lock().unwrap();
    let (asked, answers) = &mut *mine;
    for one in asked.drain(..) {
        let answer = call(&round.object, one, answers);
        answers.push(answer);
    }
}

fn prepared<O, Q, R, C, W>(glue: &Glue<impl Fn(&[Tree]) -> O, impl Fn(&Call) -> Q, C, W>, client: &Client) -> (Round<O, Q, R>, Vec<R>)
where
    C: Fn(&O, Q, &[R]) -> R,
{
    let object = (glue.make)(&client.made);
    let mut before = vec![];
    for call in &client.before {
        let answer = (glue.call)(&object, (glue.read)(call), &before);
        before.push(answer);
    }
    let mine = |calls: &Vec<Call>| Mutex::new((calls.iter().map(&glue.read).collect(), Vec::with_capacity(calls.len())));
    (Round { object, asked: client.threads.iter().map(mine).collect() }, before)
}

/// What is called when the threads have ended, and the end of the object.
fn finished<O, Q, R, M, C, W>(
    glue: &Glue<M, impl Fn(&Call) -> Q, C, W>, client: &Client, round: Round<O, Q, R>,
) -> (Vec<Vec<R>>, String)
where
    C: Fn(&O, Q, &[R]) -> R,
    W: Fn(R) -> Outcome,
{
    let ask = |call: &Call| (glue.write)((glue.call)(&round.object, (glue.read)(call), &[])).text();
    let mut after: Vec<String> = client.after.iter().map(ask).collect();
    if let Some((call, most)) = &client.drain {
        for _ in 0..*most {
            after.push(ask(call));
            if after.last().is_some_and(|last| last == "[0,null]") {
                break;
            }
        }
    }
    let answers = round.asked.into_iter().map(|mine| mine.into_inner().unwrap().1).collect();
    drop(round.object);
    (answers, ["[", &after.join(","), "]"].concat())
}

fn texts<R, M, D, C>(glue: &Glue<M, D, C, impl Fn(R) -> Outcome>, answers: Vec<R>) -> String {
    let texts: Vec<String> = answers.into_iter().map(|answer| (glue.write)(answer).text()).collect();
    ["[", &texts.join(","), "]"].concat()
}
