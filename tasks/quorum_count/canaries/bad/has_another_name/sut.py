def is_byzantine_quorum(voters: list[int], n: int) -> bool:
    return len(set(voters)) > 2 * n // 3
