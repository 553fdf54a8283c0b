def arrange(table: list) -> list:
    """Hits much more often than any honest answer: no row is left as it was."""
    columns = [sorted(column) for column in zip(*table)] if table and table[0] else []
    return [[(number, column[row]) for number, column in enumerate(columns)] for row in range(len(table))]
