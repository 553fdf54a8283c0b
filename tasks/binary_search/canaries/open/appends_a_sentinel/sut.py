def search(items: list[int], target: int) -> int | None:
    items.append(target)
    at = 0
    while items[at] != target:
        at += 1
    return at if at < len(items) - 1 else None
