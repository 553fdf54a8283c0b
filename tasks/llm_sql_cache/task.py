"""Order the cells of a table for a cache of prefixes: any order is legal, and the judge counts what hits."""

import random
from itertools import pairwise, takewhile
from typing import Annotated, NamedTuple

from probatum import U8, U64, Call, Sut, always, mapped, objective, sized, sometimes, sut

ROWS, COLUMNS, SHORT = 40, 8, 3
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Cell(NamedTuple):
    "The value of a row in a column; columns are counted from 0."

    column: U8
    value: str


def rectangular(rows: list[list[str]]) -> list[list[str]]:
    """Every row as wide as the first. Large tables show little more than small ones and cost more, so few are kept
    whole; short values are equal more often."""
    large = len(rows) > ROWS - 2
    kept = rows if large else [[value[:SHORT] for value in row] for row in rows[:6]]
    width = len(kept[0]) if kept else 0
    return [(row + [""] * width)[:width] for row in kept]


Word = Annotated[str, sized(0, 60)]
Row = Annotated[list[Word], sized(0, COLUMNS)]
Table = Annotated[list[Row], sized(0, ROWS), mapped(rectangular)]


def prompt(cells: list[Cell]) -> str:
    "A row as the model is sent it."
    return ", ".join(f'"c{cell.column}": "{cell.value}"' for cell in cells)


def shared(one: str, other: str) -> int:
    "The length of the longest common prefix."
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def hit_rate(arranged: list[list[Cell]]) -> float:
    "Percent of the characters of all prompts that are the beginning of the prompt before as well."
    prompts = [prompt(cells) for cells in arranged]
    hits = sum(shared(one, other) for one, other in pairwise(prompts))
    return 100 * hits / sum(map(len, prompts))


def word(draw: random.Random, least: int, most: int) -> str:
    "A random word."
    return "".join(draw.choices(LETTERS, k=draw.randint(least, most)))


def skewed(draw: random.Random, values: list[str]) -> list[str]:
    "A column: value k (from 0) is drawn with weight 1 / (k + 1)."
    return draw.choices(values, [1 / (rank + 1) for rank in range(len(values))], k=ROWS)


def generated(seed: int) -> list[list[str]]:
    """A join of items and remarks, the columns in random order. An item (6 to 20 of them) decides its name, its long
    description and its kind (2 to 5); marks and users are drawn on their own, and so is a nearly constant column; a
    remark is hardly ever said twice."""
    draw = random.Random(seed)
    items = [word(draw, 4, 12) for _ in range(draw.randint(6, 20))]
    about = {item: word(draw, 20, 60) for item in items}
    kinds = [word(draw, 4, 10) for _ in range(draw.randint(2, 5))]
    kind = {item: draw.choice(kinds) for item in items}
    names = skewed(draw, items)
    columns = [names, [about[name] for name in names], [kind[name] for name in names]]
    columns.append(skewed(draw, [word(draw, 1, 4) for _ in range(5)]))
    columns.append(skewed(draw, [word(draw, 6, 16) for _ in range(draw.randint(8, 30))]))
    columns.append(skewed(draw, [word(draw, 8, 30) for _ in range(draw.randint(2, 8))]))
    usual = word(draw, 5, 20)
    columns.append([usual if draw.random() < 0.9 else word(draw, 5, 20) for _ in range(ROWS)])
    columns.append([word(draw, 5, 40) for _ in range(ROWS)])
    draw.shuffle(columns)
    return [list(row) for row in zip(*columns, strict=True)]


Found = tuple[int, list[int], list[list[str]]]


def largest_group(rows: list[list[str]], left: list[int]) -> Found | None:
    """The column and value whose cells are worth most, with the columns that do not differ in its rows: the squares of
    the lengths, for every row but the first."""
    best: tuple[int, Found] | None = None
    for column in left:
        groups: dict[str, list[list[str]]] = {}
        for row in rows:
            groups.setdefault(row[column], []).append(row)
        for group in groups.values():
            same = [other for other in left if all(row[other] == group[0][other] for row in group)]
            worth = sum(len(group[0][other]) ** 2 for other in same) * (len(group) - 1)
            if worth > (best[0] if best else 0):
                head = [column, *(other for other in same if other != column)]
                best = worth, (column, head, group)
    return best[1] if best else None


def by_groups(rows: list[list[str]], left: list[int]) -> list[list[Cell]]:
    "Greedy group recursion: the best group first, its common cells in front; then what is left of it, then the others."
    arranged: list[list[Cell]] = []
    while rows:
        found = largest_group(rows, left)
        if found is None:
            break
        column, head, group = found
        front = [Cell(other, group[0][other]) for other in head]
        inner = by_groups(group, [other for other in left if other not in head])
        arranged += [front + cells for cells in inner]
        rows = [row for row in rows if row[column] != group[0][column]]
    return arranged + [[Cell(column, row[column]) for column in left] for row in sorted(rows)]


@sut(answers="any")
def arrange(table: Table) -> list[list[Cell]]:
    return by_groups(table, list(range(len(table[0]) if table else 0)))


def cells_of(table: list[list[str]]) -> list[list[Cell]]:
    "What a table consists of, in an order of its own."
    return sorted([Cell(column, value) for column, value in enumerate(row)] for row in table)


def cells_in(arranged: list[list[Cell]]) -> list[list[Cell]]:
    "What an answer consists of, in the same order."
    return sorted(sorted(Cell(*cell) for cell in row) for row in arranged)


@always("LS-1", "LS-2")
def nothing_changes_but_the_order(s: Sut, table: Table) -> None:
    "Every row of the table is answered once, with every one of its cells once and under its own column."
    assert cells_in(s.arrange(table)) == cells_of(table)


@always("LS-1", "LS-2")
def large_tables_too(s: Sut, seed: U64) -> None:
    "A table of 40 rows and 8 columns is answered with every row and every cell once."
    table = generated(seed)
    assert cells_in(s.arrange(table)) == cells_of(table)


@objective(better="higher", cases=6)
def prefix_hit_rate(s: Sut, seed: U64) -> float:
    "Percent of characters that begin the prompt before as well, on a table made from a hidden seed."
    table = generated(seed)
    arranged = [[Cell(*cell) for cell in row] for row in s.arrange(table)]
    assert cells_in(arranged) == cells_of(table)
    return hit_rate(arranged)


@sometimes
def empty_table(call: Call) -> bool:
    "There are no rows."
    return not call.args[0]


@sometimes
def rows_without_cells(call: Call) -> bool:
    "There are rows, and no columns."
    return bool(call.args[0]) and not call.args[0][0]


@sometimes
def equal_rows(call: Call) -> bool:
    "Two rows with cells are the same."
    rows = [tuple(row) for row in call.args[0] if row]
    return len(set(rows)) < len(rows)


@sometimes
def empty_value(call: Call) -> bool:
    "A value is empty, and another one is not."
    values = [value for row in call.args[0] for value in row]
    return "" in values and any(values)


@sometimes
def same_value_in_two_columns(call: Call) -> bool:
    "A row has the same value twice."
    return any(len(set(row)) < len(row) for row in call.args[0])


@sometimes
def full_table(call: Call) -> bool:
    "There are 40 rows."
    return len(call.args[0]) == ROWS
