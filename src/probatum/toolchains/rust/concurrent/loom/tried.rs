//! A lock that is tried: whoever finds it taken goes on. That shows when it was taken and when it was given back, so both
//! are accesses that trying depends on. Who waits for the lock sees neither: it comes after.

use super::{Access, Mutex, State};
use crate::rt::{object, Location, VersionVec};

#[derive(Debug, Copy, Clone, PartialEq)]
pub(in crate::rt) enum Action {
    Wait,
    GiveBack,
    Try,
}

impl From<object::Action> for Action {
    fn from(action: object::Action) -> Self {
        match action {
            object::Action::Mutex(action) => action,
            _ => Action::Try,
        }
    }
}

impl object::Action {
    pub(in crate::rt) fn to_wait(self) -> Self {
        object::Action::Mutex(Action::Wait)
    }
    pub(in crate::rt) fn waits(self) -> bool {
        self == object::Action::Mutex(Action::Wait)
    }
}

/// Whether the order of two accesses matters; where both cannot come next at once it does not.
fn depend(one: Action, other: Action) -> bool {
    match (one, other) {
        (Action::GiveBack, other) | (other, Action::GiveBack) => other == Action::Try,
        _ => true,
    }
}

impl Mutex {
    /// Others may come before. An execution that is over, or unwinds, has no others.
    pub(super) fn is_given_back(&self) {
        let over = crate::rt::execution(|execution| !execution.threads.is_active());
        if !over && !std::thread::panicking() {
            self.state.branch_action(object::Action::Mutex(Action::GiveBack), Location::disabled());
        }
    }
}

impl State {
    pub(in crate::rt) fn dependents(&self, action: Action) -> impl Iterator<Item = &Access> {
        self.recent.of(move |old| depend(old, action))
    }

    pub(in crate::rt) fn given_back(&self) -> impl Iterator<Item = &Access> {
        self.recent.of(|old| old == Action::GiveBack)
    }

    /// Remembers an access; whether it is one that takes the lock, or tries to.
    pub(super) fn keeps(&mut self, action: Action, path_id: usize, version: &VersionVec) -> bool {
        let all = [Action::Wait, Action::GiveBack, Action::Try];
        let replaces = |old| all.iter().all(|next| !depend(old, *next) || depend(action, *next));
        self.recent.push(action, path_id, version, replaces);
        action != Action::GiveBack
    }
}
