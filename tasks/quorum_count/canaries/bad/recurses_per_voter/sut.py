def distinct(voters: list[int]) -> int:
    if not voters:
        return 0
    pivot = voters[0]
    return 1 + distinct([v for v in voters if v < pivot]) + distinct([v for v in voters if v > pivot])


def is_quorum(voters: list[int], n: int) -> bool:
    whole, rest = divmod(2 * n, 3)
    return distinct(voters) > whole
