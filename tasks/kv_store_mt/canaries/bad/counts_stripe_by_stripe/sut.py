"""Two maps, each behind its own lock; what needs several takes their locks in one order."""

from probatum.sync import Lock


class Stripe:
    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self.lock = Lock()


class KvStore:
    def __init__(self) -> None:
        self.stripes = [Stripe() for _ in range(2)]

    def put(self, key: int, value: int) -> None:
        stripe = self.stripes[key % 2]
        with stripe.lock:
            stripe.held[key] = value

    def get(self, key: int) -> int | None:
        stripe = self.stripes[key % 2]
        with stripe.lock:
            return stripe.held.get(key)

    def delete(self, key: int) -> bool:
        stripe = self.stripes[key % 2]
        with stripe.lock:
            return stripe.held.pop(key, None) is not None

    def len(self) -> int:
        count = 0
        for stripe in self.stripes:
            with stripe.lock:
                count += len(stripe.held)
        return count

    def increment(self, key: int) -> int:
        stripe = self.stripes[key % 2]
        with stripe.lock:
            after = (stripe.held.get(key, 0) + 1) % 2**64
            stripe.held[key] = after
            return after

    def compare_and_set(self, key: int, expected: int | None, value: int) -> bool:
        stripe = self.stripes[key % 2]
        with stripe.lock:
            if stripe.held.get(key) != expected:
                return False
            stripe.held[key] = value
            return True

    def move(self, source: int, target: int) -> bool:
        one, other = source % 2, target % 2
        if one == other:
            with self.stripes[one].lock:
                return self.moved(source, target)
        with self.stripes[min(one, other)].lock, self.stripes[max(one, other)].lock:
            return self.moved(source, target)

    def moved(self, source: int, target: int) -> bool:
        value = self.stripes[source % 2].held.pop(source, None)
        if value is None:
            return False
        self.stripes[target % 2].held[target] = value
        return True
