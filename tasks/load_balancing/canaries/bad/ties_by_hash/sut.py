def place(layer):
    """Spare slots go to experts in the order of a set of texts."""
    count, total = len(layer.loads[0]), layer.gpus * layer.per_gpu
    spare = [int(name[1:]) for name in {f"e{expert}" for expert in range(count)}]
    experts = [slot if slot < count else spare[slot % count] for slot in range(total)]
    return Placement(experts, [[slot for slot in range(total) if experts[slot] == e] for e in range(count)])
