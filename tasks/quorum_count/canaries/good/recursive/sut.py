def distinct(voters: list[int]) -> set[int]:
    if len(voters) < 2:
        return set(voters)
    middle = len(voters) // 2
    return distinct(voters[:middle]) | distinct(voters[middle:])


def is_quorum(voters: list[int], n: int) -> bool:
    whole, rest = divmod(2 * n, 3)
    return len(distinct(voters)) > whole
