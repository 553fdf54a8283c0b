"""What is changed in the published crate of Loom, and why."""

from __future__ import annotations

from probatum.toolchains.rust.concurrent.change import Change
from probatum.toolchains.rust.concurrent.changed_failing import FAILING
from probatum.toolchains.rust.concurrent.changed_locks import LOCKS
from probatum.toolchains.rust.concurrent.changed_stacks import STACKS
from probatum.toolchains.rust.concurrent.changed_total import ONE_ORDER, TOTAL

TRANSITIVE = (
    "The order of the stores to one location is transitive: what comes before a store comes before all that come "
    "after it. Loom notes it for the one store that a load returns; an exchange may then find what is not the latest."
)
PATIENT = (
    "Where there is a newer value, Loom never shows a thread the one that it saw before it last waited. What goes "
    "wrong with an old value that is found again after a wait would not show; so it counts from the wait before that."
)
WHOLLY = (
    "Nothing comes between the store that an exchange finds and its own. Loom notes only that its own comes after: "
    "what is stored after the first may then be found before the second, and a lock that was given back stays taken."
)
EVERY_RACE = (
    "Where the latest access that a store depends on is its own thread's, Loom does not look for earlier ones of "
    "others, and leaves out that the store comes before those."
)
FIRST = (
    "Which thread runs first, when the one that started them waits, takes no preemption; Loom counts one where nothing "
    "branched before."
)
FREE = (
    "Where a thread has ended or waits, any other may follow, however many preemptions there were. Loom lets only one "
    "follow once there were as many as are allowed."
)
SEEN = "            if let Some(access) = self.objects.last_dependent_access(operation) {\n"
CHANGES = (
    Change(
        file="src/rt/thread.rs",
        old="    pub last_yield: Option<u16>,\n",
        new="    pub last_yield: Option<u16>,\n    pub latest_yield: Option<u16>,\n",
        why=PATIENT,
    ),
    Change(
        file="src/rt/thread.rs",
        old="            last_yield: None,\n",
        new="            last_yield: None,\n            latest_yield: None,\n",
        why=PATIENT,
    ),
    Change(
        file="src/rt/thread.rs",
        old="        self.last_yield = Some(self.causality[self.id]);\n",
        new=(
            "        let before = self.latest_yield;\n"
            "        self.last_yield = Some(self.causality[self.id]);\n"
            "        self.latest_yield = std::mem::replace(&mut self.last_yield, before);\n"
        ),
        why=PATIENT,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="    fn apply_load_coherence(&mut self, threads: &mut thread::Set, index: usize) {\n",
        new=(
            "    fn apply_load_coherence(&mut self, threads: &mut thread::Set, index: usize) {\n"
            "        let before = self.stores[index].modification_order;\n"
        ),
        why=TRANSITIVE,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="    }\n\n    /// Track an atomic load\n",
        new=(
            "        self.so_do_later_ones(index, before);\n"
            "        self.exchanges_stay_whole();\n"
            "    }\n\n    /// Track an atomic load\n"
        ),
        why=TRANSITIVE,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="    /// True when the store was done with `SeqCst` ordering\n    seq_cst: bool,\n}\n",
        new=(
            "    /// True when the store was done with `SeqCst` ordering\n    seq_cst: bool,\n"
            "    number: u16,\n    follows: Option<u16>,\n    behind: Option<VersionVec>,\n}\n"
        ),
        why=WHOLLY,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="            seq_cst: false,\n",
        new=(
            "            seq_cst: false,\n            number: 0,\n            follows: None,\n"
            "            behind: None,\n"
        ),
        why=WHOLLY,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="            seq_cst: is_seq_cst(ordering),\n        };\n",
        new=(
            "            number: self.cnt - 1,\n            follows: None,\n            behind: None,\n"
            "            seq_cst: is_seq_cst(ordering),\n        };\n        self.exchanges_stay_whole();\n"
            "        self.made(threads, happens_before, ordering);\n"
        ),
        why=f"{WHOLLY} {ONE_ORDER}",
    ),
    Change(
        file="src/rt/atomic.rs",
        old="        let index = index(self.cnt);\n",
        new="        let index = index(self.cnt);\n        self.forgets(index);\n",
        why=WHOLLY,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="        let prev = self.stores[index].value;\n",
        new=(
            "        let prev = self.stores[index].value;\n        let found = self.stores[index].number;\n"
            "        let before = threads.active().causality;\n"
        ),
        why=f"{WHOLLY} {ONE_ORDER}",
    ),
    Change(
        file="src/rt/atomic.rs",
        old="                self.store(threads, sync, next, success);\n",
        new=(
            "                self.store(threads, sync, next, success);\n                self.exchanged(found);\n"
            "                self.knew(threads, before);\n"
        ),
        why=f"{WHOLLY} {ONE_ORDER}",
    ),
    Change(
        file="src/rt/mod.rs",
        old="use self::access::Access;\n",
        new="use self::access::Access;\n\nmod recent;\nuse self::recent::Recent;\n",
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="use std::u16;\n",
        new="use std::u16;\n\nmod ordered;\nmod whole;\n",
        why=WHOLLY,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="    last_access: Option<Access>,\n",
        new="    last_access: Option<Access>,\n    recent: rt::Recent<Action>,\n",
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="            last_access: None,\n",
        new="            last_access: None,\n            recent: rt::Recent::new(),\n",
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="        Access::set_or_create(&mut self.last_access, path_id, version);\n",
        new=(
            "        Access::set_or_create(&mut self.last_access, path_id, version);\n"
            "        let replaces = |old| action != Action::Load || old == Action::Load;\n"
            "        self.recent.push(action, path_id, version, replaces);\n"
        ),
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/atomic.rs",
        old="    /// Returns the last dependent access\n",
        new=(
            "    pub(super) fn dependents(&self, action: Action) -> impl Iterator<Item = &Access> {\n"
            "        self.recent.of(move |old| old != Action::Load || action != Action::Load)\n    }\n\n"
            "    /// Returns the last dependent access\n"
        ),
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/arc.rs",
        old="    last_ref_inspect: Option<Access>,\n",
        new="    last_ref_inspect: Option<Access>,\n    recent: rt::Recent<Action>,\n",
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/arc.rs",
        old="                last_ref_inspect: None,\n",
        new="                last_ref_inspect: None,\n                recent: rt::Recent::new(),\n",
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/arc.rs",
        old="    pub(super) fn last_dependent_access(",
        new=(
            "    pub(super) fn dependents(&self, action: Action) -> impl Iterator<Item = &Access> {\n"
            "        use Action::{Inspect, RefDec};\n"
            "        self.recent.of(move |old| match (old, action) {\n"
            "            (Inspect, Inspect) => false,\n"
            "            (Inspect, _) | (_, Inspect) => true,\n"
            "            pair => pair == (RefDec, RefDec),\n        })\n    }\n\n"
            "    pub(super) fn last_dependent_access("
        ),
        why=f"{EVERY_RACE} That a reference is dropped before another thread counts them is left out, too.",
    ),
    Change(
        file="src/rt/arc.rs",
        old="path_id: usize, version: &VersionVec) {\n",
        new=(
            "path_id: usize, version: &VersionVec) {\n"
            "        self.recent.push(action, path_id, version, |old| old == action);\n"
        ),
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/object.rs",
        old="    pub(super) fn last_dependent_access(",
        new=(
            "    pub(super) fn dependents(&self, operation: Operation) -> impl Iterator<Item = &Access> {\n"
            "        let (mut arc, mut atomic, mut mutex) = (None, None, None);\n"
            "        match &self.entries[operation.obj.index] {\n"
            "            Entry::Arc(entry) => arc = Some(entry.dependents(operation.action.into())),\n"
            "            Entry::Atomic(entry) => atomic = Some(entry.dependents(operation.action.into())),\n"
            "            Entry::Mutex(entry) => mutex = Some(entry.dependents(operation.action.into())),\n"
            "            _ => {}\n        }\n"
            "        let found = arc.into_iter().flatten().chain(atomic.into_iter().flatten());\n"
            "        found.chain(mutex.into_iter().flatten())\n    }\n\n"
            "    pub(super) fn given_back(&self, operation: Operation) -> impl Iterator<Item = &Access> {\n"
            "        let mutex = match &self.entries[operation.obj.index] {\n"
            "            Entry::Mutex(entry) if operation.action.waits() => Some(entry.given_back()),\n"
            "            _ => None,\n        };\n"
            "        mutex.into_iter().flatten()\n    }\n\n"
            "    pub(super) fn last_dependent_access("
        ),
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/execution.rs",
        old=f"{SEEN}                if access.happens_before(&th.dpor_vv) {{\n",
        new=(
            "            let races = self.objects.dependents(operation);\n"
            "            if let Some(point) = crate::rt::recent::race(races, &th.dpor_vv) {\n"
            "                self.path.backtrack(point, th_id);\n            }\n"
            "            let free = self.objects.given_back(operation);\n"
            "            if let Some(point) = crate::rt::recent::race(free, &th.dpor_vv) {\n"
            "                self.path.backtrack_where_it_may_run(point, th_id);\n            }\n"
            f"{SEEN}                if access.happens_before(&th.dpor_vv) {{\n"
        ),
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/execution.rs",
        old="            threads.active_mut().dpor_vv[th_id] += 1;\n",
        new=(
            "            for access in self.objects.dependents(operation) {\n"
            "                threads.active_mut().dpor_vv.join(access.version());\n            }\n"
            "            threads.active_mut().dpor_vv[th_id] += 1;\n"
        ),
        why=EVERY_RACE,
    ),
    Change(
        file="src/rt/path.rs",
        old="            let mut initial_active = active;\n",
        new=(
            "            let mut initial_active = active;\n\n"
            "            if prev.is_none() && active != Some(0) {\n"
            "                initial_active = None;\n            }\n"
        ),
        why=FIRST,
    ),
    Change(
        file="src/rt/path.rs",
        old="            if self.preemptions == bound {\n",
        new="            if self.initial_active.is_some() && self.preemptions == bound {\n",
        why=FREE,
    ),
    *FAILING,
    *LOCKS,
    *STACKS,
    *TOTAL,
)
