"""A map from u64 to u64 that threads share: interface, oracle, laws, and what its clients do at once."""

from typing import Annotated

from probatum import U64, Call, always, assume, concurrent, few, never_raises, sometimes, sut

TOP = 2**64
Key = Annotated[U64, few(8)]
Value = Annotated[U64, few(4)]


@concurrent(threads=3, calls=2, preemptions=2, states=2, requirements=("KM-6", "KM-7"))
@sut(requirements=["KM-1", "KM-2", "KM-3", "KM-4", "KM-5"], weights={"put": 2, "compare_and_set": 2})
class KvStore:
    """A dict with another name."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def put(self, key: Key, value: Value) -> None:
        self.held[key] = value

    def get(self, key: Key) -> U64 | None:
        return self.held.get(key)

    def delete(self, key: Key) -> bool:
        return self.held.pop(key, None) is not None

    def len(self) -> U64:
        return len(self.held)

    def increment(self, key: Key) -> U64:
        self.held[key] = (self.held.get(key, 0) + 1) % TOP
        return self.held[key]

    def compare_and_set(self, key: Key, expected: Value | None, value: Value) -> bool:
        if self.held.get(key) != expected:
            return False
        self.held[key] = value
        return True

    def move(self, source: Key, target: Key) -> bool:
        value = self.held.pop(source, None)
        if value is None:
            return False
        self.held[target] = value
        return True


@always("KM-1")
def put_get(s: KvStore, key: Key, value: Value) -> None:
    "A value put is the value got."
    s.put(key, value)
    assert s.get(key) == value


@always("KM-2")
def deleted_is_gone(s: KvStore, key: Key) -> None:
    "A delete says whether the key was there and takes one from the length if it was; afterwards the key is absent."
    present, count = s.get(key) is not None, s.len()
    assert s.delete(key) == present
    assert s.len() == count - present
    assert s.get(key) is None
    assert not s.delete(key)


@always("KM-3")
def increments_add_up(s: KvStore, key: Key) -> None:
    "An increment answers one more than the key held, and the key holds the answer."
    before = s.get(key) or 0
    assert s.increment(key) == (before + 1) % TOP
    assert s.get(key) == (before + 1) % TOP


@always("KM-4")
def compares_before_it_sets(s: KvStore, key: Key, expected: Value | None, value: Value) -> None:
    "A value is set exactly when the key held the expected one."
    before = s.get(key)
    done = s.compare_and_set(key, expected, value)
    assert done == (before == expected)
    assert s.get(key) == (value if done else before)


@always("KM-5")
def a_move_takes_and_gives(s: KvStore, source: Key, target: Key) -> None:
    "After a move the target holds what the source held, and the source nothing."
    assume(source != target)
    moved, kept = s.get(source), s.get(target)
    assert s.move(source, target) == (moved is not None)
    assert s.get(source) is None
    assert s.get(target) == (kept if moved is None else moved)


@always("KM-5")
def a_move_to_itself_changes_nothing(s: KvStore, key: Key) -> None:
    "A key that is moved to itself holds what it held."
    before, count = s.get(key), s.len()
    assert s.move(key, key) == (before is not None)
    assert (s.get(key), s.len()) == (before, count)


@never_raises("KM-1")
def churn(s: KvStore, start: Key, value: Value) -> None:
    "Keys that come, move and go leave a store that still answers."
    for key in range(20):
        s.put(key, value)
        s.move(key, (start + key) % TOP)
        s.increment(key)
        s.delete((start + key) % TOP)
    s.len()


@sometimes
def delete_hits(call: Call) -> bool:
    "A delete finds its key."
    return call.method == "delete" and call.result is True


@sometimes
def get_misses(call: Call) -> bool:
    "A get finds nothing."
    return call.method == "get" and call.result is None


@sometimes
def zero_is_got(call: Call) -> bool:
    "The value 0 is got, which some programs take for nothing."
    return call.method == "get" and call.result == 0


@sometimes
def starts_at_one(call: Call) -> bool:
    "An increment finds no key, or 0."
    return call.method == "increment" and call.result == 1


@sometimes
def sets(call: Call) -> bool:
    "A comparison finds the value that it expects."
    return call.method == "compare_and_set" and call.args[1] is not None and call.result is True


@sometimes
def sets_what_is_absent(call: Call) -> bool:
    "A comparison expects nothing and finds nothing."
    return call.method == "compare_and_set" and call.args[1] is None and call.result is True


@sometimes
def refuses(call: Call) -> bool:
    "A comparison finds another value."
    return call.method == "compare_and_set" and call.result is False


@sometimes
def moves(call: Call) -> bool:
    "A value moves to another key."
    return call.method == "move" and call.result is True and call.args[0] != call.args[1]
