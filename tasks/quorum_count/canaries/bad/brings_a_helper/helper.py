def threshold(n: int) -> int:
    return 2 * n // 3 + 1
