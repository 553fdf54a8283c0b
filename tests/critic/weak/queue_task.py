"""A bounded queue whose laws alone decide."""

from typing import Annotated

from probatum import U8, U64, Call, Sut, always, assume, between, few, raises, sometimes, sut

Room = Annotated[U8, between(1, 6), few(3)]


@sut(answers="any")
class Queue:
    def __init__(self, room: Room) -> None:
        self.room = room
        self.held: list[int] = []

    def push(self, value: U64) -> bool:
        if len(self.held) >= self.room:
            return False
        self.held.append(value)
        return True

    @raises(IndexError)
    def pop(self) -> U64:
        return self.held.pop(0)

    def len(self) -> U64:
        return len(self.held)


@always("QU-1")
def first_in_first_out(s: Sut, room: Room, values: list[U64]) -> None:
    "Values leave in the order in which they came."
    q = s.Queue(room)
    accepted = [v for v in values if q.push(v)]
    assert [q.pop() for _ in accepted] == accepted


@always("QU-2")
def full_refuses(s: Sut, room: Room, values: list[U64]) -> None:
    "A queue takes what it has room for, and no more."
    q = s.Queue(room)
    assert [q.push(v) for v in values] == [i < room for i in range(len(values))]


@always("QU-3")
def empty_raises(s: Queue) -> None:
    "Popping an empty queue raises IndexError."
    for _ in range(s.len()):
        s.pop()
    try:
        s.pop()
    except IndexError:
        return
    raise AssertionError("it answered")


@always("QU-4")
def push_counts(s: Queue, value: U64) -> None:
    "A push that is accepted adds one to the length, one that is refused nothing."
    before = s.len()
    accepted = s.push(value)
    assert s.len() == before + accepted


@always("QU-4")
def pop_counts(s: Queue) -> None:
    "A pop takes one from the length."
    before = s.len()
    assume(before > 0)
    s.pop()
    assert s.len() == before - 1


@always("QU-4")
def a_new_queue_is_empty(s: Sut, room: Room) -> None:
    "A new queue is empty."
    assert s.Queue(room).len() == 0


@sometimes
def refused(call: Call) -> bool:
    "A push is refused."
    return call.method == "push" and call.result is False
