def choose(state, before=[""]):
    left = state.ticks - state.tick
    need = state.work - state.done + state.restart
    wanted = "spot" if state.available else "none"
    if left <= need or before[0] == "none":
        wanted = "ondemand"
    before[0] = wanted
    return wanted


def decide(states):
    return [choose(state) for state in states]
