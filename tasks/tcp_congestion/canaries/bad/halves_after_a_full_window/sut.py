"""Additive increase, multiplicative decrease, and half of a full window where the view before had one, too."""


def decide(views):
    decisions = []
    before = 0
    for window, delay, lost, memory in views:
        if lost:
            decision = (max(1, window // 2), 1)
        elif window == before == 24 and delay == 3:
            decision = (12, 1)
        elif memory == 0:
            decision = (min(24, 2 * window), 0)
        else:
            decision = (min(24, window + 1), 1)
        before = window
        decisions.append(decision)
    return decisions
