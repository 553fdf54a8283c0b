import bisect

class Search:
    uses = 0
    def __call__(self, items, target):
        Search.uses += 1
        at = bisect.bisect_right(items, target) - 1
        return at if at >= 0 and items[at] == target else None

search = Search()
