"""A map whose laws alone decide."""

from typing import Annotated

from probatum import U64, Call, Sut, always, assume, few, sometimes, sut

Key = Annotated[U64, few(5)]


@sut(answers="any")
class Store:
    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def put(self, key: Key, value: U64) -> None:
        self.held[key] = value

    def get(self, key: Key) -> U64 | None:
        return self.held.get(key)

    def delete(self, key: Key) -> bool:
        return self.held.pop(key, None) is not None

    def len(self) -> U64:
        return len(self.held)

    def keys(self) -> list[U64]:
        return sorted(self.held)


@always("ST-1")
def put_get(s: Store, key: Key, value: U64) -> None:
    "A value put is the value got."
    s.put(key, value)
    assert s.get(key) == value


@always("ST-1")
def put_get_itself(s: Store, key: Key) -> None:
    "A key can be its own value."
    s.put(key, key)
    assert s.get(key) == key


@always("ST-2")
def deleted_is_gone(s: Store, key: Key) -> None:
    "A deleted key is absent."
    s.delete(key)
    assert s.get(key) is None


@always("ST-2")
def delete_tells_presence(s: Store, key: Key) -> None:
    "A delete says whether the key was there."
    present = s.get(key) is not None
    assert s.delete(key) == present


@always("ST-2")
def deletes_in_a_row(s: Store, key: Key, other: Key) -> None:
    "Two deletes in a row each say whether their key was there."
    assume(key != other)
    present, another = s.get(key) is not None, s.get(other) is not None
    assert [s.delete(key), s.delete(other), s.delete(key)] == [present, another, False]


@always("ST-3")
def keys_ascend(s: Store) -> None:
    "Keys are listed in ascending order, each once."
    keys = s.keys()
    assert keys == sorted(set(keys))


@always("ST-3")
def listed_if_present(s: Store, key: Key) -> None:
    "A key is listed exactly when it can be got."
    assert (key in set(s.keys())) == (s.get(key) is not None)


@always("ST-3")
def len_counts(s: Store) -> None:
    "The length is the number of keys."
    assert s.len() == len(s.keys())


@always("ST-4")
def others_are_left_alone(s: Store, key: Key, other: Key, value: U64) -> None:
    "Putting and deleting one key changes nothing about another."
    assume(key != other)
    before = s.get(other)
    s.put(key, value)
    assert s.get(other) == before
    s.delete(key)
    assert s.get(other) == before


@always("ST-4")
def a_new_store_is_empty(s: Sut, key: Key) -> None:
    "A new store holds nothing."
    new = s.Store()
    assert new.get(key) is None
    assert new.keys() == []


@always("ST-5")
def looking_changes_nothing(s: Store, key: Key, other: Key) -> None:
    "Looking at a key changes nothing."
    before = [s.get(other), s.len()]
    s.get(key)
    s.keys()
    assert [s.get(other), s.len()] == before


@always("ST-5")
def listed_twice(s: Store) -> None:
    "Keys listed twice, and counted twice, are the same."
    assert s.keys() == s.keys()
    assert s.len() == s.len()


@sometimes
def delete_hits(call: Call) -> bool:
    "A delete finds its key."
    return call.method == "delete" and call.result is True
