def wrapped(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


def search(items: list[int], target: int) -> int | None:
    lo, hi = 0, len(items) - 1
    while lo <= hi and items[lo] <= target <= items[hi]:
        span = wrapped(items[hi] - items[lo])
        if span == 0:
            return lo
        at = lo + wrapped(target - items[lo]) * (hi - lo) // span
        if not lo <= at <= hi:
            return None
        if items[at] == target:
            return at
        if items[at] < target:
            lo = at + 1
        else:
            hi = at - 1
    return None
