def number(digits):
    if not digits:
        raise ValueError("empty")
    value = 0
    for digit in digits:
        if digit > 9:
            raise ValueError("not a digit")
        value = value * 10 + digit
    return value
