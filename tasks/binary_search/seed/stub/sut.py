def search(items: list[int], target: int) -> int | None:
    lo, hi = 0, len(items) - 1
    while lo < hi:
        mid = lo + (hi - lo) // 2
        if items[mid] == target:
            return mid
        if items[mid] < target:
            lo = mid + 1
        else:
            hi = mid - 1
    return None
