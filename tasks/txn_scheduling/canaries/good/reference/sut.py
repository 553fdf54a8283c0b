def schedule(workload: list) -> list:
    read: dict = {}
    write: dict = {}

    def end_of(number):
        start = 0
        for place, step in enumerate(workload[number]):
            if step is not None:
                free = write if step.write else read
                start = max(start, free.get(step.key, 0) - place)
        return start + len(workload[number])

    left = list(range(len(workload)))
    order = []
    last = 0
    while left:
        chosen = min(left, key=lambda number: (max(last, end_of(number)), number))
        end = end_of(chosen)
        last = max(last, end)
        for place, step in enumerate(workload[chosen], end - len(workload[chosen]) + 1):
            if step is not None:
                write[step.key] = max(place, write.get(step.key, 0))
                if step.write:
                    read[step.key] = max(place, read.get(step.key, 0))
        left.remove(chosen)
        order.append(chosen)
    return order
