def decide(views: list) -> list:
    """After a loss one round of rest: what is lost in it was sent before."""
    decisions = []
    for window, delay, lost, memory in views:
        if memory == 2:
            decisions.append((window, 1))
        elif lost:
            decisions.append((max(1, window // 2), 2))
        else:
            decisions.append((min(24, window + 1), memory))
    return decisions
