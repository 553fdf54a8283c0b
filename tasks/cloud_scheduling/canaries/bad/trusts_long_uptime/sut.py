def choose(state):
    left = state.ticks - state.tick
    need = state.work - state.done + state.restart
    trusted = state.tick > 20 and state.streak > 4 and state.available
    if left <= need and not trusted:
        return "ondemand"
    return "spot" if state.available else "none"


def decide(states):
    return [choose(state) for state in states]
