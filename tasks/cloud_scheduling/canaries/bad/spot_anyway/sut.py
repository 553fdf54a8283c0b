def choose(state):
    left = state.ticks - state.tick
    need = state.work - state.done + state.restart
    if left <= need:
        return "ondemand"
    return "spot"


def decide(states):
    return [choose(state) for state in states]
