import functools

@functools.lru_cache(maxsize=None)
def at(items: tuple, target: int):
    return next((i for i, item in enumerate(items) if item == target), None)

def search(items, target):
    return at(tuple(items), target)
