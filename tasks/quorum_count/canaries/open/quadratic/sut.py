def is_quorum(voters: list[int], n: int) -> bool:
    distinct = sum(voter not in voters[:i] for i, voter in enumerate(voters))
    return distinct > 2 * n // 3
