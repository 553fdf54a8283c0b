def KvStore():
    cells = {}
    class Face:
        put = staticmethod(lambda key, value: cells.__setitem__(key, value))
        get = staticmethod(lambda key: cells.get(key))
        delete = staticmethod(lambda key: cells.pop(key, None) is not None)
        len = staticmethod(lambda: len(cells))
        keys_sorted = staticmethod(lambda: sorted(cells))
    return Face()
