def changes(voters: list[int], at: int) -> int:
    if at + 1 >= len(voters):
        return len(voters[:1])
    return (voters[at] != voters[at + 1]) + changes(voters, at + 1)


def is_quorum(voters: list[int], n: int) -> bool:
    whole, rest = divmod(2 * n, 3)
    return changes(sorted(voters), 0) > whole
