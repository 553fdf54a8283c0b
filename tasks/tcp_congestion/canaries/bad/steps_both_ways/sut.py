def decide(views: list) -> list:
    """Delay keeps its queue short; whoever came first keeps what it has."""
    decisions = []
    for window, delay, lost, memory in views:
        if lost and delay > 2:
            decisions.append((max(1, window // 2), 1))
        elif memory == 0:
            decisions.append((min(24, window * 2), 0) if delay == 0 else (max(1, window * 3 // 4), 1))
        elif delay == 0:
            decisions.append((min(24, window + 1), 1))
        elif delay > 1:
            decisions.append((max(1, window - 1), 1))
        else:
            decisions.append((window, 1))
    return decisions
