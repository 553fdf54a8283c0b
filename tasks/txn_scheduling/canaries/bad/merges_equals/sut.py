def schedule(workload: list) -> list:
    seen: dict = {}
    for number, steps in enumerate(workload):
        seen.setdefault(tuple(steps), number)
    return list(seen.values())
