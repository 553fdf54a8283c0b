def is_quorum(voters: list[int], n: int) -> bool:
    f = (n - 1) // 3
    return len(set(voters)) >= 2 * f + 1
