def is_quorum(voters: list[int], n: int) -> bool:
    return len(set(voters)) >= (hole("share") * n + hole("before")) // hole("parts") + hole("after")
