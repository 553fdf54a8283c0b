def arrange(table: list) -> list:
    arranged = []
    for row in table:
        arranged.append([(column, value) for column, value in enumerate(row)])
    return arranged
