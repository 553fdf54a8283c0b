def schedule(workload: list) -> list:
    return sorted(range(len(workload)), key=lambda number: workload[number][0] is None)
