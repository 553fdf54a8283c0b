"""What is changed in Loom so that an execution need not have stacks of its own."""

from __future__ import annotations

from probatum.toolchains.rust.concurrent.change import Change

KEPT = (
    "The coroutine of a thread that has ended waits for another function to run, and Loom ends it and makes a new one. "
    "Asking the system for a stack, and giving it back, took a third of an execution; so coroutines are kept, with "
    "stacks of 4 MB, as Shuttle's are, instead of 32 kB: what calls itself needs them. No client asks for another size."
)
SCHEDULER = "src/rt/scheduler.rs"
STACKS = (
    Change(
        file=SCHEDULER,
        old="use std::collections::VecDeque;\n",
        new="use std::collections::VecDeque;\n\nmod idle;\nuse self::idle::{reused, STACK};\n",
        why=KEPT,
    ),
    Change(
        file=SCHEDULER,
        old="pub(crate) struct Scheduler {\n    max_threads: usize,\n",
        new="pub(crate) struct Scheduler {\n    max_threads: usize,\n    idle: Vec<Thread>,\n",
        why=KEPT,
    ),
    Change(
        file=SCHEDULER,
        old="            max_threads: capacity,\n",
        new="            max_threads: capacity,\n            idle: Vec::new(),\n",
        why=KEPT,
    ),
    Change(
        file=SCHEDULER,
        old="        threads.push(spawn_thread(Box::new(f), None));\n",
        new="        threads.push(reused(&mut self.idle, spawn_thread, (Box::new(f), None.or(Some(STACK)))));\n",
        why=KEPT,
    ),
    Change(
        file=SCHEDULER,
        old="                threads.push(spawn_thread(f, stack_size));\n",
        new=(
            "                let kept = &mut self.idle;\n"
            "                threads.push(reused(kept, spawn_thread, (f, stack_size.or(Some(STACK)))));\n"
        ),
        why=KEPT,
    ),
    Change(
        file=SCHEDULER,
        old="                for thread in &mut threads {\n",
        new="                self.idle.append(&mut threads);\n                for thread in &mut threads {\n",
        why=KEPT,
    ),
)
