def search(items: list[int], target: int) -> int | None:
    offset = 0
    while items:
        third = len(items) // 3
        left, right = items[third], items[-1 - third]
        if left == target:
            return offset + third
        if right == target:
            return offset + len(items) - 1 - third
        if target < left:
            items = items[:third]
        elif target > right:
            offset += len(items) - third
            items = items[len(items) - third :]
        else:
            offset += third + 1
            items = items[third + 1 : len(items) - 1 - third]
    return None
