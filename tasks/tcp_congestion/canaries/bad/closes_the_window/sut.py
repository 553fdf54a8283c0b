def decide(views: list) -> list:
    decisions = []
    for window, delay, lost, memory in views:
        if lost:
            decisions.append((window // 2, 1))
        elif memory == 0:
            decisions.append((min(24, window * 2), 0))
        else:
            decisions.append((min(24, window + 1), memory))
    return decisions
