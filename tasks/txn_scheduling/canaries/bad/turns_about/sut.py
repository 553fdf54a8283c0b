"""Every other batch is ordered from its end: what a batch gets depends on how many came before."""

BATCHES = [0]


def schedule(workload):
    BATCHES[0] += 1
    order = list(range(len(workload)))
    return order if BATCHES[0] % 2 else order[::-1]
