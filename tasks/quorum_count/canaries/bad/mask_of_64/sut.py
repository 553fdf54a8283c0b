def is_quorum(voters: list[int], n: int) -> bool:
    seen = 0
    for voter in voters:
        seen |= 1 << (voter & 63)
    return seen.bit_count() > 2 * n // 3
