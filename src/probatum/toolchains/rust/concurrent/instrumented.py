"""A standard library built with ThreadSanitizer, from its source and once per compiler.

With the library that is shipped the sanitizer calls right programs wrong, because it does not see how locks order their
threads. The source is a component of the toolchain; where it is absent, so is the sanitizer.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

from probatum.toolchains.rust.compiler import INSTALL, Compiler
from probatum.toolchains.rust.concurrent.crates import BOOTSTRAP, Crates

BUILDING = "probatum doctor --install rust"
SOURCE_INSTALL = f"`rustup component add rust-src`, then `{BUILDING}`"
FLAGS = ("-Zsanitizer=thread",)
BUILD_S = 1200.0
MANIFEST = """[package]
name = "probatum-std"
version = "0.0.0"
edition = "2021"

[lib]
path = "lib.rs"

[profile.release]
opt-level = 2

[workspace]
"""


def source_absent(compiler: Compiler) -> str:
    """Why the standard library's source is not there; "" when it is."""
    if (compiler.sysroot / "lib/rustlib/src/rust/library/Cargo.lock").is_file():
        return ""
    return f"the source of this compiler's standard library is absent: {SOURCE_INSTALL}"


def built_std(compiler: Compiler, cache: Path, *, fetch: bool = True) -> Crates | str:
    """A folder for ``--sysroot``; a sentence why not when it cannot be had. ``fetch=False``: only what is there."""
    if why := source_absent(compiler):
        return why
    key = "|".join((compiler.version, MANIFEST, *FLAGS))
    kept = cache / f"std-{sha256(key.encode()).hexdigest()[:32]}"
    with (cache / "crates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            why = (
                _build(compiler, cache, kept)
                if fetch
                else f"it is not built yet for this compiler (once, some minutes): `{BUILDING}`"
            )
            if why:
                return f"a standard library with ThreadSanitizer cannot be had: {why}"
    found = sorted(kept.glob("lib/rustlib/*/lib/libstd-*.rlib"))
    return Crates(tool="tsan", folder=kept, library=found[0], asan=False) if found else f"{kept} holds no library"


def _build(compiler: Compiler, cache: Path, kept: Path) -> str:
    cargo = shutil.which("cargo")
    if cargo is None:
        return f"cargo is absent. {INSTALL}"
    host = next((line[6:] for line in compiler.version.splitlines() if line.startswith("host: ")), "")
    with tempfile.TemporaryDirectory(prefix="probatum-std-", dir=cache) as made:
        folder = Path(made)
        (folder / "Cargo.toml").write_text(MANIFEST)
        (folder / "lib.rs").write_text("")
        env = {**os.environ, "RUSTFLAGS": " ".join(FLAGS), "CARGO_TARGET_DIR": str(folder / "target")}
        env = {**env, "RUSTC": str(compiler.program), **dict([BOOTSTRAP])}
        words = [cargo, "build", "--release", "--quiet", "--target", host, "-Zbuild-std=std,panic_unwind"]
        try:
            done = subprocess.run(
                words, cwd=folder, env=env, capture_output=True, text=True, timeout=BUILD_S, check=False
            )
        except subprocess.TimeoutExpired:
            return f"building it took more than {BUILD_S:.0f} s"
        if done.returncode:
            return f"{done.stderr.strip()[-300:]}"
        library = folder / "kept/lib/rustlib" / host / "lib"
        library.mkdir(parents=True)
        runtimes = (compiler.sysroot / "lib/rustlib" / host / "lib").glob("librustc*rt.tsan.*")
        for path in (*(folder / "target" / host / "release/deps").glob("*.rlib"), *runtimes):
            if not path.name.startswith("libprobatum"):
                shutil.copyfile(path, library / path.name)
        os.replace(folder / "kept", kept)
    return ""
