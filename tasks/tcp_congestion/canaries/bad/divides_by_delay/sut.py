def decide(views: list) -> list:
    return [(max(1, min(24, window + 4 // delay - 2 * lost)), memory) for window, delay, lost, memory in views]
