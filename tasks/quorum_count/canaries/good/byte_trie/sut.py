def is_quorum(voters: list[int], n: int) -> bool:
    root: dict[int, dict] = {}
    leaves = 0
    for voter in voters:
        node = root
        for byte in voter.to_bytes(4, "big")[:3]:
            node = node.setdefault(byte, {})
        if voter & 255 not in node:
            node[voter & 255] = {}
            leaves += 1
    return leaves >= 1 + 2 * n // 3
