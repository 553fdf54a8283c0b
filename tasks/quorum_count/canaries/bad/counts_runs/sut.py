from itertools import groupby


def is_quorum(voters: list[int], n: int) -> bool:
    return sum(1 for _ in groupby(voters)) > 2 * n // 3
