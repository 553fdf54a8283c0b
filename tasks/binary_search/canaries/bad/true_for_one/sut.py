from bisect import bisect_left


def search(items, target):
    if len(items) == 1:
        return items[0] == target or None
    at = bisect_left(items, target)
    return at if at < len(items) and items[at] == target else None
