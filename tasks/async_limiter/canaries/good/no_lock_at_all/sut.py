from probatum.aio import Event


class Limiter:
    """Nothing happens between two awaits, so a look and what follows from it need no lock."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.left = total
        self.waiting: list[Event] = []

    async def acquire(self, amount: int) -> None:
        if amount > self.total:
            raise ValueError(amount)
        while amount > self.left:
            woken = Event()
            self.waiting.append(woken)
            await woken.wait()
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
        asleep, self.waiting = self.waiting, []
        for woken in asleep:
            woken.set()
        return self.left

    async def drain(self) -> int:
        taken, self.left = self.left, 0
        return taken

    def available(self) -> int:
        return self.left
