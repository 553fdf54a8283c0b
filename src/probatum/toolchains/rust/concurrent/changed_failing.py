"""What is added to Loom so that what may fail for no reason does."""

from __future__ import annotations

from probatum.toolchains.rust.concurrent.change import Change

FOR_NO_REASON = (
    "`compare_exchange_weak` may find what it looks for and fail all the same. Loom has it fail where the other one "
    "does; so a program may ask whether it fails here, and Loom tries both, as it does for those it wakes for nothing."
)
SKIPPED = "    execution(|execution| execution.path.skip_branch())\n}\n"
EXPORTED = "pub use rt::{explore, skip_branch, stop_exploring};\n"
FAILING = (
    Change(
        file="src/rt/mod.rs",
        old=SKIPPED,
        new=(
            f"{SKIPPED}\n/// Whether what may fail for no reason does.\npub fn fails_for_no_reason() -> bool {{\n"
            "    execution(|execution| execution.path.branch_spurious())\n}\n"
        ),
        why=FOR_NO_REASON,
    ),
    Change(
        file="src/lib.rs",
        old=EXPORTED,
        new=f"{EXPORTED}pub use rt::fails_for_no_reason;\n",
        why=FOR_NO_REASON,
    ),
)
