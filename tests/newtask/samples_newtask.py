"""Sources as a user has them: an obvious version and one to try, in one file."""

SORT = '''
"""Sorting."""
from typing import Sequence
import math, os

UNUSED = os.environ

def slow_sort(items: list[int]) -> list[int]:
    """Selection sort."""
    rest, made = list(items), []
    # the smallest of the rest comes next
    while rest:
        made.append(_least(rest))
        rest.remove(made[-1])
    return made

def _least(items: list[int]) -> int:
    return min(items)

def sort(items: Sequence[int]) -> list[int]:
    return sorted(items)
'''

SEARCH = """
import bisect

def slow_search(items, target):
    for index, item in enumerate(items):
        if item == target:
            return index
    return None

def search(items, target):
    at = bisect.bisect_left(items, target)
    return at if at < len(items) and items[at] == target else None
"""

LRU = '''
from collections import OrderedDict

CAPACITY_LIMIT = 100

class SlowLru:
    """Pairs, newest first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.pairs: list[tuple[int, int]] = []

    def get(self, key: int) -> int | None:
        for held, value in self.pairs:
            if held == key:
                self.put(key, value)
                return value
        return None

    def put(self, key: int, value: int) -> None:
        others = [pair for pair in self.pairs if pair[0] != key]
        self.pairs = [(key, value), *others][: self.capacity]

    # how many
    def size(self) -> int:
        return len(self.pairs)

    def _hidden(self) -> int:
        return CAPACITY_LIMIT


class Lru:
    def __init__(self, capacity):
        self.capacity, self.held = capacity, OrderedDict()

    def get(self, key):
        if key in self.held:
            self.held.move_to_end(key)
        return self.held.get(key)

    def put(self, key, value):
        self.held[key] = value
        self.held.move_to_end(key)
        if len(self.held) > self.capacity:
            self.held.popitem(last=False)

    def size(self):
        return len(self.held)
'''

PARSER = """
import re

SEPARATOR = ","

def fields_reference(line: str) -> list[str]:
    made = [""]
    for character in line:
        if character == SEPARATOR:
            made.append("")
        elif character != ";":
            made[-1] += character
    return made

def fields(line: str) -> list[str]:
    return re.sub(";", "", line).split(",")
"""

ROMAN = """
VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
PAIRS = (("IX", 9), ("V", 5), ("IV", 4), ("I", 1))
TABLE = {}
for number in range(1, 400):
    rest, text = number, ""
    for letters, value in (*zip(("C", "XC", "L", "XL", "X"), (100, 90, 50, 40, 10)), *PAIRS):
        while rest >= value:
            text, rest = text + letters, rest - value
    TABLE[text] = number

def naive_roman(text: str) -> int:
    if text not in TABLE:
        raise ValueError(f"{text!r} is no numeral")
    return TABLE[text]

def roman(text: str) -> int:
    total = 0
    for this, following in zip(text, text[1:] + " "):
        if this not in VALUES:
            raise ValueError(text)
        value = VALUES[this]
        total += -value if VALUES.get(following, 0) > value else value
    if TABLE.get(text) != total:
        raise ValueError(text)
    return total
"""

MEAN = """
import math

def slow_mean(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total / len(values)

def mean(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total / len(values)
"""

POINTS = """
from __future__ import annotations
from typing import NamedTuple, Optional

class Point(NamedTuple):
    x: int
    y: int = 0

Points = list[Point]

def nearest_slow(points: Points, to: Point) -> Optional[Point]:
    best: Point | None = None
    for point in points:
        if best is None or _distance(point, to) < _distance(best, to):
            best = point
    return best

def _distance(a: Point, b: Point) -> int:
    return abs(a.x - b.x) + abs(a.y - b.y)

def nearest(points: list[Point], to: Point) -> Point | None:
    return min(points, key=lambda p: _distance(p, to), default=None)
"""

COLORS = """
from enum import Enum

class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

class Mode(str, Enum):
    "How to turn."
    LEFT = "left"
    RIGHT = "right"

ORDER = [Color.RED, Color.GREEN, Color.BLUE]

def slow_turn(color: Color, mode: Mode, times: list[Mode]) -> Color:
    for step in [mode, *times]:
        index = ORDER.index(color)
        color = ORDER[(index + 1) % 3] if step is Mode.RIGHT else ORDER[index - 1]
    return color

def turn(color: Color, mode: Mode, times: list[Mode]) -> Color:
    steps = sum(1 if step is Mode.RIGHT else -1 for step in [mode, *times])
    return ORDER[(ORDER.index(color) + steps) % 3]
"""
