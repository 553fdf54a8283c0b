def decide(states):
    return ["spot" if state.available else "none" for state in states]
