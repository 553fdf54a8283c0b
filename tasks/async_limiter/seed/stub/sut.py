"""A number that every task changes, and a wait that looks again whenever there is nothing else to do."""

from probatum.aio import sleep


class Limiter:
    def __init__(self, total):
        self.total = total
        self.left = total

    async def acquire(self, amount):
        while self.left < amount:
            await sleep(0)
        self.left -= amount

    async def try_acquire(self, amount):
        await sleep(0)
        if self.left < amount:
            return False
        await sleep(0)
        self.left -= amount
        return True

    async def release(self, amount):
        self.left += amount
        return self.left

    async def drain(self):
        taken, self.left = self.left, 0
        return taken

    def available(self):
        return self.left
