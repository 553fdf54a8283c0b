def is_quorum(voters: list[int], n: int) -> bool:
    if len(set(voters)) < len(voters):
        return False
    return len(set(voters)) >= 2 * n // 3 + 1
