def is_quorum(voters: list[int], n: int) -> bool:
    if not voters:
        return flase
    return len(set(voters)) > 2 * n // 3
