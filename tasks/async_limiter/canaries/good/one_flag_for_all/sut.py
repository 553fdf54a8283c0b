from probatum.aio import Event


class Limiter:
    """All wait for one flag; each who goes on lowers it and looks again at once."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.left = total
        self.given = Event()

    async def acquire(self, amount: int) -> None:
        if amount > self.total:
            raise ValueError(amount)
        while amount > self.left:
            await self.given.wait()
            self.given.clear()
        self.left -= amount

    async def try_acquire(self, amount: int) -> bool:
        if amount > self.total:
            raise ValueError(amount)
        if amount > self.left:
            return False
        self.left -= amount
        return True

    async def release(self, amount: int) -> int:
        if self.left + amount > self.total:
            raise ValueError(amount)
        self.left += amount
        self.given.set()
        return self.left

    async def drain(self) -> int:
        taken, self.left = self.left, 0
        return taken

    def available(self) -> int:
        return self.left
