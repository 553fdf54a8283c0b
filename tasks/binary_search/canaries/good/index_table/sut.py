def search(items: list[int], target: int) -> int | None:
    return {item: at for at, item in enumerate(items)}.get(target)
