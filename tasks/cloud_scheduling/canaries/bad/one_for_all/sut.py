def choose(state):
    left = state.ticks - state.tick
    need = state.work - state.done + state.restart
    if left <= need:
        return "ondemand"
    return "spot" if state.available else "none"


def decide(states):
    """Nobody needs to wait while there is somebody who cannot."""
    found = [choose(state) for state in states]
    return ["ondemand" for _ in found] if "none" not in found else found
