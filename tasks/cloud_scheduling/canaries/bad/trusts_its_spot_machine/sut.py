def safe(state, choice):
    """Whether a machine on demand would still be in time, started in the next tick if the choice is another one."""
    starting = state.starting if choice == state.machine else state.restart
    done = state.done + (choice != "none" and starting == 0)
    wait = state.restart if choice == "none" else max(0, starting - 1)
    return state.tick + 1 + wait + state.work - done <= state.ticks


def choose(state):
    held = state.machine == "ondemand"
    ahead = 2 * state.restart if held else 0
    behind = state.done * state.ticks < (state.tick + ahead) * state.work
    wanted = "spot" if state.available else "none"
    if behind and (held or not state.available):
        wanted = "ondemand"
    return wanted if safe(state, wanted) else "ondemand"


def decide(states):
    return [choose(state) for state in states]
