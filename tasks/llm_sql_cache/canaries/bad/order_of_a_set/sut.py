def arrange(table: list) -> list:
    names = {f"row {number}" for number in range(len(table))}
    return [[(column, value) for column, value in enumerate(table[int(name.split()[1])])] for name in names]
