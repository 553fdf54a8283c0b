def arrange(table: list) -> list:
    return [list(enumerate(row)) for row in table]
