def choose(state):
    left = state.ticks - state.tick
    need = state.work - state.done + state.restart
    known = state.ticks <= 10 or state.ticks == 40
    if left <= need and known:
        return "ondemand"
    return "spot" if state.available else "none"


def decide(states):
    return [choose(state) for state in states]
