"""A stack that threads share: interface, oracle, laws, and what its clients do at once."""

from random import Random

from probatum import (
    U64,
    Asks,
    Call,
    Change,
    always,
    concurrent,
    counts_fit,
    in_rust,
    never_raises,
    sometimes,
    sut,
    throughput,
)


@concurrent(
    threads=3,
    calls=2,
    preemptions=2,
    crowd=4,
    requirements=("TS-4", "TS-5", "TS-6"),
    patterns=(
        "push pop | push push pop",
        "push push / pop | pop pop push",
        "push push / pop push | pop is_empty",
        "push / pop pop | pop push",
        "push | push | pop",
    ),
    after=("pop", "pop", "pop", "pop", "pop", "is_empty"),
)
@in_rust(type="Stack<VALUE>")
@sut(requirements=["TS-1", "TS-2", "TS-3"], weights={"push": 3, "pop": 3})
class Stack:
    """Last in, first out."""

    def __init__(self) -> None:
        self.items: list[int] = []

    def push(self, value: U64) -> None:
        self.items.append(value)

    def pop(self) -> U64 | None:
        return self.items.pop() if self.items else None

    def is_empty(self) -> bool:
        return not self.items


@always("TS-1")
def last_in_first_out(s: Stack, one: U64, other: U64) -> None:
    "Of two values pushed one after the other, the later one comes out first."
    s.push(one)
    s.push(other)
    assert s.pop() == other
    assert s.pop() == one


@always("TS-2")
def pop_undoes_push(s: Stack, value: U64) -> None:
    "Whether the stack is empty is the same before a push and after the pop that takes the value off."
    before = s.is_empty()
    s.push(value)
    assert not s.is_empty()
    s.pop()
    assert s.is_empty() == before


@always("TS-3")
def empty_gives_nothing(s: Stack) -> None:
    "A stack that says it is empty gives nothing, and is empty still."
    if s.is_empty():
        assert s.pop() is None
        assert s.is_empty()


@never_raises("TS-3")
def popping_never_fails(s: Stack) -> None:
    "Taking off a value, or finding none, is no error."
    s.pop()
    s.pop()


@sometimes
def found_empty(call: Call) -> bool:
    "The stack is found empty."
    return call.method == "pop" and call.result is None


@sometimes
def popped_after_two_pushes(call: Call, earlier: list[Call]) -> bool:
    "A value comes out after two went in."
    return call.method == "pop" and call.result is not None and [e.method for e in earlier[-2:]] == ["push", "push"]


@throughput
class Traffic:
    "Half of the calls push and half pop, and each value that was pushed comes off once or is left."

    drain = "pop"

    def before(self, r: Random) -> Asks:
        return [("push", r.getrandbits(64)) for _ in range(32)]

    def calls(self, r: Random, thread: int, count: int) -> Asks:
        return [("push", r.getrandbits(64)) if r.random() < 0.5 else ("pop",) for _ in range(count)]

    def adds_up(self, before: list[Call], threads: list[list[Call]], after: list[Call]) -> None:
        every = [*before, *(call for calls in threads for call in calls), *after]
        pushed = sorted(call.args[0] for call in every if call.method == "push")
        popped = sorted(call.result for call in every if call.method == "pop" and call.result is not None)
        assert popped == pushed, f"{len(pushed)} values were pushed, {len(popped)} came off, or others than those"
        told = [[self._told(call) for call in calls] for calls in threads]
        for own, other in zip(told, [*told[1:], told[0] if len(told) > 1 else []], strict=True):
            assert counts_fit(own, other, {"values": len(before)}), "nothing was found, though something was there"

    def _told(self, call: Call) -> Change:
        if call.method == "push":
            return ("values", 1, None)
        return ("values", 0, 0) if call.result is None else ("values", -1, None)
