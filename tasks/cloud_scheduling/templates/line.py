def safe(state, choice):
    """Whether a machine on demand would still be in time, started in the next tick if the choice is another one."""
    starting = state.starting if choice == state.machine else state.restart
    done = state.done + (choice != "none" and starting == 0)
    wait = max(0, starting - 1) if choice == "ondemand" else state.restart
    return state.tick + 1 + wait + state.work - done <= state.ticks


def choose(state):
    target = state.work * (state.tick / state.ticks) ** HOLE_POWER - HOLE_MARGIN
    wanted = "spot" if state.available else "none"
    if state.machine == "ondemand":
        steady = state.available and state.streak >= HOLE_STEADY
        if state.done < target + HOLE_CATCH and not steady:
            wanted = "ondemand"
    elif state.done < target and not state.available:
        wanted = "ondemand"
    return wanted if safe(state, wanted) else "ondemand"


def decide(states):
    return [choose(state) for state in states]
