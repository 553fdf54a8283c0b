from bisect import bisect_left

known: dict[tuple[int, int], int | None] = {}


def search(items: list[int], target: int) -> int | None:
    key = (len(items), target)
    if key not in known:
        at = bisect_left(items, target)
        known[key] = at if at < len(items) and items[at] == target else None
    return known[key]
