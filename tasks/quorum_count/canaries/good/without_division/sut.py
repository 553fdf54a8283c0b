def is_quorum(voters: list[int], n: int) -> bool:
    return 3 * len(frozenset(voters)) > 2 * n
