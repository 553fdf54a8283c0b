def search(items: list[int], target: int) -> int | None:
    return next((at for at, item in enumerate(items) if item == target), None)
