def is_quorum(voters: list[int], n: int) -> bool:
    ordered = sorted(voters)
    distinct = sum(1 for i, voter in enumerate(ordered) if i == 0 or ordered[i - 1] != voter)
    return distinct > n - -(-n // 3)
