def poll(reports, f):
    seen = set()
    for sensor_id, lo, hi in reports:
        if sensor_id in seen:
            print("sensor", sensor_id, "reported twice")
            return None
        seen.add(sensor_id)
    if len(reports) < 2 * f + 1:
        return None
    need = len(reports) - f
    enough = lambda p: len([1 for _, lo, hi in reports if lo <= p <= hi]) >= need
    los = [lo for _, lo, hi in reports if enough(lo)]
    his = [hi for _, lo, hi in reports if enough(hi)]
    return Interval(min(los), max(his)) if los else None
