"""What is changed in Loom's lock, and why: `loom/tried.rs` beside it."""

from __future__ import annotations

from probatum.toolchains.rust.concurrent.change import Change

UNPOISONED = (
    "A panic ends everything, so no lock is ever left poisoned by one. A thread that is let go unwinds, though, and "
    "what it held others may take; Loom would panic there."
)
TAKES = """        self.object.acquire_lock(location!());

        Ok(MutexGuard {
            lock: self,
            data: Some("""
TRIES = """        if self.object.try_acquire_lock(location!()) {
            Ok(MutexGuard {
                lock: self,
                data: Some("""
ACQUIRES = """            trace!(obj = ?self, ?is_locked, "Object::branch_acquire");

            self.set_action(execution, """
EITHER_WAY = ".or_else(|left| Ok::<_, ()>(left.into_inner()))"
TRIED = (
    "Whoever tries a lock sees, without waiting, whether it can be had: trying and giving back depend on each other, "
    "and giving back is a moment of its own, which others may come before. In Loom it is none, and one that only tries "
    "counts as waiting once another holds the lock."
)
BEFORE_FREE = (
    "Who comes before a lock is given back may have to wait for it, and lets the others go on without a preemption. "
    "With a bound that shows orders which nothing else does."
)
LOCKS = (
    Change(
        file="src/sync/mutex.rs",
        old=f"{TAKES}self.data.lock()",
        new=f"{TAKES}self.data.lock(){EITHER_WAY}",
        why=UNPOISONED,
    ),
    Change(
        file="src/sync/mutex.rs",
        old="self.data.into_inner()",
        new=f"self.data.into_inner(){EITHER_WAY}",
        why=UNPOISONED,
    ),
    Change(
        file="src/sync/mutex.rs",
        old=f"{TRIES}self.data.lock()",
        new=f"{TRIES}self.data.lock(){EITHER_WAY}",
        why=UNPOISONED,
    ),
    Change(
        file="src/rt/object.rs",
        old="    /// Action on a channel\n",
        new="    Mutex(rt::mutex::Action),\n\n    /// Action on a channel\n",
        why=TRIED,
    ),
    Change(
        file="src/rt/object.rs",
        old=f"{ACQUIRES}Action::Opaque, location);\n",
        new=f"{ACQUIRES}Action::Opaque.to_wait(), location);\n",
        why=TRIED,
    ),
    Change(
        file="src/rt/object.rs",
        old="            Entry::Mutex(entry) => entry.set_last_access(path_id, dpor_vv),\n",
        new="            Entry::Mutex(entry) => entry.set_last_access(operation.action.into(), path_id, dpor_vv),\n",
        why=TRIED,
    ),
    Change(
        file="src/rt/mutex.rs",
        old="use tracing::trace;\n",
        new="use tracing::trace;\n\nmod tried;\npub(super) use tried::Action;\n\n",
        why=TRIED,
    ),
    Change(
        file="src/rt/mutex.rs",
        old="    last_access: Option<Access>,\n",
        new="    last_access: Option<Access>,\n    recent: super::Recent<Action>,\n",
        why=TRIED,
    ),
    Change(
        file="src/rt/mutex.rs",
        old="                last_access: None,\n",
        new="                last_access: None,\n                recent: super::Recent::new(),\n",
        why=TRIED,
    ),
    Change(
        file="src/rt/mutex.rs",
        old="    pub(crate) fn release_lock(&self) {\n",
        new="    pub(crate) fn release_lock(&self) {\n        self.is_given_back();\n",
        why=TRIED,
    ),
    Change(
        file="src/rt/mutex.rs",
        old="                    if operation.object() == self.state.erase() {\n",
        new="                    if operation.object() == self.state.erase() && operation.action().waits() {\n",
        why=TRIED,
    ),
    Change(
        file="src/rt/mutex.rs",
        old="set_last_access(&mut self, path_id: usize, version: &VersionVec) {\n",
        new=(
            "set_last_access(&mut self, action: Action, path_id: usize, version: &VersionVec) {\n"
            "        if !self.keeps(action, path_id, version) {\n            return;\n        }\n"
        ),
        why=TRIED,
    ),
    Change(
        file="src/rt/path.rs",
        old="    pub(super) fn backtrack(",
        new=(
            "    pub(super) fn backtrack_where_it_may_run(&mut self, point: usize, thread_id: thread::Id) {\n"
            "        let schedule = object::Ref::from_usize(point).downcast::<Schedule>(&self.branches);\n"
            "        let runs = |at: object::Ref<Schedule>| {\n"
            "            at.get(&self.branches).threads.get(thread_id.as_usize()).is_some_and(Thread::is_enabled)\n"
            "        };\n"
            "        if self.preemption_bound.is_some() && schedule.is_some_and(runs) {\n"
            "            self.backtrack(point, thread_id);\n        }\n    }\n\n"
            "    pub(super) fn backtrack("
        ),
        why=BEFORE_FREE,
    ),
)
