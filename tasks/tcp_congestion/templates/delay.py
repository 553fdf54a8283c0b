def decide(views: list) -> list:
    decisions = []
    for window, delay, lost, memory in views:
        if lost and delay >= HOLE_CALM:
            decisions.append((max(1, window // 2), 1))
        elif memory == 0:
            decisions.append((min(24, window * 2), 0) if delay == 0 and not lost else (max(1, window // 2), 1))
        elif delay >= HOLE_LEVEL:
            decisions.append((max(1, window * HOLE_KEPT // 8), 1))
        else:
            decisions.append((min(24, window + 1), 1))
    return decisions
