//! The sequentially consistent accesses to one location, see `rt::total`.

use super::{is_seq_cst, State};
use crate::rt::accesses::Accesses;
use crate::rt::thread;
use crate::rt::total::Place;
use crate::rt::VersionVec;
use std::sync::atomic::Ordering;

/// Such accesses of a store, by their numbers: the one that made it, and those that found it.
#[derive(Debug, Default)]
pub(in crate::rt) struct Strong {
    made: Option<usize>,
    found_by: Vec<usize>,
}

impl State {
    /// Whether a load may find that store. What the thread knows of comes before the store then.
    pub(super) fn may_find(&self, threads: &thread::Set, index: usize, order: Ordering) -> bool {
        let total = &threads.total;
        if total.is_empty() {
            return true;
        }
        let here = self.found_at(threads, index);
        let mut before = self.around(|at| at != index && self.stores[at].modification_order < here);
        if let Some(made) = self.stores[index].strong.made {
            if total.is_before(&Accesses::NONE.with(made), before) {
                return false;
            }
            before = before.with(made);
        }
        before |= total.made_before(&Place::of(threads, threads.active().causality));
        let later = self.around(|at| here < self.stores[at].modification_order);
        !is_seq_cst(order) || later == Accesses::NONE || !total.is_before(&later, before)
    }

    /// Those of some stores that an exchange may find; all, where none is left.
    pub(super) fn may_exchange(&self, threads: &thread::Set, these: &mut [u8]) -> usize {
        let mut n = 0;
        for at in 0..these.len() {
            if self.may_find(threads, these[at] as usize, Ordering::Relaxed) {
                these.swap(n, at);
                n += 1;
            }
        }
        if n == 0 { these.len() } else { n }
    }

    /// Where the store stands once the thread has found it: after all that the thread knows of, and after exchanges that
    /// found one of those before it.
    fn found_at(&self, threads: &thread::Set, index: usize) -> VersionVec {
        let mut here = self.stores[index].modification_order;
        let known = |at: &usize| {
            let store = &self.stores[*at];
            store.first_seen.is_seen_by_current(threads) || store.happens_before < threads.active().causality
        };
        self.made_so_far().filter(known).for_each(|at| here.join(&self.stores[at].modification_order));
        let before = |at: usize, here: &VersionVec| at != index && self.stores[at].modification_order < *here;
        let pushed = |at: &usize, here: &VersionVec| {
            let found = self.stores[*at].follows;
            let source = self.made_so_far().find(|source| Some(self.stores[*source].number) == found);
            *at != index && !before(*at, here) && source.is_some_and(|source| before(source, here))
        };
        while let Some(at) = self.made_so_far().find(|at| pushed(at, &here)) {
            here.join(&self.stores[at].modification_order);
            if !before(at, &here) {
                break; // it stands where the other does: nothing more is known
            }
        }
        here
    }

    /// A load has found that store.
    pub(super) fn found(&mut self, threads: &mut thread::Set, index: usize, causality: VersionVec, order: Ordering) {
        if let Some(own) = remembered(threads, causality, order) {
            self.stores[index].strong.found_by.push(own);
        }
        self.tell(threads);
    }

    /// The latest store is made.
    pub(super) fn made(&mut self, threads: &mut thread::Set, causality: VersionVec, order: Ordering) {
        self.stores[super::index(self.cnt - 1)].strong.made = remembered(threads, causality, order);
        self.tell(threads);
    }

    /// The latest store is that of an exchange, which knew no more than this before it found anything.
    pub(super) fn knew(&self, threads: &mut thread::Set, causality: VersionVec) {
        if let Some(made) = self.stores[super::index(self.cnt - 1)].strong.made {
            threads.total.knew(made, causality);
        }
    }

    /// What follows from the modification order as far as it is known: a store comes after those before it and the loads
    /// that found one of those; so does a load that found it, and comes after the store, too.
    fn tell(&self, threads: &mut thread::Set) {
        if threads.total.is_empty() {
            return;
        }
        for at in self.made_so_far() {
            let (here, Strong { made, found_by }) = (self.stores[at].modification_order, &self.stores[at].strong);
            if made.is_none() && found_by.is_empty() {
                continue;
            }
            let mut before = self.around(|other| other != at && self.stores[other].modification_order < here);
            if let Some(made) = *made {
                threads.total.comes_after(made, &before);
                before = before.with(made);
            }
            found_by.iter().for_each(|load| threads.total.comes_after(*load, &before));
        }
    }

    fn made_so_far(&self) -> impl Iterator<Item = usize> {
        0..self.stores.len().min(self.cnt as usize)
    }

    /// Those that made or found some of the stores.
    fn around(&self, wanted: impl Fn(usize) -> bool) -> Accesses {
        let strong = self.made_so_far().filter(|at| wanted(*at)).map(|at| &self.stores[at].strong);
        strong.flat_map(|s| s.made.iter().chain(&s.found_by)).fold(Accesses::NONE, |all, access| all.with(*access))
    }
}

/// The number of an access that is sequentially consistent, while other threads are there.
fn remembered(threads: &mut thread::Set, causality: VersionVec, order: Ordering) -> Option<usize> {
    let alone = threads.iter().filter(|(_, thread)| !thread.is_terminated()).count() < 2;
    (is_seq_cst(order) && !alone).then(|| {
        let place = Place::of(threads, causality);
        threads.total.add(place)
    })
}
