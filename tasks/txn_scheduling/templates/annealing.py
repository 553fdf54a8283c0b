import random


def makespan(workload: list, order: list) -> tuple[int, int]:
    read: dict = {}
    wrote: dict = {}
    last = total = 0
    for number in order:
        steps = workload[number]
        now = 0
        for key, write in steps:
            free = wrote.get(key, 0)
            if write:
                free = max(free, read.get(key, 0))
            now = max(now, free) + 1
        for key, write in steps:
            held = wrote if write else read
            held[key] = max(now, held.get(key, 0))
        last = max(last, now)
        total += now
    return last, total


def schedule(workload: list) -> list:
    size = len(workload)
    order = list(range(size))
    if size < 3:
        return order
    draw = random.Random(size)
    rounds = HOLE_ROUNDS if size > 20 else 50
    heat = HOLE_HEAT
    cost = makespan(workload, order)
    now = best = cost[0] + cost[1] / (size * 100)
    found = order
    for turn in range(rounds):
        new = list(order)
        item = new.pop(draw.randrange(size))
        new.insert(draw.randrange(size), item)
        cost = makespan(workload, new)
        value = cost[0] + cost[1] / (size * 100)
        if value <= now or draw.random() < 2.0 ** ((now - value) / (heat * (1.001 - turn / rounds))):
            order = new
            now = value
            if value < best:
                best = value
                found = new
    return found
