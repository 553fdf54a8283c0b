from heapq import heapify, heappop


def is_quorum(voters: list[int], n: int) -> bool:
    heap = list(voters)
    heapify(heap)
    missing, last = 2 * n // 3 + 1, -1
    while heap and missing > 0:
        voter = heappop(heap)
        if voter != last:
            missing, last = missing - 1, voter
    return missing <= 0
