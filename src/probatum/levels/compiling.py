"""Level 1 for candidates that are compiled: what the compiler says, and whose fault it is when a limit ends it."""

from __future__ import annotations

from probatum.candidate import EDITABLE, Candidate
from probatum.levels.context import Context
from probatum.toolchains.rust.compiler import LIMITS, Compiled
from probatum.verdict import Outcome, Scope, Strength, Verdict

LIMITS_WORDS = {
    "cpu": f"compiling takes more than {LIMITS.cpu_s:g} CPU-s",
    "wall": f"compiling takes more than {LIMITS.wall_s:g} s",
    "memory": f"compiling takes more than {LIMITS.memory_mb} MB",
    "output": f"the compiler prints more than {LIMITS.output_kb} kB",
}


def compile_problem(candidate: Candidate, context: Context) -> tuple[Outcome, str] | None:
    """Why there is no program: REFUTED when the source is to blame, INCONCLUSIVE when the machine may be; None when
    there is one.

    A limit that ends the compiler is the candidate's fault when it does so twice and a source of ours compiles on the
    same machine. A compiler that crashes is at fault itself.
    """
    try:
        candidate.files[EDITABLE["rust"]].decode()
    except UnicodeDecodeError as problem:
        return Outcome.REFUTED, f"the source is not UTF-8 (byte {problem.start})"
    workers = context.lane.workers.rust
    for anew in (False, True):
        built = workers.build(candidate, anew=anew)
        if built.program is not None:
            return None
        if built.ended == "exit":
            return Outcome.REFUTED, built.problem
    return blamed(built, workers.compiles_its_own())


def not_compiled(candidate: Candidate, context: Context) -> str:
    """Why there is no program where the compiler itself, or the machine, may be to blame for it: nothing is to be held
    against the candidate then. "" where there is one, and for what is refused by a compiler that came to its end."""
    if candidate.language != "rust":
        return ""
    built = context.lane.workers.rust.build(candidate)
    why = f"there is no program to run: the compiler did not come to its end ({built.ended})"
    return why if built.program is None and built.ended != "exit" else ""


def blamed(built: Compiled, control: bool) -> tuple[Outcome, str]:
    """What to say of a compiler that did not come to an end twice."""
    if not control:
        return Outcome.ERROR, f"rustc does not come to an end here ({built.ended}), with a source of ours either"
    if built.ended not in LIMITS_WORDS:
        return Outcome.INCONCLUSIVE, f"the compiler itself fails on this source ({built.ended}): {built.problem}"
    said = LIMITS_WORDS[built.ended]
    if built.ended == "wall" and built.cpu_s < LIMITS.cpu_s / 2:
        return Outcome.INCONCLUSIVE, f"{said}, {built.cpu_s:.1f} CPU-s used: this machine is too busy to tell"
    return Outcome.REFUTED, f"{said}, twice"


def compiled(version: str) -> Verdict:
    """Level build of a candidate that compiles and provides the interface."""
    return Verdict(
        level="build",
        outcome=Outcome.HOLDS,
        strength=Strength.UNIVERSAL,
        scope=Scope(text="compiles, with its types, against the interface"),
        tools=(version,),
        credit=1.0,
    )
