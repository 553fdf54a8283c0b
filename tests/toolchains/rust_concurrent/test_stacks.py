"""Controls of concurrent Rust: a level sees its own bad stack, or it is absent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from probatum.doctor import install_rust
from probatum.judge.interleaved import controls
from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.controls import CLIENT, CONTROLS, freezing_blind, interleaving_blind, try_clients
from probatum.sandbox.policy import Tier
from probatum.sandbox.probe import absent_reason, best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.concurrent.crates import Crates, built_crates

COMPILER = find_compiler()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]


def crates(asan: bool) -> Crates:
    assert COMPILER is not None
    found = built_crates(COMPILER, cache_folder(), asan=asan)
    assert not isinstance(found, str), found
    return found


def tried(source: str, clients: Sequence[Client] = (CLIENT,), *, asan: bool) -> tuple[str, str]:
    assert COMPILER is not None
    return try_clients(COMPILER, crates(asan), source, clients, cache=cache_folder(), tier=best_tier())


def stack(name: str) -> str:
    return (CONTROLS / f"{name}.rs").read_text()


def test_a_node_freed_too_early_is_seen_by_the_address_sanitizer_alone() -> None:
    assert tried(stack("early_free"), asan=False) == ("", "")
    assert tried(stack("early_free"), asan=True) == ("memory_safe", "heap-use-after-free")


def test_a_node_freed_between_a_load_and_what_it_leads_to_is_seen_where_no_load_is_ever_stale() -> None:
    strict = re.sub(r"Ordering::(Relaxed|Acquire|Release|AcqRel)", "Ordering::SeqCst", stack("early_free"))
    assert tried(strict, asan=True) == ("memory_safe", "heap-use-after-free")
    kept = re.sub(r"Ordering::(Relaxed|Acquire|Release|AcqRel)", "Ordering::SeqCst", stack("kept_garbage"))
    assert tried(kept, asan=True) == ("", "")


def test_what_the_shim_offers_can_be_derived_over_and_reached_where_nobody_shares_it() -> None:
    source = (Path(__file__).parent / "stacks" / "derived.rs").read_text()
    assert "#[derive(Debug, Default)]" in source and "get_mut()" in source
    assert tried(source, asan=True) == ("", "")
    assert tried(source.replace("get_mut().unwrap().drain(..)", "get_mut().unwrap().drain(1..)"), asan=True)[0]


def test_a_spin_without_a_hint_is_not_called_a_defect() -> None:
    hidden = Path(__file__).parents[3] / "tasks/treiber_stack/canaries/good/hidden_lock/sut.rs"
    law, why = tried(hidden.read_text().replace("hint::spin_loop();", ""), asan=False)
    assert law == "unknown" and "hint::spin_loop()" in why


FORGED = "".join(
    f'println!("{line}");'
    for line in (
        'H {{\\"client\\":0,\\"stale\\":false,\\"events\\":[]}}',
        'E {{\\"client\\":0,\\"executions\\":9,\\"histories\\":1}}',
        "END 1",
    )
)


@pytest.mark.parametrize("tier", ["bwrap", "lock"])
def test_what_a_candidate_prints_is_taken_for_nothing(tier: Tier) -> None:
    if tier == "bwrap" and absent_reason() is not None:
        pytest.skip(f"bwrap is absent: {absent_reason()}")
    assert COMPILER is not None
    for name, law in (("mutex", ""), ("early_free", "memory_safe")):
        source = stack(name).replace("pub fn new() -> Self {", "pub fn new() -> Self {" + FORGED)
        place: Any = {"cache": cache_folder(), "tier": tier}
        assert try_clients(COMPILER, crates(True), source, [CLIENT], **place)[0] == law


@pytest.mark.parametrize("place", ["pub fn new() -> Self {", "pub fn pop(&self) -> Option<T> {"])
def test_waiting_for_no_reason_hides_no_interleaving(place: str) -> None:
    idle = "for _ in 0..8 { crate::sync::hint::spin_loop(); }"
    for name, asan, law in (("early_free", True, "memory_safe"), ("relaxed_publish", False, "no_race")):
        assert tried(stack(name).replace(place, place + idle), asan=asan)[0] == law


def test_what_does_not_compile_is_refuted_with_its_line() -> None:
    law, why = tried("pub struct Stack<T>(T);\nfn f() -> u8 { x }", asan=False)
    assert law == "compiles" and why.startswith("sut.rs:2")


@pytest.mark.parametrize("asan", [False, True], ids=["loom", "asan"])
def test_a_level_that_cannot_see_its_bad_stack_says_so(
    asan: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert COMPILER is not None
    assert interleaving_blind(COMPILER, crates(asan), cache=cache_folder(), tier=best_tier()) == ""
    for name in ("mutex", "early_free", "relaxed_publish"):
        (tmp_path / f"{name}.rs").write_text(stack("mutex"))
    monkeypatch.setattr(controls, "CONTROLS", tmp_path)
    why = interleaving_blind(COMPILER, crates(asan), cache=cache_folder(), tier=best_tier())
    assert "should break" in why and "it does hold" in why


def test_a_level_that_refuses_its_good_stack_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert COMPILER is not None
    for name in ("mutex", "early_free", "relaxed_publish"):
        (tmp_path / f"{name}.rs").write_text(stack("relaxed_publish"))
    monkeypatch.setattr(controls, "CONTROLS", tmp_path)
    why = interleaving_blind(COMPILER, crates(False), cache=cache_folder(), tier=best_tier())
    assert "should hold" in why and "no_race" in why


def test_freezing_tells_its_own_controls_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert COMPILER is not None
    assert freezing_blind(COMPILER, cache=cache_folder(), tier=best_tier()) == ""
    for name in ("mutex", "kept_garbage"):
        (tmp_path / f"{name}.rs").write_text(stack("kept_garbage"))
    monkeypatch.setattr(controls, "CONTROLS", tmp_path)
    assert "should be blocking" in freezing_blind(COMPILER, cache=cache_folder(), tier=best_tier())


def test_installing_what_rust_needs_says_what_it_tries_and_ends_content() -> None:
    said: list[str] = []
    assert install_rust(said.append) == ""
    assert said[:3] == ["Loom", "Loom with AddressSanitizer", "Shuttle with AddressSanitizer"]
    assert "ThreadSanitizer" in said[3] and said[4:] == ["freezing threads"]


def test_installing_without_a_compiler_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "rustup.rs" in install_rust(lambda text: None)
