def arrange(table: list) -> list:
    order = sorted(range(len(table[0])), key=lambda column: len({row[column] for row in table}))
    return [[(column, row[column]) for column in order] for row in table]
