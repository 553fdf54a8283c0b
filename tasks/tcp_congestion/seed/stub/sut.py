def decide(views: list) -> list:
    decisions = []
    for window, _, lost, memory in views:
        decisions.append((max(0, window // 2) if lost else min(24, window + 1), memory))
    return decisions
