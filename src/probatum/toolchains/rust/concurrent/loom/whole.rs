//! Atomicity of exchanges: in the order of the stores to one location nothing comes between the store that an exchange
//! finds and its own (C++ [atomics.order]; RC11 calls it ATOMICITY). Loom notes only that its own comes after. What is
//! stored after the first could then be found before the second, and a lock that was given back stays taken.

use super::{index, State, Store};
use crate::rt::VersionVec;

impl State {
    /// The latest store is that of an exchange, which found the one with this number.
    pub(super) fn exchanged(&mut self, found: u16) {
        self.stores[index(self.cnt - 1)].follows = Some(found);
        self.exchanges_stay_whole();
    }

    /// The oldest store makes room for another. Who followed it follows what it followed; nothing comes between there,
    /// either. What is no exchange is remembered by its place alone.
    pub(super) fn forgets(&mut self, oldest: usize) {
        if self.cnt as usize >= self.stores.len() {
            let Store { number, follows, behind, modification_order, .. } = self.stores[oldest];
            for next in self.stores.iter_mut().filter(|store| store.follows == Some(number)) {
                let itself = (Some(number), Some(modification_order));
                (next.follows, next.behind) = if follows.is_some() { (follows, behind) } else { itself };
            }
        }
    }

    /// What comes after the store that an exchange found comes after its own; what comes before its own, before that.
    pub(super) fn exchanges_stay_whole(&mut self) {
        let stores = self.stores.len().min(self.cnt as usize);
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for own in 0..stores {
                let Store { follows, behind, .. } = self.stores[own];
                let found = (0..stores).find(|at| follows.is_some() && Some(self.stores[*at].number) == follows);
                let Some(found) = found else {
                    changed |= behind.is_some_and(|behind| self.whole_behind(own, &behind));
                    continue;
                };
                for other in (0..stores).filter(|at| *at != own && *at != found) {
                    let [first, second, third] = [found, own, other].map(|at| self.stores[at].modification_order);
                    changed |= match () {
                        () if first < third && !(second < third) => self.comes_after(other, &second),
                        () if third < second && !(third < first) => self.comes_after(found, &third),
                        () => false,
                    };
                }
            }
        }
    }

    /// The same where the store that an exchange found is no longer known.
    fn whole_behind(&mut self, own: usize, found: &VersionVec) -> bool {
        let mut changed = false;
        for other in (0..self.stores.len()).filter(|at| *at != own) {
            let [second, third] = [own, other].map(|at| self.stores[at].modification_order);
            changed |= *found < third && !(second < third) && !(third < second) && self.comes_after(other, &second);
        }
        changed
    }

    fn comes_after(&mut self, index: usize, earlier: &VersionVec) -> bool {
        let before = self.stores[index].modification_order;
        self.stores[index].modification_order.join(earlier);
        self.so_do_later_ones(index, before);
        before != self.stores[index].modification_order
    }

    /// A store has come after more than before; so have all that come after it.
    pub(super) fn so_do_later_ones(&mut self, index: usize, before: VersionVec) {
        let now = self.stores[index].modification_order;
        for later in self.stores.iter_mut().filter(|store| before < store.modification_order) {
            later.modification_order.join(&now);
        }
    }
}
