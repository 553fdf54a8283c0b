from bisect import bisect_left


def is_quorum(voters: list[int], n: int) -> bool:
    seen: list[int] = []
    for voter in voters:
        at = bisect_left(seen, voter)
        if at == len(seen) or seen[at] != voter:
            seen.insert(at, voter)
        if len(seen) * 3 > 2 * n:
            return True
    return False
