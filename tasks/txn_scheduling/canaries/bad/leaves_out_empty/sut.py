def schedule(workload: list) -> list:
    return [number for number, steps in enumerate(workload) if steps]
