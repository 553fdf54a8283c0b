def schedule(workload: list) -> list:
    read: dict = {}
    wrote: dict = {}
    left = list(range(len(workload)))
    order = []
    last = 0
    while left:
        chosen = left[0]
        least = None
        for number in left:
            now = 0
            for key, write in workload[number]:
                free = wrote.get(key, 0)
                if write:
                    free = max(free, read.get(key, 0))
                now = max(now, free) + 1
            value = (max(last, now), number)
            if least is None or value < least:
                least = value
                chosen = number
        now = 0
        for key, write in workload[chosen]:
            free = wrote.get(key, 0)
            if write:
                free = max(free, read.get(key, 0))
            now = max(now, free) + 1
        for key, write in workload[chosen]:
            held = wrote if write else read
            held[key] = max(now, held.get(key, 0))
        last = max(last, now)
        left.remove(chosen)
        order.append(chosen)
    return order
