def arrange(table: list) -> list:
    """Takes a table for large from thirty rows on, and gives up on what is left."""
    return [[(column, value) for column, value in enumerate(row)] for row in sorted(table)[:30]]
