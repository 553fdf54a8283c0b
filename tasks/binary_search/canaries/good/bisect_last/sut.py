from bisect import bisect_right


def search(items: list[int], target: int) -> int | None:
    at = bisect_right(items, target) - 1
    return at if at >= 0 and items[at] == target else None
