//! Atomicity of exchanges: in the order of the stores to one location nothing comes between the store that an exchange
//! finds and its own (C++ [atomics.order]; RC11 calls it ATOMICITY). Loom notes only that its own comes after. What is
//! stored after the first could then be found before the second, and a lock that was given back stays taken.

use super::{index, State};
use crate::rt::VersionVec;

impl State {
    /// The latest store is that of an exchange, which found the one with this number.
    pub(super) fn exchanged(&mut self, found: u16) {
        self.stores[index(self.cnt - 1)].follows = Some(found);
        self.exchanges_stay_whole();
    }

    /// What comes after the store that an exchange found comes after its own; what comes before its own, before that.
    pub(super) fn exchanges_stay_whole(&mut self) {
        let stores = self.stores.len().min(self.cnt as usize);
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for own in 0..stores {
                let follows = self.stores[own].follows;
                let Some(found) = (0..stores).find(|at| Some(self.stores[*at].number) == follows) else { continue };
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
