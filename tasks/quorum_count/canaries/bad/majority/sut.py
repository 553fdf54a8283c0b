def is_quorum(voters: list[int], n: int) -> bool:
    return len(set(voters)) >= n // 2 + 1
