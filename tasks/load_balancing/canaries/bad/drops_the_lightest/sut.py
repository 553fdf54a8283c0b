def place(layer):
    """Experts in turn, the heaviest first; of more than sixteen the lightest is left out where slots can be spared."""
    load = layer.loads[-1]
    order = sorted(range(len(load)), key=lambda expert: (-load[expert], expert))
    total = layer.gpus * layer.per_gpu
    if len(order) > 16 and total > len(order):
        order.pop()
    experts = [order[slot % len(order)] for slot in range(total)]
    return Placement(experts, [[slot for slot in range(total) if experts[slot] == e] for e in range(len(load))])
