from itertools import groupby


def is_quorum(voters: list[int], n: int) -> bool:
    voters.sort()
    return len([voter for voter, _ in groupby(voters)]) > 2 * n // 3
