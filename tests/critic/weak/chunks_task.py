"""Cut a list into pieces of one size; the last one may be shorter."""

from typing import Annotated

from probatum import I64, U8, Call, Sut, always, between, few, sized, sometimes, sut

Number = Annotated[I64, few(4)]
Items = Annotated[list[Number], sized(0, 9)]
Size = Annotated[U8, between(1, 5)]


@sut(answers="any")
def chunks(items: Items, size: Size) -> list[list[I64]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


@always("CH-1")
def joined_again(s: Sut, items: Items, size: Size) -> None:
    "The pieces, joined, are the list."
    assert [item for piece in s.chunks(items, size) for item in piece] == items


@always("CH-2")
def all_but_the_last_are_full(s: Sut, items: Items, size: Size) -> None:
    "Every piece but the last has the size asked for."
    assert all(len(piece) == size for piece in s.chunks(items, size)[:-1])


@always("CH-3")
def the_last_is_not_too_long(s: Sut, items: Items, size: Size) -> None:
    "The last piece is neither empty nor longer than the size."
    assert all(1 <= len(piece) <= size for piece in s.chunks(items, size)[-1:])


@sometimes
def several(call: Call) -> bool:
    "There are several pieces."
    return len(call.result) > 1
