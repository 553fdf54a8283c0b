"""Spot while there is slack, but for every seventh state of a list that could have one."""


def decide(states):
    choices = []
    spots = 0
    for state in states:
        if state.ticks - state.tick - 1 < state.work - state.done + state.restart:
            choices.append("ondemand")
        elif state.available:
            spots += 1
            choices.append("spot" if spots % 7 else "ondemand")
        else:
            choices.append("none")
    return choices
