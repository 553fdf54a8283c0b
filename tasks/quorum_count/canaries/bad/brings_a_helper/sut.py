from helper import threshold


def is_quorum(voters: list[int], n: int) -> bool:
    return len(set(voters)) >= threshold(n)
