import random
from bisect import bisect_left, bisect_right


def search(items: list[int], target: int) -> int | None:
    first, end = bisect_left(items, target), bisect_right(items, target)
    return random.randrange(first, end) if first < end else None
