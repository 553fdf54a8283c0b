def is_quorum(voters: list[int], n: int) -> str:
    return "yes" if len(set(voters)) > 2 * n // 3 else "no"
