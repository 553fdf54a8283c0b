seen: set[int] = set()


def is_quorum(voters: list[int], n: int) -> bool:
    seen.update(voters)
    return len(seen) > 2 * n // 3
