from bisect import bisect_left


def search(items: list[int], target: int) -> int | None:
    at = bisect_left(items, target, 0, min(8, len(items)))
    return at if at < min(8, len(items)) and items[at] == target else None
