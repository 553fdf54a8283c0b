def is_quorum(voters: list[int], n: int) -> bool:
    return False
