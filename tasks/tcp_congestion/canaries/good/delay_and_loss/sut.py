def decide(views: list) -> list:
    """Gives way by a seventh at the first sign of a queue, and by half when packets are lost in a full one."""
    decisions = []
    for window, delay, lost, memory in views:
        if lost and delay > 1:
            decisions.append((max(1, window // 2), 1))
        elif memory == 0:
            decisions.append((min(24, window * 2), 0) if delay == 0 and not lost else (max(1, window // 2), 1))
        elif delay > 0:
            decisions.append((max(1, window * 6 // 7), 1))
        else:
            decisions.append((min(24, window + 1), 1))
    return decisions
