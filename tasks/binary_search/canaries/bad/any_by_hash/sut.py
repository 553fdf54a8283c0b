def search(items: list[int], target: int) -> int | None:
    matches = {str(at) for at, item in enumerate(items) if item == target}
    for at in matches:
        return int(at)
    return None
