HEAD = 7
TAIL = 3


def best_tree(rows: list, left: tuple, known: dict, path: tuple) -> tuple:
    if len(rows) < 2 or not left:
        return 0, []
    if path in known:
        return known[path]
    most = -1
    chosen: list = []
    for column in left:
        rest = tuple(other for other in left if other != column)
        groups: dict = {}
        for row in rows:
            groups.setdefault(row[column], []).append(row)
        hits = HEAD * (len(rows) - 1)
        for value, group in groups.items():
            inner = best_tree(group, rest, known, tuple(sorted((*path, (column, value)))))
            hits += (len(value) + TAIL) * (len(group) - 1) + inner[0]
        if hits > most:
            most = hits
            chosen = [column, rest]
    known[path] = most, chosen
    return known[path]


def laid_out(rows: list, left: tuple, known: dict, path: tuple) -> list:
    chosen = best_tree(rows, left, known, path)[1]
    if not chosen:
        return [[(column, row[column]) for column in left] for row in rows]
    column, rest = chosen
    groups: dict = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    arranged = []
    for value, group in groups.items():
        for cells in laid_out(group, rest, known, tuple(sorted((*path, (column, value))))):
            arranged.append([(column, value), *cells])
    return arranged


def arrange(table: list) -> list:
    if not table:
        return []
    return laid_out(table, tuple(range(len(table[0]))), {}, ())
