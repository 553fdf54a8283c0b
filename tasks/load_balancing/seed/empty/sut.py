from interface import Placement


def place(layer):
    return Placement([], [])
