from bisect import bisect_left


def search(items: list[int], target: int) -> int | None:
    at = bisect_left(items, target)
    return at < len(items) and items[at] == target and at or None
