def search(items: list[int], target: int) -> int | None:
    lo, hi = 0, len(items) - 1
    while lo <= hi and items[lo] <= target <= items[hi]:
        if items[lo] == items[hi]:
            return lo
        at = lo + (target - items[lo]) * (hi - lo) // (items[hi] - items[lo])
        if items[at] == target:
            return at
        if items[at] < target:
            lo = at + 1
        else:
            hi = at - 1
    return None
