"""A map from u64 to u64 that can be recovered from its log: interface, oracle, laws and a world with power cuts."""

from typing import Annotated

from probatum import (
    U32,
    U64,
    Call,
    Sut,
    World,
    action,
    always,
    assume,
    between,
    crash,
    few,
    never_raises,
    sometimes,
    sut,
    world,
)

TOP = 2**64
Key = Annotated[U64, few(8)]
Step = Annotated[U64, few(4), between(1)]
Many = Annotated[U32, between(100, 280)]
Some = Annotated[U32, between(24, 100)]
Third = Annotated[U32, between(0, 2)]
SCATTERED = 0x9E3779B97F4A7C15
"""The golden ratio in 64 bits: its multiples fall all over the keys."""


@sut(requirements=["KV-1", "KV-2", "KV-3", "KV-4", "KV-5"], any_answer=["log"], weights={"put": 3, "delete": 2})
class KvStore:
    """A dict, and a line of text for every change."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self.lines: list[bytes] = []

    def put(self, key: Key, value: U64) -> None:
        self.held[key] = value
        self.lines.append(b"%d=%d\n" % (key, value))

    def get(self, key: Key) -> U64 | None:
        return self.held.get(key)

    def delete(self, key: Key) -> bool:
        if key not in self.held:
            return False
        del self.held[key]
        self.lines.append(b"%d\n" % key)
        return True

    def len(self) -> U64:
        return len(self.held)

    def keys_sorted(self) -> list[U64]:
        return sorted(self.held)

    def log(self) -> list[bytes]:
        return list(self.lines)

    @classmethod
    def recover(cls, log: list[bytes]) -> "KvStore":
        store = cls()
        for line in log:
            if not line.endswith(b"\n"):
                break  # torn
            key, put, value = line.decode().partition("=")
            if put:
                store.put(int(key), int(value))
            else:
                store.delete(int(key))
        return store


@always("KV-1")
def put_get(s: KvStore, key: Key, value: U64) -> None:
    "A value put is the value got."
    s.put(key, value)
    assert s.get(key) == value


@always("KV-1", "KV-3")
def last_put_wins(s: KvStore, key: Key, first: U64, second: U64) -> None:
    "Putting a key again replaces its value and adds no key."
    s.put(key, first)
    count = s.len()
    s.put(key, second)
    assert s.get(key) == second
    assert s.len() == count


@always("KV-2")
def deleted_is_gone(s: KvStore, key: Key) -> None:
    "After a delete the key is absent, and deleting it again finds nothing."
    s.delete(key)
    assert s.get(key) is None
    assert not s.delete(key)


@always("KV-2", "KV-3")
def delete_tells_presence(s: KvStore, key: Key) -> None:
    "A delete says whether the key was there, and takes one from the length if it was."
    present, count = s.get(key) is not None, s.len()
    assert s.delete(key) == present
    assert s.len() == count - present


@always("KV-3")
def keys_are_distinct_and_ascending(s: KvStore) -> None:
    "The keys come in ascending order, each once, and the length is their number."
    keys = s.keys_sorted()
    assert keys == sorted(set(keys))
    assert s.len() == len(keys)


@always("KV-3")
def listed_if_and_only_if_present(s: KvStore, key: Key) -> None:
    "A key is listed exactly when it can be got."
    assert (key in s.keys_sorted()) == (s.get(key) is not None)


@always("KV-4")
def other_keys_are_left_alone(s: KvStore, key: Key, other: Key, value: U64) -> None:
    "Putting and deleting one key changes nothing about another."
    assume(key != other)
    before = s.get(other)
    s.put(key, value)
    assert s.get(other) == before
    s.delete(key)
    assert s.get(other) == before


@always("KV-4")
def order_of_puts_is_immaterial(s: KvStore, twin: KvStore, a: Key, b: Key, value: U64) -> None:
    "Two stores with the same past that get the same two keys in either order answer alike."
    assume(a != b)
    s.put(a, value)
    s.put(b, 0)
    twin.put(b, 0)
    twin.put(a, value)
    assert s.keys_sorted() == twin.keys_sorted()
    assert (s.get(a), s.get(b)) == (twin.get(a), twin.get(b))


@always("KV-4")
def a_new_store_is_empty(s: Sut, key: Key, value: U64) -> None:
    "A new store is empty whatever other stores hold, and using it leaves them alone."
    old = s.KvStore()
    old.put(key, value)
    new = s.KvStore()
    assert new.len() == 0
    assert new.keys_sorted() == []
    assert not new.delete(key)
    assert old.get(key) == value


@always("KV-1", "KV-3")
def many_keys(s: KvStore, start: U64, step: Step, scattered: Third, count: Many, third: Third) -> None:
    "Of many keys put one after the other, in a row or scattered, every one is got again, counted and listed."
    step = step * SCATTERED if scattered else step  # two times in three
    keys = list(dict.fromkeys((start + i * step) % TOP for i in range(count)))
    for key in keys:
        s.put(key, TOP - 1 - key)
    for key in keys[third::3]:
        assert s.get(key) == TOP - 1 - key
    assert s.len() >= len(keys)
    assert set(keys) <= set(s.keys_sorted())


@never_raises("KV-5")
def churn(s: KvStore, start: U64, step: Step, count: Some, absent: Key) -> None:
    "Many keys put and deleted one after the other leave a store that still answers."
    for i in range(count):
        s.put((start + i * step) % TOP, i)
        s.delete((start + i * step) % TOP)
    s.get(absent)
    s.delete(absent)
    s.keys_sorted()


@always("KV-6")
def log_only_grows(s: KvStore, key: Key, value: U64) -> None:
    "The log before an operation is a beginning of the log after it."
    empty = s.log()
    s.put(key, value)
    put = s.log()
    s.delete(key)
    assert put[: len(empty)] == empty
    assert s.log()[: len(put)] == put


@sometimes
def delete_hits(call: Call) -> bool:
    "A delete finds its key."
    return call.method == "delete" and call.result is True


@sometimes
def delete_misses(call: Call) -> bool:
    "A delete finds nothing."
    return call.method == "delete" and call.result is False


@sometimes
def get_hits(call: Call) -> bool:
    "A get finds a value."
    return call.method == "get" and call.result is not None


@sometimes
def get_misses(call: Call) -> bool:
    "A get finds nothing."
    return call.method == "get" and call.result is None


@sometimes
def zero_is_got(call: Call) -> bool:
    "The value 0 is got, which some languages take for nothing."
    return call.method == "get" and call.result == 0


@sometimes
def overwrites(call: Call, earlier: list[Call]) -> bool:
    "A key is put again with another value."
    puts = [e for e in earlier if e.method == "put" and e.args[0] == call.args[0]] if call.method == "put" else []
    return bool(puts) and puts[-1].args[1] != call.args[1]


@sometimes
def a_deleted_key_returns(call: Call, earlier: list[Call]) -> bool:
    "A key is put again after it was deleted."
    if call.method != "put":
        return False
    return any(e.method == "delete" and e.result is True and e.args[0] == call.args[0] for e in earlier)


@sometimes
def largest_key_is_held(call: Call) -> bool:
    "The largest key of all is held."
    return call.method == "keys_sorted" and bool(call.result) and call.result[-1] == TOP - 1


@sometimes
def no_keys(call: Call) -> bool:
    "The keys of an empty store are listed."
    return call.method == "keys_sorted" and call.result == []


@sometimes
def grows(call: Call) -> bool:
    "A store holds more than sixteen keys."
    return call.method == "len" and bool(call.result > 16)


def contents(store: KvStore) -> dict[int, int | None]:
    "Everything a store holds."
    return {key: store.get(key) for key in store.keys_sorted()}


@world(steps=24, exhaustive=3, apart=3)
class PowerCuts(World):
    """A store that may lose power after any operation. What is left is a beginning of its log, its last record perhaps
    cut."""

    store: KvStore

    def start(self) -> None:
        self.past: list[dict[int, int | None]] = [{}]
        self.log: list[bytes] = []
        self.partial = False

    @action()
    def put(self, key: Key, value: U64) -> None:
        self.store.put(key, value)
        self.past.append({**self.past[-1], key: value})

    @action()
    def long_use(self, start: Key, count: Annotated[U32, between(60, 190)]) -> None:
        assume(64 < count <= 128 and len(self.past) == 1)  # seldom, because it takes as long as all the rest
        for i in range(count):
            self.put((start + i) % TOP, i)

    @action("KV-7")
    def delete_after_recovery(self, key: Key) -> None:
        "A recovered store deletes what it holds, and says so."
        before = self.past[-1]
        assert self.store.delete(key) == (key in before)
        self.past.append({k: v for k, v in before.items() if k != key})

    @crash("lose", "torn", node="store", requirements=["KV-7"])
    def power_cut(self, whole: bool) -> None:
        "From any beginning of its log, the last record perhaps cut, a store comes back as it was after some of its \
operations, the first ones; from the whole log as it was after all."
        found = contents(self.store)
        assert found in (self.past[-1:] if whole else self.past), f"comes back as {found}"
        latest = max(at for at, past in enumerate(self.past) if past == found)
        self.past = self.past[: latest + 1]
        self.log = self.store.log()
        self.partial |= not whole and bool(found)

    @always("KV-7")
    def counts_what_it_holds(self) -> None:
        "A store holds as many keys as it should, before and after recovery."
        assert self.store.len() == len(self.past[-1])

    @always("KV-6")
    def append_only(self) -> None:
        "Between two power cuts the log only grows."
        log = self.store.log()
        assert log[: len(self.log)] == self.log
        self.log = log

    @sometimes
    def something_survives(self) -> bool:
        "A store that was recovered from a part of its log holds something."
        return self.partial
