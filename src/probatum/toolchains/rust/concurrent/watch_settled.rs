//! Who waits for ever. While nothing changes, a thread finds what it has found before, whoever runs beside it. So one
//! that has waited for some rounds goes on alone, and finds the same without asking Loom again (or Shuttle): a load may
//! well find the same store again, and an exchange that leaves what it found orders nothing that its last one has not,
//! where the thread did and learned nothing in between. If it changes something in the end, all goes on from there. If
//! it waits all the same, only others can help it; and where that is so of every thread that is left, nobody does.
//!
//! Who looks at the same thing again and again waits, too, whether it says so or not: that shows in the same way, and
//! such a thread then waits as others do. In all those looks it has not been stopped where it might have been, so that
//! what it does wrongly may be seen, but nothing is held.
use super::{all, fail, hidden, note, THREADS};
use std::cell::Cell;
use std::sync::atomic::Ordering;

/// Rounds of waiting after which a thread goes on alone, and its looks and rounds until it is taken to wait; where all
/// do, until it is taken to wait for ever.
const ROUNDS: usize = 8;
const LOOKS: usize = 2_000;
const PATIENCE: usize = 1_000_000;
/// Looks at the same thing in one round after which it is seen whether a thread waits that does not say so; and rounds
/// so ended, of all executions: they multiply those, and nothing is held by then.
const SAME: usize = 64;
const ENOUGH: usize = 1_000;
/// Reads of cells without an access.
const READS: usize = 1_000_000;

/// At what, how, and in what order.
type What = (usize, &'static str, Ordering);
/// How long a thread is known to wait.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Waits {
    No,
    Long,
    ForEver,
}
#[derive(Clone, Copy)]
struct Look {
    thread: usize,
    what: What,
    /// In this round.
    times: usize,
    /// Whether it found what was stored last.
    latest: bool,
    /// What the thread had done and learned by then.
    news: usize,
}
/// Since anything changed:
struct Settled {
    rounds: [usize; THREADS],
    looks: Vec<Look>,
    known: [Waits; THREADS],
    /// How much longer each goes on alone, and what is known of it then; `No`: that it waits, without saying so.
    left: [usize; THREADS],
    towards: [Waits; THREADS],
    /// The look that each is about to make.
    coming: [Option<What>; THREADS],
    news: [usize; THREADS],
    /// Of the access that goes on: whether it leaves what it found, and whether that is an older value.
    same: bool,
    older: bool,
    /// Reads of cells since the last access.
    reads: usize,
    /// Rounds in which somebody waited without saying so, in all executions.
    unsaid: usize,
}
static mut SETTLED: Settled = Settled {
    rounds: [0; THREADS],
    looks: Vec::new(),
    known: [Waits::No; THREADS],
    left: [0; THREADS],
    towards: [Waits::No; THREADS],
    coming: [None; THREADS],
    news: [0; THREADS],
    same: false,
    older: false,
    reads: 0,
    unsaid: 0,
};
/// Whether the lock is taken that each is about to take.
static mut LOCKS: [Option<*const Cell<bool>>; THREADS] = [None; THREADS];
#[allow(static_mut_refs)]
fn settled() -> &'static mut Settled {
    unsafe { &mut SETTLED }
}
#[allow(static_mut_refs)]
fn locks() -> &'static mut [Option<*const Cell<bool>>; THREADS] {
    unsafe { &mut LOCKS }
}
fn thread() -> usize {
    all().now.thread.min(THREADS - 1)
}
impl Settled {
    fn look(&mut self, thread: usize, what: What) -> Option<&mut Look> {
        self.looks.iter_mut().find(|look| look.thread == thread && look.what == what)
    }
    /// A look that Loom was asked about, which changed nothing.
    fn keep(&mut self, thread: usize, what: What, latest: bool) {
        let known = self.look(thread, what).map(|look| (look.latest, look.times));
        if known.is_none_or(|(before, _)| !(before && latest)) {
            self.news[thread] += 1;
        }
        let (times, news) = (known.map_or(0, |known| known.1) + 1, self.news[thread]);
        match self.look(thread, what) {
            Some(look) => (look.times, look.latest, look.news) = (times, latest, news),
            None => self.looks.push(Look { thread, what, times, latest, news }),
        }
    }
}

pub fn begin() {
    *locks() = [None; THREADS];
    settled().coming = [None; THREADS];
    settled().left = [0; THREADS];
    changed();
}
/// Whoever waits may find something else now.
pub fn changed() {
    turns_away(thread());
    let own = settled();
    (own.rounds, own.known, own.left, own.reads) = ([0; THREADS], [Waits::No; THREADS], [0; THREADS], 0);
    own.looks.clear();
}
/// A thread goes on that has looked at one thing again and again, and does something else.
fn turns_away(thread: usize) {
    let own = settled();
    if cfg!(probatum_loom) && own.left[thread] > 0 && own.towards[thread] == Waits::No {
        fail("limit", "a call looks at what does not change, over and over, and then goes on");
    }
}
/// An access comes that Loom is asked about. Who stores or gives back waits no longer, though that is still to come.
pub(super) fn comes(what: &str) {
    let (own, thread) = (settled(), thread());
    turns_away(thread);
    if own.left[thread] > 0 {
        own.rounds[thread] = 0; // others have their turn before it is tried again
    }
    (own.left[thread], own.reads) = (0, 0);
    if matches!(what, "store" | "lock" | "unlock") {
        own.known[thread] = Waits::No;
    }
}
/// It has come: did anything change?
pub(super) fn came(what: &str, how: &str) {
    let (own, thread) = (settled(), thread());
    let (same, older) = (std::mem::take(&mut own.same), std::mem::take(&mut own.older));
    let plain = matches!(what, "load" | "fence") || how == " fails";
    match own.coming[thread].take() {
        Some(look) if plain => own.keep(thread, look, !older),
        Some(look) if same => {
            // What the thread did before is handed on with it.
            let news = own.news[thread];
            if own.look(thread, look).is_some_and(|before| before.news != news) {
                changed();
            }
            own.keep(thread, look, !older);
        }
        None if matches!(what, "spin" | "yield") || what.ends_with("by chance") => {}
        _ => changed(),
    }
    if older {
        all().outdated[thread] = true;
    }
}
/// The exchange that goes on leaves what it found.
pub fn same() {
    settled().same = true;
}
pub(super) fn older() {
    settled().older = true;
}
/// A thread takes a lock; while another one has it, it does not run.
pub fn locked<R>(taken: &Cell<bool>, lock: impl FnOnce() -> R) -> R {
    let thread = thread();
    locks()[thread] = Some(taken);
    let found = lock();
    locks()[thread] = None;
    found
}
/// A look comes, at what may be waited for, about which Loom is asked.
pub fn looks<P>(object: &P, how: &'static str, order: Ordering) {
    settled().coming[thread()] = Some((std::ptr::from_ref(object) as usize, how, order));
}
/// Whether the look that comes finds what it found before, and need not be one.
#[track_caller]
pub fn finds<P>(object: &P, how: &'static str, order: Ordering) -> bool {
    let (own, thread) = (settled(), thread());
    let what = (std::ptr::from_ref(object) as usize, how, order);
    let Some(look) = own.look(thread, what).copied() else { return false };
    let orders = !matches!(how, "load" | "compare_exchange" | "try_lock");
    let same = look.latest && !(orders && look.news != own.news[thread]);
    if own.left[thread] == 0 && same && look.times >= SAME && own.known[thread] == Waits::No {
        (own.left[thread], own.towards[thread]) = (LOOKS, Waits::No);
    } else if own.left[thread] == 0 && look.times >= SAME {
        waits_unsaid();
    }
    same && own.left[thread] > 0 && goes_on()
}
/// All executions have been seen, but where somebody waited without saying so.
pub fn holds_nothing() {
    if cfg!(probatum_loom) && settled().unsaid > 0 {
        fail("limit", "branches without end: who waits does not say so");
    }
}
#[track_caller]
fn waits_unsaid() {
    settled().unsaid += 1;
    if settled().unsaid > ENOUGH {
        holds_nothing();
    }
    super::super::super::sync::hint::spin_loop();
    let thread = thread();
    settled().looks.iter_mut().filter(|look| look.thread == thread).for_each(|look| look.times = SAME);
}
/// A thread waits: whether it goes on alone.
#[track_caller]
pub fn waits() -> bool {
    let (own, thread) = (settled(), thread());
    if own.left[thread] > 0 && own.towards[thread] != Waits::No {
        return goes_on();
    }
    let mut settled = true;
    for look in own.looks.iter_mut().filter(|look| look.thread == thread) {
        settled &= look.latest || look.times == 0;
        look.times = 0;
    }
    own.rounds[thread] += 1;
    let towards = if others_wait(Waits::Long) { Waits::ForEver } else { Waits::Long };
    let alone = own.rounds[thread] >= ROUNDS && settled && own.known[thread] < towards;
    let most = if towards == Waits::Long { LOOKS } else { PATIENCE };
    (own.left[thread], own.towards[thread], own.reads) = (if alone { most } else { 0 }, towards, 0);
    alone
}
/// One more look or round of a thread that goes on alone; whether it still does.
#[track_caller]
fn goes_on() -> bool {
    let (own, thread) = (settled(), thread());
    own.left[thread] -= 1;
    own.reads = 0;
    if own.left[thread] == 0 && own.towards[thread] == Waits::No {
        waits_unsaid();
    } else if own.left[thread] == 0 {
        own.known[thread] = own.towards[thread];
        if own.known[thread] == Waits::ForEver {
            note("waits on");
            nobody_else();
        }
    }
    own.left[thread] > 0
}
/// Who is left: the thread that runs, and all that have not ended.
fn left() -> impl Iterator<Item = usize> {
    let me = thread();
    (0..THREADS).filter(move |thread| *thread == me || all().alive[*thread])
}
/// Whether all others wait, or cannot have the lock that they want.
fn others_wait(so: Waits) -> bool {
    let (own, me) = (settled(), thread());
    let locked = |thread: usize| locks()[thread].is_some_and(|taken| unsafe { (*taken).get() });
    left().filter(|thread| *thread != me).all(|thread| own.known[thread] >= so || locked(thread))
}
/// A thread waits for a change: there must be somebody who can make it.
fn nobody_else() {
    if others_wait(Waits::ForEver) {
        let known = settled().known;
        let told = |waits: bool| hidden(|| names(left().filter(|at| (known[*at] == Waits::ForEver) == waits)));
        let (wait, lock) = (told(true), told(false));
        let locks = if lock.is_empty() { lock } else { format!(", and {lock} waits for a lock") };
        fail("waiting", &format!("nobody goes on: {wait} looked a million times while nothing changed{locks}"));
    }
}
fn names(threads: impl Iterator<Item = usize>) -> String {
    let name = |thread| if thread == 0 { "the thread that is left".into() } else { format!("T{thread}") };
    threads.map(name).collect::<Vec<String>>().join(" and ")
}
/// A read of a cell, at which nobody else runs.
pub fn reads() {
    let (own, thread) = (settled(), thread());
    turns_away(thread);
    own.news[thread] += 1;
    own.rounds = [0; THREADS];
    own.reads += 1;
    if own.reads == READS {
        fail("waiting", "a call does not return: it read cells a million times without an access in between");
    }
}
