def arrange(table: list) -> list:
    return [[(column, value) for column, value in enumerate(row) if value] for row in table]
