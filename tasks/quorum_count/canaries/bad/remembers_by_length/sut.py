known: dict[tuple[int, int], bool] = {}


def is_quorum(voters: list[int], n: int) -> bool:
    return known.setdefault((len(voters), n), len(set(voters)) > 2 * n // 3)
