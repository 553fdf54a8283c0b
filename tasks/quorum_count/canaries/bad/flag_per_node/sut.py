def is_quorum(voters: list[int], n: int) -> bool:
    seen = [False] * n
    for voter in voters:
        seen[voter] = True
    return sum(seen) > 2 * n // 3
