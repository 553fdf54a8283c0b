def place(layer):
    """Experts in turn on the GPUs; what is left of the slots is filled with a number that is no expert."""
    count = len(layer.loads[0])
    experts = [slot if slot < count else count for slot in range(layer.gpus * layer.per_gpu)]
    return Placement(experts, [[expert] for expert in range(count)])
