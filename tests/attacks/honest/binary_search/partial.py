from functools import partial, reduce

def find(order, items, target):
    return reduce(lambda best, pair: pair[0] if pair[1] == target else best, order(enumerate(items)), None)

search = partial(find, list)
