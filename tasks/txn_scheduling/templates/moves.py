import random


def makespan(workload: list, order: list) -> tuple[int, int]:
    read: dict = {}
    write: dict = {}
    last = total = 0
    for number in order:
        size, steps = workload[number]
        start = 0
        for place, key, writes in steps:
            free = (write if writes else read).get(key, 0) - place
            if free > start:
                start = free
        for place, key, writes in steps:
            after = start + place + 1
            if after > write.get(key, 0):
                write[key] = after
            if writes and after > read.get(key, 0):
                read[key] = after
        last = max(last, start + size)
        total += start + size
    return last, total


def schedule(workload: list) -> list:
    size = len(workload)
    order = list(range(size))
    if size < 3:
        return order
    short = [
        (len(steps), [(place, step.key, step.write) for place, step in enumerate(steps) if step is not None])
        for steps in workload
    ]
    draw = random.Random(size)
    rounds = HOLE_ROUNDS if size > 40 else 50
    heat = HOLE_HEAT
    cost = makespan(short, order)
    now = best = cost[0] + HOLE_SOFT * cost[1] / size
    found = order
    for turn in range(rounds):
        new = list(order)
        item = new.pop(draw.randrange(size))
        new.insert(draw.randrange(size), item)
        cost = makespan(short, new)
        value = cost[0] + HOLE_SOFT * cost[1] / size
        if value <= now or draw.random() < 2.0 ** ((now - value) / (heat * (1.001 - turn / rounds))):
            order = new
            now = value
            if value < best:
                best = value
                found = new
    return found
