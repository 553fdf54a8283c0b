def top(items, count):
    left, out = list(items), []
    while left and len(out) < count:
        largest = max(left)
        left.remove(largest)
        out.append(largest)
    return out
