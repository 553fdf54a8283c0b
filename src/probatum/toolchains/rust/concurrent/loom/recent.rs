//! What partial-order reduction must look back to: the latest access that depends on the next one *and that its thread
//! does not come after* (Flanagan and Godefroid, POPL 2005). Loom looks at the latest of all only: where that is the
//! thread's own load, a store is never tried before the loads of others that came earlier, and interleavings are missed.

use super::{Access, VersionVec};

/// The accesses to one object that later ones have not taken the place of.
#[derive(Debug)]
pub(super) struct Recent<A> {
    accesses: Vec<(A, Access)>,
}

impl<A: Copy> Recent<A> {
    pub(super) fn new() -> Self {
        Recent { accesses: Vec::new() }
    }

    /// A new access; it takes the place of those before it that nothing depends on but what depends on it as well.
    pub(super) fn push(&mut self, action: A, path_id: usize, version: &VersionVec, replaces: impl Fn(A) -> bool) {
        self.accesses.retain(|(old, access)| !(replaces(*old) && access.happens_before(version)));
        self.accesses.push((action, Access::new(path_id, version)));
    }

    pub(super) fn of<'a>(&'a self, depends: impl Fn(A) -> bool + 'a) -> impl Iterator<Item = &'a Access> {
        self.accesses.iter().filter(move |(action, _)| depends(*action)).map(|(_, access)| access)
    }
}

/// Where to go back to: to the latest access that the thread of the next one does not come after.
pub(super) fn race<'a>(accesses: impl Iterator<Item = &'a Access>, version: &VersionVec) -> Option<usize> {
    accesses.filter(|access| !access.happens_before(version)).map(Access::path_id).max()
}
