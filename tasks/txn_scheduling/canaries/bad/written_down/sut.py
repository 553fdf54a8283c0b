ORDER = list(range(12))


def schedule(workload: list) -> list:
    return ORDER[: len(workload)]
