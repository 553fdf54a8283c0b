"""A limiter shared by tasks of one event loop: interface, oracle, laws, and what its clients do at once."""

from typing import Annotated

from probatum import U32, Call, always, assume, between, concurrent, few, never_raises, raises, sometimes, sut

Total = Annotated[U32, between(1, 4)]
Amount = Annotated[U32, between(1, 2**32 - 1), few(5)]


@concurrent(
    tasks=3,
    calls=2,
    preemptions=2,
    waits=("acquire",),
    cancels=("acquire",),
    values=3,
    requirements=("AL-6", "AL-7", "AL-8"),
)
@sut(requirements=["AL-1", "AL-2", "AL-3", "AL-4", "AL-5"], weights={"try_acquire": 2, "release": 2})
class Limiter:
    """So many permits, some of them out."""

    def __init__(self, total: Total) -> None:
        self.total = total
        self.left: int = total

    @raises(ValueError)
    async def acquire(self, amount: Amount) -> None:
        if amount > self.total:
            raise ValueError
        assume(amount <= self.left)
        self.left -= amount

    @raises(ValueError)
    async def try_acquire(self, amount: Amount) -> bool:
        if amount > self.total:
            raise ValueError
        if amount > self.left:
            return False
        self.left -= amount
        return True

    @raises(ValueError)
    async def release(self, amount: Amount) -> U32:
        if self.left + amount > self.total:
            raise ValueError
        self.left += amount
        return self.left

    async def drain(self) -> U32:
        taken, self.left = self.left, 0
        return taken

    def available(self) -> U32:
        return self.left


@always("AL-1")
async def what_is_out_is_not_there(s: Limiter, amount: Total) -> None:
    "Permits that were taken are no longer there; a limiter that has too few gives none and says so."
    before = s.available()
    try:
        done = await s.try_acquire(amount)
    except ValueError:
        assume(False)
    assert done == (amount <= before)
    assert s.available() == (before - amount if done else before)


@always("AL-3")
async def what_comes_back_is_there(s: Limiter, amount: Total) -> None:
    "Permits that are given back are there again, and release says how many there are."
    before = s.available()
    try:
        answer = await s.release(amount)
    except ValueError:
        assume(False)
    assert answer == before + amount
    assert s.available() == before + amount


@always("AL-4")
async def a_refusal_changes_nothing(s: Limiter, amount: Total) -> None:
    "A call that ends in ValueError leaves everything as it was, and the next call works as ever."
    before = s.available()
    try:
        await s.release(amount)
    except ValueError:
        assert s.available() == before
        assert await s.drain() == before
        assert s.available() == 0
    else:
        assume(False)


@always("AL-5")
async def a_drain_takes_all(s: Limiter) -> None:
    "A drain answers what was there, and leaves nothing."
    before = s.available()
    assert await s.drain() == before
    assert s.available() == 0
    assert await s.drain() == 0


@never_raises("AL-2")
async def there_is_enough_for_one_that_waits_for_it(s: Limiter) -> None:
    "Who asks for no more than is there gets it at once, again and again."
    await s.drain()
    for _ in range(12):
        await s.release(1)
        await s.acquire(1)


@sometimes
def refused(call: Call) -> bool:
    "There are too few permits."
    return call.method == "try_acquire" and call.result is False


@sometimes
def asks_for_more_than_there_can_be(call: Call) -> bool:
    "More is asked for than the limiter will ever have."
    return call.method in ("acquire", "try_acquire") and call.error is not None


@sometimes
def gives_back_what_is_not_out(call: Call) -> bool:
    "More is given back than is out."
    return call.method == "release" and call.error is not None


@sometimes
def waits_for_nothing(call: Call) -> bool:
    "Permits are acquired without waiting."
    return call.method == "acquire" and call.error is None


@sometimes
def drains_some(call: Call) -> bool:
    "A drain finds something."
    return call.method == "drain" and call.result is not None and call.result > 0
