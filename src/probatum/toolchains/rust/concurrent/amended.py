"""Loom as it is built here: the published crate, with changes where it shows executions that there are none of, or
leaves out some that waiting must not hide.

The crate is fetched and checked as the lock file has it; a copy is changed, and takes its place in the build.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from probatum.errors import InfrastructureError

CRATE = "loom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A text that stands once in a file of the crate, what takes its place, and why."""

    file: str
    old: str
    new: str
    why: str


TRANSITIVE = (
    "The order of the stores to one location is transitive: what comes before a store comes before all that come "
    "after it. Loom notes it for the one store that a load returns; an exchange may then find what is not the latest."
)
PATIENT = (
    "Where there is a newer value, Loom never shows a thread the one that it saw before it last waited. What goes "
    "wrong with an old value that is found again after a wait would not show; so it counts from the wait before that."
)
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
            "        let after = self.stores[index].modification_order;\n"
            "        for later in self.stores.iter_mut().filter(|store| before < store.modification_order) {\n"
            "            later.modification_order.join(&after);\n"
            "        }\n"
            "    }\n\n    /// Track an atomic load\n"
        ),
        why=TRANSITIVE,
    ),
)


def amend(folder: Path, cargo: str, host: str, env: Mapping[str, str], timeout_s: float) -> None:
    """Put a changed copy of the crate into a folder with a manifest and a lock file, in place of the published one.

    Raises `InfrastructureError` where the crate is not the one that the changes were written for.
    """
    source = _source(folder, cargo, host, env, timeout_s)
    copy = folder / CRATE
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("tests", "examples", "benches", ".*"))
    for change in CHANGES:
        apply(copy / change.file, change)
    manifest, lock = folder / "Cargo.toml", folder / "Cargo.lock"
    manifest.write_text(f'{manifest.read_text()}\n[patch.crates-io]\n{CRATE} = {{ path = "{CRATE}" }}\n')
    lock.write_text(unpublished(lock.read_text(), CRATE))


def apply(path: Path, change: Change) -> None:
    """Change one file; raises `InfrastructureError` where the text does not stand there once."""
    text = path.read_text()
    if text.count(change.old) != 1:
        raise InfrastructureError(
            f"{CRATE} is not as expected: {change.file} has {text.count(change.old)} times {change.old.strip()!r}",
            fix="Take the version of the lock file that comes with probatum",
        )
    path.write_text(text.replace(change.old, change.new))


def unpublished(lock: str, crate: str) -> str:
    """A lock file in which one package comes from a folder and not from a registry."""
    head, *packages = lock.split("[[package]]\n")
    own = f'name = "{crate}"\n'
    kept = [
        "".join(row for row in package.splitlines(keepends=True) if not row.startswith(("source", "checksum")))
        if package.startswith(own)
        else package
        for package in packages
    ]
    return "[[package]]\n".join([head, *kept])


def _source(folder: Path, cargo: str, host: str, env: Mapping[str, str], timeout_s: float) -> Path:
    """Where cargo keeps the crate, which it has fetched and checked."""
    words = [cargo, "metadata", "--locked", "--format-version", "1", "--filter-platform", host]
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=timeout_s, check=False)
    if done.returncode:
        raise InfrastructureError(done.stderr.strip()[-300:])
    found = [package for package in json.loads(done.stdout)["packages"] if package["name"] == CRATE]
    return Path(found[0]["manifest_path"]).parent
