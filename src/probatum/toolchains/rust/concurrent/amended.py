"""Loom as it is built here: the published crate, with changes where it shows executions that there are none of, or
leaves out some that waiting must not hide.

The crate is fetched and checked as the lock file has it; a copy is changed, and takes its place in the build.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from probatum.errors import InfrastructureError
from probatum.toolchains.rust.concurrent.change import Change
from probatum.toolchains.rust.concurrent.changes import CHANGES

CRATE = "loom"
OWN = Path(__file__).with_name("loom")
ADDED = {
    "src/rt/recent.rs": OWN / "recent.rs",
    "src/rt/atomic/whole.rs": OWN / "whole.rs",
    "src/rt/mutex/tried.rs": OWN / "tried.rs",
    "src/rt/scheduler/idle.rs": OWN / "idle.rs",
    "src/rt/total.rs": OWN / "total.rs",
    "src/rt/accesses.rs": OWN / "accesses.rs",
    "src/rt/atomic/ordered.rs": OWN / "ordered.rs",
}
"""Files of the copy that are not in the crate."""


def amend(folder: Path, cargo: str, host: str, env: Mapping[str, str], timeout_s: float) -> None:
    """Put a changed copy of the crate into a folder with a manifest and a lock file, in place of the published one.

    Raises `InfrastructureError` where the crate is not the one that the changes were written for.
    """
    source = _source(folder, cargo, host, env, timeout_s)
    copy = folder / CRATE
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("tests", "examples", "benches", ".*"))
    for change in CHANGES:
        apply(copy / change.file, change)
    for name, own in ADDED.items():
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(own, copy / name)
    manifest, lock = folder / "Cargo.toml", folder / "Cargo.lock"
    manifest.write_text(f'{manifest.read_text()}\n[patch.crates-io]\n{CRATE} = {{ path = "{CRATE}" }}\n')
    lock.write_text(unpublished(lock.read_text(), CRATE))


def amendment() -> bytes:
    """All that the copy differs in from the crate."""
    return repr((CHANGES, [own.read_text() for own in ADDED.values()])).encode()


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
