def is_quorum(voters: list[int], n: int) -> bool:
    return len(voters) >= 2 * n // 3 + 1
