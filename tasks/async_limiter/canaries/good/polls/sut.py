import probatum.aio as asyncio


class Limiter:
    """Waits by looking again and again."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.left = total

    async def acquire(self, amount: int) -> None:
        if amount > self.total:
            raise ValueError(amount)
        while not self.take(amount):
            await asyncio.sleep(0.01)

    async def try_acquire(self, amount: int) -> bool:
        if amount > self.total:
            raise ValueError(amount)
        return self.take(amount)

    def take(self, amount: int) -> bool:
        if amount > self.left:
            return False
        self.left -= amount
        return True

    async def release(self, amount: int) -> int:
        await asyncio.sleep(0)
        if self.left + amount > self.total:
            raise ValueError(amount)
        self.left += amount
        return self.left

    async def drain(self) -> int:
        taken, self.left = self.left, 0
        return taken

    def available(self) -> int:
        return self.left
