"""A cache of pages that threads share: interface, oracle, laws, and what its clients do at once."""

from random import Random
from typing import Annotated, NamedTuple

from probatum import (
    U32,
    U64,
    Asks,
    Call,
    Result,
    always,
    assume,
    between,
    concurrent,
    few,
    in_rust,
    never_raises,
    sometimes,
    sut,
    throughput,
)

PAGES = 4
Pid = Annotated[U64, few(PAGES)]
Page = Annotated[U64, between(0, PAGES - 1)]
Version = Annotated[U64, few(4)]
Many = Annotated[U32, between(1, 300)]


class View(NamedTuple):
    """What is read of a page: its version, and its values, the oldest first."""

    version: U64
    values: list[U64]


@concurrent(
    threads=3,
    calls=2,
    preemptions=2,
    crowd=4,
    states=2,
    values=3,
    requirements=("PC-6", "PC-7", "PC-8"),
    # replace and link: #0 is page 0 at version 0, #1 at version 1; the others' #0 and #1 are pages 0 and 1
    patterns=(
        "allocate#0 / replace#0 | replace#0 get#0",
        "allocate#0 / replace#0 link#1 | get#0 get#0",
        "allocate#0 / link#0 | link#0 link#1",
        "allocate#0 link#0 / link#1 | evict#0 evict#0",
        "allocate#0 replace#0 evict#0 / link#1 | evict#0 get#0",
        "allocate#0 replace#0 evict#0 evict#0 / get#0 get#0 | replace#1",
        "allocate#0 replace#0 evict#0 evict#0 / get#0 | get#0 evict#0",
        "allocate#0 / free#0 allocate#0 | replace#0 get#0",
        "allocate#0 / free#0 allocate#0 | free#0 allocate#0",
        "allocate#0 link#0 / free#0 allocate#0 | get#0 link#1",
        "allocate#0 / free#0 | link#0 evict#0",
        "allocate#0 / replace#0 | link#0 | get#0",
        "allocate#0 / allocate#1 link#0 | get#0 get#1",
        "allocate#0 / allocate#1 link#0 | link#0 get#1",
    ),
    after=("get", "evict", "evict", "get"),
)
@in_rust()
@sut(
    requirements=["PC-1", "PC-2", "PC-3", "PC-4", "PC-5"],
    weights={"allocate": 3, "get": 2, "replace": 3, "link": 4, "evict": 3},
)
class PageCache:
    """Four pages: each has a version that only grows, values or none, and is or is not in memory and written."""

    def __init__(self) -> None:
        self.version = [0] * PAGES
        self.values: list[list[int] | None] = [None] * PAGES
        self.dirty, self.there = [False] * PAGES, [False] * PAGES

    def _used(self, pid: int) -> bool:
        return pid < PAGES and self.values[pid] is not None

    def allocate(self, pid: Pid) -> U64 | None:
        if pid >= PAGES or self._used(pid):
            return None
        self.values[pid], self.dirty[pid], self.there[pid] = [], True, True
        return self.version[pid]

    def get(self, pid: Pid) -> View | None:
        if not self._used(pid):
            return None
        self.there[pid] = True
        return View(self.version[pid], list(self.values[pid] or []))

    def replace(self, pid: Pid, version: Version, value: U64) -> Result[U64, U64 | None]:
        if not self._used(pid) or self.version[pid] != version:
            return ("err", self.version[pid] if self._used(pid) else None)
        return ("ok", self._changed(pid, [value]))

    def link(self, pid: Pid, version: Version, delta: U64) -> Result[U64, U64 | None]:
        if not self._used(pid) or self.version[pid] != version:
            return ("err", self.version[pid] if self._used(pid) else None)
        return ("ok", self._changed(pid, [*(self.values[pid] or []), delta]))

    def free(self, pid: Pid) -> bool:
        was = self._used(pid)
        if was:
            self.version[pid] += 1
            self.values[pid], self.dirty[pid], self.there[pid] = None, False, False
        return was

    def evict(self, pid: Pid) -> bool | None:
        if not self._used(pid) or not self.there[pid]:
            return None
        clean = not self.dirty[pid]
        self.dirty[pid], self.there[pid] = False, not clean
        return clean

    def _changed(self, pid: int, values: list[int]) -> int:
        self.version[pid] += 1
        self.values[pid], self.dirty[pid], self.there[pid] = values, True, True
        return self.version[pid]


def opened(s: PageCache, pid: int) -> View:
    """What is on a page, which is allocated where it was not in use."""
    s.allocate(pid)
    view = s.get(pid)
    assert view is not None
    return view


@always("PC-1")
def allocated_once(s: PageCache, pid: Page) -> None:
    "A page that is in use is not allocated again; one that was free is empty."
    before = s.get(pid)
    version = s.allocate(pid)
    view = s.get(pid)
    assert view is not None
    assert view == before if version is None else (before is None and view == View(version, []))
    assert s.allocate(pid) is None
    assert s.get(pid) == view


@always("PC-2")
def replaced_at_its_version(s: PageCache, pid: Page, value: U64, other: U64) -> None:
    "A replace at the version that is read leaves its value alone, one version later; at any other it changes nothing."
    view = opened(s, pid)
    assert s.replace(pid, view.version, value) == ("ok", view.version + 1)
    assert s.get(pid) == View(view.version + 1, [value])
    assert s.replace(pid, view.version, other) == ("err", view.version + 1)
    assert s.replace(pid, view.version + 2, other) == ("err", view.version + 1)
    assert s.get(pid) == View(view.version + 1, [value])


@always("PC-2", "PC-3")
def linked_behind(s: PageCache, pid: Page, delta: U64, count: Many) -> None:
    "Each link puts its value behind those that are there, however many; at a version that has gone it changes nothing."
    view = opened(s, pid)
    for at in range(count):
        assert s.link(pid, view.version + at, delta ^ at) == ("ok", view.version + at + 1)
    now = View(view.version + count, [*view.values, *[delta ^ at for at in range(count)]])
    assert s.get(pid) == now
    assert s.link(pid, view.version, delta) == ("err", now.version)
    assert s.get(pid) == now


@always("PC-4")
def freed_is_gone(s: PageCache, pid: Page, value: U64) -> None:
    "Of a page that was freed nothing is read, changed or evicted, and it is not freed again."
    view = opened(s, pid)
    assert s.free(pid)
    assert s.get(pid) is None
    assert s.replace(pid, view.version, value) == ("err", None)
    assert s.link(pid, view.version, value) == ("err", None)
    assert s.evict(pid) is None
    assert not s.free(pid)


@always("PC-1", "PC-4")
def used_again_at_a_new_version(s: PageCache, pid: Page, value: U64, evicted: bool) -> None:
    "A page that is used again has a version that it never had: what was read before does not change it."
    s.link(pid, opened(s, pid).version, value)
    view = opened(s, pid)
    if evicted:
        s.evict(pid)
        s.evict(pid)
    s.free(pid)
    assert s.allocate(pid) == view.version + 1
    assert s.replace(pid, view.version, value) == ("err", view.version + 1)
    assert s.link(pid, view.version, value) == ("err", view.version + 1)
    assert s.get(pid) == View(view.version + 1, [])
    assert s.evict(pid) is False


@always("PC-5")
def written_before_it_leaves(s: PageCache, pid: Page, value: U64) -> None:
    "A page that was changed is written before it leaves memory, and comes back as it was."
    view = opened(s, pid)
    assert s.link(pid, view.version, value) == ("ok", view.version + 1)
    now = View(view.version + 1, [*view.values, value])
    assert s.evict(pid) is False
    assert s.get(pid) == now
    assert s.evict(pid) is True
    assert s.evict(pid) is None
    assert s.get(pid) == now
    assert s.evict(pid) is True
    assert s.link(pid, now.version, value) == ("ok", now.version + 1)
    assert s.evict(pid) is False
    assert s.evict(pid) is True
    assert s.get(pid) == View(now.version + 1, [*now.values, value])


@always("PC-3")
def other_pages_stay(s: PageCache, pid: Page, other: Page, value: U64) -> None:
    "What is done to one page leaves every other as it is, its version too."
    assume(pid != other)
    before = opened(s, other)
    view = opened(s, pid)
    s.replace(pid, view.version, value)
    s.evict(pid)
    s.evict(pid)
    s.free(pid)
    s.allocate(pid)
    assert s.get(other) == before


@never_raises("PC-1", "PC-2")
def any_number(s: PageCache, pid: U64, version: U64, value: U64) -> None:
    "Pages that there are not can be asked for, and any number may be given as a version."
    for one in (pid, PAGES, pid % PAGES):
        s.get(one)
        s.replace(one, version, value)
        s.link(one, version ^ (2**64 - 1), value)
        s.evict(one)
        s.free(one)
        s.allocate(one)
        s.replace(one, 2**64 - 1, value)
        s.link(one, 0, value)


@sometimes
def replaced(call: Call) -> bool:
    "A value is replaced."
    return call.method == "replace" and call.result is not None and bool(call.result[0] == "ok")


@sometimes
def linked_to_something(call: Call) -> bool:
    "A page with several values is read."
    return call.method == "get" and call.result is not None and len(call.result.values) >= 2


@sometimes
def too_late(call: Call) -> bool:
    "A link comes too late."
    return call.method == "link" and call.result is not None and call.result[0] == "err" and call.result[1] is not None


@sometimes
def left_memory(call: Call) -> bool:
    "A page leaves memory."
    return call.method == "evict" and call.result is True


@sometimes
def allocated_again(call: Call) -> bool:
    "A page is allocated that was in use before."
    return call.method == "allocate" and call.result is not None and call.result > 0


@throughput
class Traffic:
    "Half of the calls get any page, the others change and evict pages of the thread's own, all as if alone."

    def before(self, r: Random) -> Asks:
        return [("allocate", pid) for pid in range(PAGES)]

    def calls(self, r: Random, thread: int, count: int) -> Asks:
        version, length = dict.fromkeys((thread, thread + 2), 0), dict.fromkeys((thread, thread + 2), 0)
        made: Asks = []
        for _ in range(count):
            pid = r.choice(list(version))
            method = r.choices(("get", "link", "evict"), (50, 40, 10))[0]
            if method != "link":
                made.append((method, r.randrange(PAGES)) if method == "get" else (method, pid))
                continue
            name = "replace" if length[pid] >= 6 else "link"
            made.append((name, pid, version[pid], r.getrandbits(64)))
            version[pid], length[pid] = version[pid] + 1, 1 if name == "replace" else length[pid] + 1
        return made

    def after(self, r: Random) -> Asks:
        return [("get", pid) for pid in range(PAGES)]

    def adds_up(self, before: list[Call], threads: list[list[Call]], after: list[Call]) -> None:
        was = {(pid, 0): list[int]() for pid in range(PAGES)}
        latest = dict.fromkeys(range(PAGES), 0)
        for call in [call for calls in threads for call in calls if call.method in ("replace", "link")]:
            pid, version, value = call.args
            assert call.result == ("ok", version + 1), "a change of a page that nobody else changes did not succeed"
            was[pid, version + 1] = [value] if call.method == "replace" else [*was[pid, version], value]
            latest[pid] = version + 1
        for calls in (*threads, after):
            seen = dict.fromkeys(range(PAGES), 0)
            for call in [call for call in calls if call.method == "get"]:
                pid, view = call.args[0], call.result
                assert view is not None and was.get((pid, view.version)) == view.values, (
                    "a page was read as it never was"
                )
                assert view.version >= seen[pid], "a page was read at a version that had gone"
                seen[pid] = view.version
        assert all(call.result.version == latest[call.args[0]] for call in after), "not the latest version is left"
