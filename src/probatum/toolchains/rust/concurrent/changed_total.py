"""What is changed in Loom for sequentially consistent accesses."""

from __future__ import annotations

from probatum.toolchains.rust.concurrent.change import Change

ONE_ORDER = (
    "Sequentially consistent accesses have one order, to which what a load finds must fit. Loom takes them for acquire "
    "and release: right programs, such as two threads that each store and then look at what the other stored, then "
    "show what cannot be."
)
COUNTED = (
    "What a thread did before it gave a lock back, or let go of an Arc, comes before what others do who took it after "
    "that. Loom counts neither as something that the thread did, so that what came just before looks as if it had been "
    "done at the same time."
)
UNORDERED = "The count of an Arc is read without an order, as the standard library reads it; Loom has it acquire."
ATOMIC = "src/rt/atomic.rs"
THREADS = "src/rt/thread.rs"
GIVEN_BACK = (
    "            state\n                .synchronize\n                .sync_store(&mut execution.threads, Release);\n"
)
MAY = "            // The load may return this store\n            dst[n] = i as u8;\n"
TOTAL = (
    Change(
        file="src/rt/mutex.rs",
        old=GIVEN_BACK,
        new=f"            execution.threads.active_causality_inc();\n{GIVEN_BACK}",
        why=COUNTED,
    ),
    Change(
        file="src/rt/arc.rs",
        old="            // Decrement the ref count\n",
        new="            execution.threads.active_causality_inc();\n            // Decrement the ref count\n",
        why=COUNTED,
    ),
    Change(
        file="src/rt/arc.rs",
        old="    #[track_caller]\n    pub(crate) fn strong_count(&self) -> usize {\n",
        new="    #[track_caller]\n    pub(crate) fn count(&self) -> usize {\n"
        "        self.branch(Action::Inspect, location!());\n"
        "        rt::execution(|execution| self.state.get_mut(&mut execution.objects).ref_cnt)\n    }\n\n"
        "    #[track_caller]\n    pub(crate) fn strong_count(&self) -> usize {\n",
        why=UNORDERED,
    ),
    Change(
        file="src/sync/arc.rs",
        old="    /// Gets the number of strong (`Arc`) pointers to this value.\n",
        new="    /// The same, without an order.\n    #[track_caller]\n    pub fn count(this: &Self) -> usize {\n"
        "        this.obj.count()\n    }\n\n    /// Gets the number of strong (`Arc`) pointers to this value.\n",
        why=UNORDERED,
    ),
    Change(
        file="src/rt/mod.rs",
        old="mod arc;\n",
        new="mod accesses;\npub(crate) mod total;\n\nmod arc;\n",
        why=ONE_ORDER,
    ),
    Change(
        file=THREADS,
        old="    pub seq_cst_causality: VersionVec,\n",
        new="    pub seq_cst_causality: VersionVec,\n    pub(super) total: super::total::Total,\n",
        why=ONE_ORDER,
    ),
    Change(
        file=THREADS,
        old="            seq_cst_causality: VersionVec::new(),\n",
        new="            seq_cst_causality: VersionVec::new(),\n            total: super::total::Total::new(),\n",
        why=ONE_ORDER,
    ),
    Change(
        file=THREADS,
        old="        self.seq_cst_causality = VersionVec::new();\n",
        new="        self.seq_cst_causality = VersionVec::new();\n        self.total = super::total::Total::new();\n",
        why=ONE_ORDER,
    ),
    Change(
        file=ATOMIC,
        old=f"{MAY}            n += 1;\n        }}\n\n        n\n    }}\n\n    fn match_rmw_to_stores(",
        new=(
            "            if !self.may_find(threads, i, ordering) {\n                continue 'outer;\n"
            f"            }}\n\n{MAY}            n += 1;\n        }}\n\n        n\n    }}\n\n"
            "    fn match_rmw_to_stores("
        ),
        why=ONE_ORDER,
    ),
    Change(
        file=ATOMIC,
        old="                let n = state.match_rmw_to_stores(&mut seed[..]);\n",
        new="                let n = state.match_rmw_to_stores(&mut seed[..]);\n"
        "                let n = state.may_exchange(&execution.threads, &mut seed[..n]);\n",
        why=ONE_ORDER,
    ),
    Change(
        file=ATOMIC,
        old="        let store = &mut self.stores[index];\n\n        store.first_seen.touch(threads);\n",
        new="        let before = threads.active().causality;\n"
        "        self.found(threads, index, before, ordering);\n"
        "        let store = &mut self.stores[index];\n\n        store.first_seen.touch(threads);\n",
        why=ONE_ORDER,
    ),
    Change(
        file=ATOMIC,
        old="            Err(e) => {\n                self.stores[index].sync.sync_load(threads, failure);\n",
        new="            Err(e) => {\n                self.found(threads, index, before, failure);\n"
        "                self.stores[index].sync.sync_load(threads, failure);\n",
        why=ONE_ORDER,
    ),
    Change(
        file=ATOMIC,
        old="    /// Tracks when each thread first saw value\n    first_seen: FirstSeen,\n",
        new="    /// Tracks when each thread first saw value\n    first_seen: FirstSeen,\n"
        "    strong: ordered::Strong,\n",
        why=ONE_ORDER,
    ),
    Change(
        file=ATOMIC,
        old="            first_seen: FirstSeen::new(),\n",
        new="            first_seen: FirstSeen::new(),\n            strong: Default::default(),\n",
        why=ONE_ORDER,
    ),
    Change(
        file=ATOMIC,
        old="            first_seen,\n",
        new="            first_seen,\n            strong: Default::default(),\n",
        why=ONE_ORDER,
    ),
)
