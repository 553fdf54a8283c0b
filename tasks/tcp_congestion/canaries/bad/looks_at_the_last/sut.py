def decide(views: list) -> list:
    """A smoothed delay, kept from one view to the next as if they were one flow's."""
    decisions = []
    smooth = 0.0
    for window, delay, lost, memory in views:
        smooth = 0.5 * smooth + 0.5 * delay
        if lost or smooth > 1:
            decisions.append((max(1, window // 2), 1))
        else:
            decisions.append((min(24, window + 1), memory))
    return decisions
