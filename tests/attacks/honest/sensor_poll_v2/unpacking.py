import itertools

def poll(reports, f):
    ids, los, his = (list(column) for column in zip(*reports)) if reports else ([], [], [])
    if len(ids) != len(set(ids)) or len(ids) <= 2 * f:
        return None
    good = [p for p in itertools.chain(los, his) if sum(a <= p <= b for a, b in zip(los, his)) >= len(ids) - f]
    return (min(good), max(good)) if good else None
