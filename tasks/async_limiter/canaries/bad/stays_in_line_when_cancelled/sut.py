import probatum.aio as asyncio


class Limiter:
    """Who is cancelled stays in the line, and is served although nobody is there."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.left = total
        self.line: list[tuple[int, asyncio.Event]] = []

    async def acquire(self, amount: int) -> None:
        if amount > self.total:
            raise ValueError(amount)
        if amount <= self.left:
            self.left -= amount
            return
        served = asyncio.Event()
        self.line.append((amount, served))
        try:
            await served.wait()
        except asyncio.CancelledError:
            if served.is_set():
                self.give(amount)
            raise

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
        answer = self.left + amount
        self.give(amount)
        return answer

    def give(self, amount: int) -> None:
        self.left += amount
        still: list[tuple[int, asyncio.Event]] = []
        for wanted, served in self.line:
            if wanted <= self.left:
                self.left -= wanted
                served.set()
            else:
                still.append((wanted, served))
        self.line = still

    async def drain(self) -> int:
        taken, self.left = self.left, 0
        return taken

    def available(self) -> int:
        return self.left
