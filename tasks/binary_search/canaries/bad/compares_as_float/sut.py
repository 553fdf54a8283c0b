from bisect import bisect_left


def search(items: list[int], target: int) -> int | None:
    floats = [float(item) for item in items]
    at = bisect_left(floats, float(target))
    return at if at < len(floats) and floats[at] == float(target) else None
