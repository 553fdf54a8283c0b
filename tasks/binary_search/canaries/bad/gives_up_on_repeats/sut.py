from bisect import bisect_left, bisect_right


def search(items: list[int], target: int) -> int | None:
    first = bisect_left(items, target)
    return first if bisect_right(items, target) - first == 1 else None
