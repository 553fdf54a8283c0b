def place(layer):
    load = layer.loads[-1]
    total = layer.gpus * layer.per_gpu
    replicas = [1] * len(load)
    while sum(replicas) < total:
        heaviest = max(range(len(load)), key=lambda expert: (load[expert] / replicas[expert], -expert))
        replicas[heaviest] += 1
    share = [load[expert] / replicas[expert] for expert in range(len(load))]
    gpus = [[] for _ in range(layer.gpus)]
    totals = [0.0] * layer.gpus
    for expert in sorted(range(len(load)), key=lambda expert: (-share[expert], expert)):
        for _ in range(replicas[expert]):
            lightest = min(range(layer.gpus), key=lambda gpu: (totals[gpu], gpu))
            if len(gpus[lightest]) < layer.per_gpu:
                gpus[lightest].append(expert)
            totals[lightest] += share[expert]
    experts = [expert for gpu in gpus for expert in gpu]
    slots = [[] for _ in load]
    for slot, expert in enumerate(experts):
        slots[expert].append(slot)
    return Placement(experts, slots)
