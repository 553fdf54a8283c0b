def search(items: list[int], target: int) -> int | None:
    return within(items, target, 0, len(items) - 1)


def within(items: list[int], target: int, lo: int, hi: int) -> int | None:
    if lo > hi:
        return None
    mid = (lo + hi) // 2
    if items[mid] == target:
        return mid
    if items[mid] < target:
        return within(items, target, mid + 1, hi)
    return within(items, target, lo, mid - 1)
