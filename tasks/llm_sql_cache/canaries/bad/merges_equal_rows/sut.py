def arrange(table: list) -> list:
    rows = sorted(set(map(tuple, table)))
    return [[(column, value) for column, value in enumerate(row)] for row in rows]
