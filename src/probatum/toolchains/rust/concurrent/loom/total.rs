//! Sequentially consistent accesses have one order S, in which each thread's own stand as it made them, and which agrees
//! with what a load found: it comes after the store that it found, and before those that came later in the modification
//! order (C++20 [atomics.order] 4; how little of happens-before counts, P0668). A load must not find what leaves no such
//! order. Fences are not in it: Loom has them order more than they do. What a thread does alone, before others start or
//! after they have ended, comes before or after everything, and is not remembered.

use super::accesses::Accesses;
use super::{thread, VersionVec};

/// What is known of that order in one execution.
#[derive(Debug)]
pub(crate) struct Total {
    accesses: Vec<One>,
}

#[derive(Debug)]
struct One {
    place: Place,
    before: Accesses,
}

/// Where an access stands: the thread's how manieth it is, and what had happened before the thread made it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    thread: thread::Id,
    at: u16,
    causality: VersionVec,
}

impl Place {
    pub(super) fn of(threads: &thread::Set, causality: VersionVec) -> Place {
        Place { thread: threads.active_id(), at: threads.active_atomic_version(), causality }
    }
}

impl Total {
    pub(super) fn new() -> Total {
        Total { accesses: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.accesses.is_empty()
    }

    /// A new access, by its number.
    pub(super) fn add(&mut self, place: Place) -> usize {
        assert!(self.accesses.len() < Accesses::MOST, "maximum number of branches in one order");
        self.accesses.push(One { place, before: Accesses::NONE });
        self.accesses.len() - 1
    }

    /// An access comes after others.
    pub(super) fn comes_after(&mut self, access: usize, before: &Accesses) {
        self.accesses[access].before |= before.without(access);
    }

    /// What had happened before an access is no more than that.
    pub(super) fn knew(&mut self, access: usize, causality: VersionVec) {
        self.accesses[access].place.causality = causality;
    }

    /// Whether one of `these` comes before one of the others, or is one of them.
    pub(super) fn is_before(&self, these: &Accesses, others: Accesses) -> bool {
        let (mut seen, mut open) = (others, others);
        while let Some(at) = open.take().filter(|_| !these.meet(&seen)) {
            let one = &self.accesses[at];
            let mut more = self.made_before(&one.place);
            more |= one.before;
            open |= more.beyond(&seen);
            seen |= more;
        }
        these.meet(&seen)
    }

    /// What the thread made before, and what other threads made before something that it knew then.
    pub(super) fn made_before(&self, place: &Place) -> Accesses {
        let made = |one: &One| match one.place.thread == place.thread {
            true => one.place.at < place.at,
            false => one.place.at < place.causality[one.place.thread],
        };
        let before = self.accesses.iter().enumerate().filter(|(_, one)| made(one));
        before.fold(Accesses::NONE, |all, (at, _)| all.with(at))
    }
}
