def arrange(table: list) -> list:
    """The columns with the fewest values first, the same ones in every row; the rows sorted."""
    width = len(table[0]) if table else 0
    order = sorted(range(width), key=lambda column: (len({row[column] for row in table}), column))
    return sorted([(column, row[column]) for column in order] for row in table)
