"""Place the experts of a layer on GPUs: any complete placement is legal; the loads of the next step say how good."""

import math
import random
from typing import Annotated, NamedTuple

from probatum import U32, U64, Call, Sut, always, between, few, mapped, objective, sized, sometimes, sut

EXPERTS, GPUS, PER_GPU, STEPS, LAYERS = 32, 8, 6, 8, 24
TOKENS, SKEW, PULL, DRIFT, BURST, LASTS, NOISE = 100_000, 0.7, 0.1, 0.12, 0.01, 0.5, 0.15


class Layer(NamedTuple):
    "The tokens that each expert of a layer got in the last steps (oldest first), and the GPUs to place them on."

    loads: Annotated[list[Annotated[list[Annotated[U32, few(4)]], sized(1, EXPERTS)]], sized(1, STEPS)]
    gpus: Annotated[U32, between(1, 8)]
    per_gpu: Annotated[U32, between(1, 8)]


class Placement(NamedTuple):
    "Which expert is in each slot, and in which slots each expert is. GPU g has the slots from g * per_gpu on."

    experts: list[U32]
    slots: list[list[U32]]


def roomy(layer: Layer) -> Layer:
    "Every step speaks of the same experts, and there is a slot for each of them."
    width = min(layer.gpus * layer.per_gpu, *[len(step) for step in layer.loads])
    return Layer([step[:width] for step in layer.loads], layer.gpus, layer.per_gpu)


Given = Annotated[Layer, mapped(roomy)]


def replicas_of(load: list[int], slots: int) -> list[int]:
    "One replica each; what is left goes, one by one, to the expert with the largest load per replica."
    replicas = [1] * len(load)
    for _ in range(slots - len(load)):
        heaviest = max(range(len(load)), key=lambda expert: (load[expert] / replicas[expert], -expert))
        replicas[heaviest] += 1
    return replicas


@sut(answers="any")
def place(layer: Given) -> Placement:
    load = layer.loads[-1]
    replicas = replicas_of(load, layer.gpus * layer.per_gpu)
    share = [tokens / count for tokens, count in zip(load, replicas, strict=True)]
    gpus: list[list[int]] = [[] for _ in range(layer.gpus)]
    totals = [0.0] * layer.gpus
    for expert in sorted(range(len(load)), key=lambda expert: (-share[expert], expert)):
        for _ in range(replicas[expert]):
            room = [gpu for gpu in range(layer.gpus) if len(gpus[gpu]) < layer.per_gpu]
            lightest = min(room, key=lambda gpu: (totals[gpu], gpu))
            gpus[lightest].append(expert)
            totals[lightest] += share[expert]
    experts = [expert for gpu in gpus for expert in gpu]
    slots: list[list[int]] = [[] for _ in load]
    for slot, expert in enumerate(experts):
        slots[expert].append(slot)
    return Placement(experts, slots)


def shapes(seed: int) -> list[list[int]]:
    "Steps of one layer: a skewed usual load, drift that is pulled back to it, short bursts, and noise."
    draw = random.Random(seed)
    usual = [-SKEW * math.log(rank + 1) for rank in draw.sample(range(EXPERTS), EXPERTS)]
    level = [mean + draw.gauss(0, 0.4) for mean in usual]
    burst = [0.0] * EXPERTS
    steps = []
    for _ in range(STEPS + 1):
        level = [at + PULL * (mean - at) + draw.gauss(0, DRIFT) for at, mean in zip(level, usual, strict=True)]
        burst = [next_burst(draw, strength) for strength in burst]
        weights = [math.exp(at + up + draw.gauss(0, NOISE)) for at, up in zip(level, burst, strict=True)]
        steps.append([round(TOKENS * weight / sum(weights)) for weight in weights])
    return steps


def next_burst(draw: random.Random, strength: float) -> float:
    "A burst multiplies the load of an expert by 2 to 6; it goes on with chance LASTS, a new one begins with BURST."
    if strength:
        return strength if draw.random() < LASTS else 0.0
    return math.log(draw.uniform(2, 6)) if draw.random() < BURST else 0.0


def generated(seed: int) -> tuple[Layer, list[int]]:
    "A layer of the size that is measured, and the loads of the step after."
    *seen, following = shapes(seed)
    return Layer(seen, GPUS, PER_GPU), following


def imbalance(layer: Layer, placement: Placement, load: list[int]) -> float:
    "Tokens of the GPU that gets most, over the mean; the tokens of an expert are spread evenly over its slots."
    share = [load[expert] / len(placement.slots[expert]) for expert in placement.experts]
    totals = [sum(share[gpu * layer.per_gpu : (gpu + 1) * layer.per_gpu]) for gpu in range(layer.gpus)]
    return max(totals) * layer.gpus / sum(load)


def is_complete(layer: Layer, placement: Placement) -> bool:
    "Every slot has an expert and every expert a slot, and both lists say the same."
    experts = len(layer.loads[0])
    expected: list[list[int]] = [[] for _ in range(experts)]
    for slot, expert in enumerate(placement.experts):
        if expert < experts:
            expected[expert].append(slot)
    filled = len(placement.experts) == layer.gpus * layer.per_gpu and max(placement.experts) < experts
    return filled and all(expected) and [sorted(slots) for slots in placement.slots] == expected


@always("LB-1")
def every_slot_has_an_expert(s: Sut, layer: Given) -> None:
    "The answer names one expert of the layer for every slot: gpus times per_gpu of them."
    answer = s.place(layer)
    assert len(answer.experts) == layer.gpus * layer.per_gpu
    assert max(answer.experts) < len(layer.loads[0])


@always("LB-2")
def every_expert_has_a_slot(s: Sut, layer: Given) -> None:
    "Every expert of the layer is in some slot."
    answer = s.place(layer)
    assert set(range(len(layer.loads[0]))) <= set(answer.experts)


@always("LB-3")
def the_lists_are_inverse(s: Sut, layer: Given) -> None:
    "The slots of an expert, in any order, are those that name it, each once."
    answer = s.place(layer)
    named = [[slot for slot, at in enumerate(answer.experts) if at == e] for e in range(len(layer.loads[0]))]
    assert [sorted(slots) for slots in answer.slots] == named


@always("LB-1", "LB-2", "LB-3")
def large_layers_too(s: Sut, seed: U64) -> None:
    "A layer of 32 experts on 8 GPUs with 6 slots each, made from a seed, is placed completely."
    layer, _ = generated(seed)
    assert is_complete(layer, s.place(layer))


@objective(better="lower", cases=8)
def next_imbalance(s: Sut, seed: U64) -> float:
    "Load of the fullest GPU over the mean, on the loads of the step after those that were seen; mean of 24 layers."
    total = 0.0
    for number in range(LAYERS):
        layer, following = generated((seed + number) % 2**64)
        answer = s.place(layer)
        assert is_complete(layer, answer)
        total += imbalance(layer, answer, following)
    return total / LAYERS


@sometimes
def one_expert(call: Call) -> bool:
    "There is one expert."
    layer: Layer = call.args[0]
    return len(layer.loads[0]) == 1


@sometimes
def no_spare_slot(call: Call) -> bool:
    "There are several experts and exactly as many slots."
    layer: Layer = call.args[0]
    return len(layer.loads[0]) == layer.gpus * layer.per_gpu > 1


@sometimes
def nothing_to_do(call: Call) -> bool:
    "Several experts got no token in the last step."
    layer: Layer = call.args[0]
    return len(layer.loads[-1]) > 1 and not any(layer.loads[-1])


@sometimes
def more_than_a_word(call: Call) -> bool:
    "The tokens of one step do not fit in 32 bits together."
    layer: Layer = call.args[0]
    return sum(layer.loads[-1]) >= 2**32


@sometimes
def expert_more_often_than_gpus(call: Call) -> bool:
    "There are so many slots that some GPU must hold an expert twice."
    layer: Layer = call.args[0]
    return layer.per_gpu > len(layer.loads[0]) and layer.gpus > 1
