def arrange(table: list) -> list:
    return [[(column, value) for column, value in enumerate(table[0])] for _ in table]
