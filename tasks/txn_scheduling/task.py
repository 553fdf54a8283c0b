"""Order the transactions of a batch: any permutation is legal, and a simulator in the judge says how long it takes."""

import random
from typing import Annotated, NamedTuple

from probatum import U32, U64, Call, Sut, always, few, mapped, objective, sized, sometimes, sut

TRANSACTIONS, STEPS, KEYS, SKEW, WRITES = 40, 8, 60, 1.1, 0.5


class Step(NamedTuple):
    "Read or write a key, for one unit of time."

    key: Annotated[U32, few(5)]
    write: bool


def mostly_small(batch: list[list[Step]]) -> list[list[Step]]:
    "Large batches cost a program that searches much, and show little more than small ones."
    return batch if len(batch) > TRANSACTIONS - 2 else batch[:8]


Transaction = Annotated[list[Step], sized(0, STEPS)]
Workload = Annotated[list[Transaction], sized(0, TRANSACTIONS), mapped(mostly_small)]


class Locks:
    "When the last transaction that read, or wrote, each key ends."

    def __init__(self) -> None:
        self.read: dict[int, int] = {}
        self.wrote: dict[int, int] = {}

    def end(self, steps: list[Step]) -> int:
        "When a transaction ends that gets its locks next."
        now = 0
        for step in steps:
            free = self.wrote.get(step.key, 0)
            if step.write:
                free = max(free, self.read.get(step.key, 0))
            now = max(now, free) + 1
        return now

    def add(self, steps: list[Step]) -> int:
        "Let it get its locks; when it ends."
        end = self.end(steps)
        for step in steps:
            held = self.wrote if step.write else self.read
            held[step.key] = max(end, held.get(step.key, 0))
        return end


def makespan(workload: list[list[Step]], order: list[int]) -> int:
    "When the last transaction ends."
    locks = Locks()
    return max((locks.add(workload[number]) for number in order), default=0)


def generated(seed: int) -> list[list[Step]]:
    "A workload with a few hot keys: key k is drawn with weight 1 / (k + 1) ** SKEW."
    draw = random.Random(seed)
    weights = [1 / (key + 1) ** SKEW for key in range(KEYS)]
    keys = draw.choices(range(KEYS), weights, k=TRANSACTIONS * STEPS)
    steps = [Step(key, draw.random() < WRITES) for key in keys]
    return [steps[at : at + STEPS] for at in range(0, len(steps), STEPS)]


@sut(answers="any")
def schedule(workload: Workload) -> list[U32]:
    locks, order, last = Locks(), [], 0
    left = list(range(len(workload)))
    while left:
        chosen = min(left, key=lambda number: (max(last, locks.end(workload[number])), number))
        last = max(last, locks.add(workload[chosen]))
        left.remove(chosen)
        order.append(chosen)
    return order


@always("TX-1")
def every_transaction_once(s: Sut, workload: Workload) -> None:
    "The answer names every transaction exactly once."
    assert sorted(s.schedule(workload)) == list(range(len(workload)))


@always("TX-1")
def large_batches_too(s: Sut, seed: U64) -> None:
    "The answer to a batch of 40 transactions names every one exactly once."
    assert sorted(s.schedule(generated(seed))) == list(range(TRANSACTIONS))


@objective(better="lower", cases=6)
def total_makespan(s: Sut, seed: U64) -> float:
    "When the last of 40 transactions ends, on a workload made from a hidden seed."
    workload = generated(seed)
    order = s.schedule(workload)
    assert sorted(order) == list(range(len(workload)))
    return makespan(workload, order)


@sometimes
def empty_batch(call: Call) -> bool:
    "There is nothing to order."
    return not call.args[0]


@sometimes
def one_transaction(call: Call) -> bool:
    "There is one transaction."
    return len(call.args[0]) == 1


@sometimes
def empty_transaction(call: Call) -> bool:
    "Some transaction has no steps, and another one has."
    sizes = [len(steps) for steps in call.args[0]]
    return 0 in sizes and any(sizes)


@sometimes
def equal_transactions(call: Call) -> bool:
    "Two transactions that do something are the same."
    busy = [tuple(steps) for steps in call.args[0] if steps]
    return len(set(busy)) < len(busy)


@sometimes
def full_batch(call: Call) -> bool:
    "There are 40 transactions."
    return len(call.args[0]) == TRANSACTIONS
