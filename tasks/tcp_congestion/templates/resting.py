def decide(views: list) -> list:
    decisions = []
    for window, delay, lost, memory in views:
        if lost and memory < 2:
            decisions.append((max(1, window * HOLE_KEPT // 8), 2))
        elif lost and memory == 2:
            decisions.append((max(1, window // 2), 1))
        elif memory > 1:
            decisions.append((window, 1))
        elif memory == 0:
            decisions.append((min(24, window * 2), 0))
        else:
            decisions.append((min(24, window + 1), 1))
    return decisions
