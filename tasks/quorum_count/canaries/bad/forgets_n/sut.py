NODES = 4


def is_quorum(voters: list[int]) -> bool:
    return len(set(voters)) > 2 * NODES // 3
