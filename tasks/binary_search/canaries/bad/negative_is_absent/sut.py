from bisect import bisect_left


def search(items: list[int], target: int) -> int | None:
    if target < 0:
        return None
    at = bisect_left(items, target)
    if at < len(items) and items[at] == target:
        return at
    return None
