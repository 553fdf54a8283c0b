def search(items: list[int], target: int) -> int | None:
    return None
