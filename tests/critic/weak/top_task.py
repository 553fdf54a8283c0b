"""The largest items, largest first."""

from typing import Annotated

from probatum import I64, U8, Call, Sut, always, between, few, sized, sometimes, sut

Number = Annotated[I64, few(6)]
Items = Annotated[list[Number], sized(0, 8)]
Count = Annotated[U8, between(0, 10)]


@sut(answers="any")
def top(items: Items, count: Count) -> list[I64]:
    return sorted(items, reverse=True)[:count]


@always("TO-1")
def as_many_as_asked(s: Sut, items: Items, count: Count) -> None:
    "As many are answered as were asked for and are there."
    assert len(s.top(items, count)) == min(count, len(items))


@always("TO-2")
def descends(s: Sut, items: Items, count: Count) -> None:
    "The larger come first."
    out = s.top(items, count)
    assert all(out[i] >= out[i + 1] for i in range(len(out) - 1))


@always("TO-3")
def nothing_larger_is_left(s: Sut, items: Items, count: Count) -> None:
    "Items answered are taken from the list, and none that is left over is larger."
    out, left = s.top(items, count), list(items)
    for item in out:
        assert item in left
        left.remove(item)
    assert not out or not left or min(out) >= max(left)


@sometimes
def some_are_left(call: Call) -> bool:
    "Some items are left over."
    return 0 < len(call.result) < len(call.args[0])
