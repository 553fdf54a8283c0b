def choose(state):
    left = state.ticks - state.tick
    need = state.work - state.done + state.restart
    rate = state.ups / state.tick
    if left <= need or rate * left < state.work - state.done:
        return "ondemand"
    return "spot" if state.available else "none"


def decide(states):
    return [choose(state) for state in states]
