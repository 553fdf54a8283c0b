def is_quorum(voters: list[int], n: int) -> bool:
    return len({voter for voter in voters if voter}) > 2 * n // 3
