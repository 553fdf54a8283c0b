import random


def decide(views: list) -> list:
    """Backs off by a random part, so that flows do not move in step."""
    decisions = []
    for window, delay, lost, memory in views:
        if lost:
            decisions.append((max(1, int(window * random.uniform(0.4, 0.6))), 1))
        else:
            decisions.append((min(24, window + 1), memory))
    return decisions
