def decide(views: list) -> list:
    """Flows that lose together should not step together."""
    decisions = []
    for window, delay, lost, memory in views:
        if lost:
            decisions.append((max(1, window // 2 - hash(f"{window} {delay}") % 2), memory))
        else:
            decisions.append((min(24, window + 1), memory))
    return decisions
