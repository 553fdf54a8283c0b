def search(items: list[int], target: int) -> int | None:
    step = 1
    while step < len(items) and items[step] <= target:
        step *= 2
    at = -1
    while step:
        if at + step < len(items) and items[at + step] <= target:
            at += step
        step //= 2
    return at if at >= 0 and items[at] == target else None
