class Limiter:
    def __init__(self, total):
        pass

    async def acquire(self, amount):
        return None

    async def try_acquire(self, amount):
        return None

    async def release(self, amount):
        return None

    async def drain(self):
        return None

    def available(self):
        return None
