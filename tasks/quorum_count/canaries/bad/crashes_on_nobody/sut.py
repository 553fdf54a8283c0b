def is_quorum(voters: list[int], n: int) -> bool:
    ordered = sorted(voters)
    last, distinct = ordered[0], 1
    for voter in ordered:
        if voter != last:
            last, distinct = voter, distinct + 1
    return distinct > 2 * n // 3
