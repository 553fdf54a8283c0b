def arrange(table: list) -> list:
    """Long values first, numbered by where they stand now."""
    return [list(enumerate(sorted(row, key=len, reverse=True))) for row in table]
