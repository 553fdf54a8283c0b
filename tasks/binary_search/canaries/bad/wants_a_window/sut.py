def search(items: list[int], target: int, lo: int, hi: int) -> int | None:
    while lo < hi:
        mid = (lo + hi) // 2
        if items[mid] == target:
            return mid
        lo, hi = (mid + 1, hi) if items[mid] < target else (lo, mid)
    return None
