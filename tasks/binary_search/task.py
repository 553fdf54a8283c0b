"""Search in an ascending list: any index of a match is right, so laws decide."""

from typing import Annotated, Literal, NamedTuple

from probatum import I64, U32, U64, Call, Sut, always, assume, between, few, mapped, sized, sometimes, sut

LOWEST, HIGHEST = -(2**63), 2**63 - 1

Number = Annotated[I64, few(10)]
Items = Annotated[list[Number], sized(0, 300), mapped(sorted)]
Position = Annotated[U32, few(14)]

Step = Annotated[U32, few(4)]
Long = Annotated[U32, between(20, 300)]
Place = Annotated[U32, between(0, 299)]


class Aim(NamedTuple):
    "How a law picks its target: any number, or some item of the list, or a neighbour of one."

    where: Literal["anywhere", "at", "just above", "just below"]
    number: Number
    position: Position


def aimed(items: list[int], aim: Aim) -> int:
    if aim.where == "anywhere" or not items:
        return aim.number
    item = items[aim.position % len(items)]
    return max(LOWEST, min(HIGHEST, item + {"at": 0, "just above": 1, "just below": -1}[aim.where]))


@sut(answers="any")
def search(items: Items, target: Number) -> U64 | None:
    assume(items == sorted(items))
    return items.index(target) if target in items else None


@always("BS-1")
def index_holds_target(s: Sut, items: Items, aim: Aim) -> None:
    "An index that is returned lies inside the list and holds the target."
    target = aimed(items, aim)
    at = s.search(items, target)
    assert at is None or (0 <= at < len(items) and items[at] == target)


@always("BS-2")
def present_is_found(s: Sut, items: Items, position: Position) -> None:
    "A target that is in the list is found, wherever it stands and however often it occurs."
    assume(items)
    assert s.search(items, items[position % len(items)]) is not None


@always("BS-1", "BS-2")
def places_of_a_long_list(s: Sut, start: Number, step: Step, count: Long, place: Place) -> None:
    "In a long list the first, the last and others all over it are found, and numbers that fall between items are not."
    items = [min(start + i * step, HIGHEST) for i in range(count)]
    for place in (0, count - 1, *((place + i * count // 5) % count for i in range(5))):
        at = s.search(items, items[place])
        assert at is not None and at < count and items[at] == items[place]
    absent = [item + 1 for item in (items[place], items[-1]) if item + 1 <= HIGHEST and item + 1 not in items]
    assert [s.search(items, target) for target in absent] == [None] * len(absent)


@sometimes
def hit(call: Call) -> bool:
    "The target is found."
    return call.result is not None


@sometimes
def miss(call: Call) -> bool:
    "A list that is not empty does not hold the target."
    items, target = call.args
    return bool(items) and target not in items


@sometimes
def empty_list(call: Call) -> bool:
    "The list is empty."
    return not call.args[0]


@sometimes
def one_item(call: Call) -> bool:
    "The only item is the target."
    items, target = call.args
    return bool(items == [target])


@sometimes
def first_item(call: Call) -> bool:
    "The target stands at the first place of several, and only there."
    items, target = call.args
    return len(items) > 1 and bool(items[0] == target < items[1])


@sometimes
def last_item(call: Call) -> bool:
    "The target stands at the last place of several, and only there."
    items, target = call.args
    return len(items) > 1 and bool(items[-1] == target > items[-2])


@sometimes
def repeated_target(call: Call) -> bool:
    "The target occurs more than once."
    items, target = call.args
    return bool(items.count(target) > 1)


@sometimes
def below_all(call: Call) -> bool:
    "The target is smaller than every item."
    items, target = call.args
    return bool(items) and bool(target < items[0])


@sometimes
def above_all(call: Call) -> bool:
    "The target is greater than every item."
    items, target = call.args
    return bool(items) and bool(target > items[-1])


@sometimes
def in_a_gap(call: Call) -> bool:
    "The target lies between two items and is absent."
    items, target = call.args
    return bool(items) and bool(items[0] < target < items[-1]) and target not in items


@sometimes
def negative_hit(call: Call) -> bool:
    "A negative target is present."
    items, target = call.args
    return target < 0 and target in items


@sometimes
def longer_than_eight(call: Call) -> bool:
    "A list of more than eight items holds the target in its second half."
    items, target = call.args
    return len(items) > 8 and target in items[len(items) // 2 + 1 :]


@sometimes
def widest_span(call: Call) -> bool:
    "First and last item are further apart than the greatest signed 64-bit number."
    items, _ = call.args
    return bool(items) and bool(items[-1] - items[0] > HIGHEST)
