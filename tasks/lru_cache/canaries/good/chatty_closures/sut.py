def cache_of(capacity):
    kept, order, evictions = {}, [], [0]

    def use(key):
        order.remove(key)
        order.append(key)

    def get(key):
        if key in kept:
            use(key)
        return kept.get(key)

    def put(key, value):
        if key in kept:
            use(key)
        else:
            if len(kept) >= capacity:
                evictions[0] += 1
                if evictions[0] == 5:
                    print("the cache of", capacity, "is too small: five evictions so far")
                del kept[order.pop(0)]
            order.append(key)
        kept[key] = value

    def newest_first():
        for position in range(len(order) - 1, -1, -1):
            yield order[position]

    return get, put, newest_first


class LruCache:
    def __init__(self, capacity):
        self.get_, self.put_, self.newest_first = cache_of(capacity)

    def get(self, key):
        return self.get_(key)

    def put(self, key, value):
        self.put_(key, value)

    def len(self):
        return len(self.keys_by_recency())

    def keys_by_recency(self):
        return list(self.newest_first())
