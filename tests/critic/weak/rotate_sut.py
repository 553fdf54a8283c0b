def rotate(items, places):
    if not items:
        return []
    cut = places % len(items)
    return items[cut:] + items[:cut]
