import bisect


def search(items, target):
    print("searching", target, "in", len(items), "items")
    at = bisect.bisect_left(items, target)
    if items[at : at + 1] != [target]:
        return None
    print("found at", at)
    return at
