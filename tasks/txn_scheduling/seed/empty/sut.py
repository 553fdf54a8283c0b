def schedule(workload: list) -> list:
    return list(range(len(workload)))
