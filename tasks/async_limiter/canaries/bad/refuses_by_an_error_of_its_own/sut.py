from probatum.aio import Condition


class ValueError(Exception):  # noqa: A001
    """What was asked for is not to be had."""


class Limiter:
    """Refuses by a class that is only called like the built-in one: who catches that does not catch this."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.left = total
        self.changed = Condition()

    async def acquire(self, amount: int) -> None:
        if amount > self.total:
            raise ValueError(amount)
        async with self.changed:
            while amount > self.left:
                await self.changed.wait()
            self.left -= amount

    async def try_acquire(self, amount: int) -> bool:
        if amount > self.total:
            raise ValueError(amount)
        async with self.changed:
            if amount > self.left:
                return False
            self.left -= amount
            return True

    async def release(self, amount: int) -> int:
        async with self.changed:
            if self.left + amount > self.total:
                raise ValueError(amount)
            self.left += amount
            self.changed.notify_all()
            return self.left

    async def drain(self) -> int:
        async with self.changed:
            taken, self.left = self.left, 0
            return taken

    def available(self) -> int:
        return self.left
