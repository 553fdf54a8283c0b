HEAD = 7
TAIL = 3


def groups_of(rows: list, column: int) -> dict:
    groups: dict = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def best_tree(rows: list, left: tuple, known: dict) -> tuple:
    if len(rows) < 2 or not left:
        return 0, -1
    if len(rows) == 2:
        one, two = rows
        same = sum(len(one[column]) + TAIL + HEAD for column in left if one[column] == two[column])
        return same + (HEAD if any(one[column] != two[column] for column in left) else 0), -2
    key = (left, tuple(row[-1] for row in rows))
    if key in known:
        return known[key]
    best = (-1, -1)
    for column in left:
        rest = tuple(other for other in left if other != column)
        hits = HEAD * (len(rows) - 1)
        for value, group in groups_of(rows, column).items():
            if len(group) > 1:
                hits += (len(value) + TAIL) * (len(group) - 1) + best_tree(group, rest, known)[0]
        if hits > best[0]:
            best = (hits, column)
    known[key] = best
    return best


def peeled(rows: list, left: tuple, known: dict) -> tuple:
    found = []
    for column in left:
        for value, group in groups_of(rows, column).items():
            if 1 < len(group) < len(rows):
                found.append(((len(value) + TAIL) * (len(group) - 1), column, value))
    found.sort(reverse=True)
    best = (best_tree(rows, left, known)[0], -1, "")
    for worth, column, value in found[:HOLE_TRIED]:
        group = [row for row in rows if row[column] == value]
        others = [row for row in rows if row[column] != value]
        rest = tuple(other for other in left if other != column)
        hits = worth + HEAD * (len(group) - 1) + best_tree(group, rest, known)[0]
        hits += best_tree(others, left, known)[0]
        if hits > best[0]:
            best = (hits, column, value)
    return best[1], best[2]


def laid_out(rows: list, left: tuple, known: dict) -> list:
    if len(rows) < 2 or not left:
        return [[(column, row[column]) for column in left] for row in rows]
    arranged = []
    column, value = peeled(rows, left, known) if len(rows) > 2 else (-1, "")
    if column >= 0:
        rest = tuple(other for other in left if other != column)
        group = [row for row in rows if row[column] == value]
        for cells in laid_out(group, rest, known):
            arranged.append([(column, value), *cells])
        return arranged + laid_out([row for row in rows if row[column] != value], left, known)
    column = best_tree(rows, left, known)[1]
    if column == -2:
        one, two = rows
        front = [other for other in left if one[other] == two[other]]
        order = front + [other for other in left if one[other] != two[other]]
        return [[(other, row[other]) for other in order] for row in rows]
    rest = tuple(other for other in left if other != column)
    for same, group in groups_of(rows, column).items():
        for cells in laid_out(group, rest, known):
            arranged.append([(column, same), *cells])
    return arranged


def arrange(table: list) -> list:
    if not table:
        return []
    rows = [[*row, number] for number, row in enumerate(table)]
    return laid_out(rows, tuple(range(len(table[0]))), {})
