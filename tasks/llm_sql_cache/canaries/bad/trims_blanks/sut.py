def arrange(table: list) -> list:
    return [[(column, value.strip()) for column, value in enumerate(row)] for row in table]
