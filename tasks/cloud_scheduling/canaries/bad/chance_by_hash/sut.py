def choose(state):
    left = state.ticks - state.tick
    need = state.work - state.done + state.restart
    if left <= need:
        return "ondemand"
    lucky = hash(f"{state.tick} {state.done}") % 2
    return "spot" if state.available and lucky else "ondemand"


def decide(states):
    return [choose(state) for state in states]
