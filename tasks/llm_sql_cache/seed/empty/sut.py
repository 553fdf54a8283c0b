def arrange(table: list) -> list:
    return []
