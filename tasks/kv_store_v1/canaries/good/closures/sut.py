def make_store():
    buckets = {}

    def locate(key):
        return buckets.setdefault(key >> 6, {})

    def put(key, value):
        locate(key)[key & 63] = value

    def get(key):
        return buckets.get(key >> 6, {}).get(key & 63)

    def delete(key):
        bucket = buckets.get(key >> 6, {})
        hit = bucket.pop(key & 63, None) is not None
        if hit and not bucket:
            buckets.pop(key >> 6)
        return hit

    def keys():
        return [high << 6 | low for high in sorted(buckets) for low in sorted(buckets[high])]

    return {"put": put, "get": get, "delete": delete, "keys": keys}


class KvStore:
    def __init__(self):
        self.do = make_store()

    def put(self, key, value):
        return self.do["put"](key, value)

    def get(self, key):
        return self.do["get"](key)

    def delete(self, key):
        return self.do["delete"](key)

    def len(self):
        return len(self.do["keys"]())

    def keys_sorted(self):
        return self.do["keys"]()
