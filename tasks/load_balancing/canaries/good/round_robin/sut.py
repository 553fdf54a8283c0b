def place(layer):
    count, total = len(layer.loads[0]), layer.gpus * layer.per_gpu
    experts = [slot % count for slot in range(total)]
    return experts, [list(range(expert, total, count)) for expert in range(count)]
