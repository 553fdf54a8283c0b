def search(items: list[int], target: int) -> int | None:
    if not items:
        return None
    lo, hi = 0, len(items) - 1
    while lo < hi:
        mid = (lo + hi) // 2
        if items[mid] <= target:
            lo = mid
        else:
            hi = mid - 1
    return lo if items[lo] == target else None
