def schedule(workload: list) -> list:
    read: dict = {}
    write: dict = {}
    left = list(range(len(workload)))
    order = []
    last = 0
    while left:
        chosen = left[0]
        least = None
        for number in left:
            start = 0
            for place, step in enumerate(workload[number]):
                if step is not None:
                    free = write if step.write else read
                    start = max(start, free.get(step.key, 0) - place)
            end = start + len(workload[number])
            value = (max(last, end), -len(workload[number]), number)
            if least is None or value < least:
                least = value
                chosen = number
        start = 0
        for place, step in enumerate(workload[chosen]):
            if step is not None:
                free = write if step.write else read
                start = max(start, free.get(step.key, 0) - place)
        for place, step in enumerate(workload[chosen]):
            if step is not None:
                after = start + place + 1
                write[step.key] = max(after, write.get(step.key, 0))
                if step.write:
                    read[step.key] = max(after, read.get(step.key, 0))
        last = max(last, start + len(workload[chosen]))
        left.remove(chosen)
        order.append(chosen)
    return order
