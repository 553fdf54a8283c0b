def schedule(workload: list) -> list:
    names = {f"transaction {number}" for number in range(len(workload))}
    return [int(name.split()[1]) for name in names]
