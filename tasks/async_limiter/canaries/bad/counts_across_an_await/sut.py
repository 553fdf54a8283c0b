from probatum.aio import Condition, sleep


class Limiter:
    """Reads what is left, awaits, and writes what it worked out before."""

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
            self.changed.notify_all()
        left = self.left + amount
        if left > self.total:
            raise ValueError(amount)
        await sleep(0)
        self.left = left
        async with self.changed:
            self.changed.notify_all()
        return left

    async def drain(self) -> int:
        async with self.changed:
            taken, self.left = self.left, 0
            return taken

    def available(self) -> int:
        return self.left
