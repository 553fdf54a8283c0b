import time
from bisect import bisect_left


def search(items: list[int], target: int) -> int | None:
    deadline = time.monotonic() + 0.001
    at = bisect_left(items, target)
    if time.monotonic() > deadline:
        return None
    return at if at < len(items) and items[at] == target else None
