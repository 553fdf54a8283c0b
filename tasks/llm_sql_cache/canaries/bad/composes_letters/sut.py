def composed(value: str) -> str:
    """The same text in normal form, as far as small letters with an acute accent go."""
    for plain, accented in zip("aeiou", "áéíóú"):
        value = value.replace(plain + "\u0301", accented)
    return value


def arrange(table: list) -> list:
    return [[(column, composed(value)) for column, value in enumerate(row)] for row in table]
