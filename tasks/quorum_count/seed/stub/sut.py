def is_quorum(voters: list[int], n: int) -> bool:
    distinct = len(set(voters))
    return distinct > 2 * n // 3 + 1
