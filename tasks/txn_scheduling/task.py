"""Order the transactions of a batch: any permutation is legal, and a simulator in the judge says how long it takes."""

import random
from itertools import accumulate
from typing import Annotated, NamedTuple

from probatum import U32, U64, Call, Sut, always, benchmark, few, mapped, objective, sized, sometimes, sut

LAWFUL, TRANSACTIONS, LONGEST = 40, 100, 21
STEPS, KEYS, SKEW, STRAY = 16, 6000, 1.9, 0.06


class Step(NamedTuple):
    "Read or write a key, for one unit of time."

    key: Annotated[U32, few(5)]
    write: bool


def mostly_small(batch: list[list[Step | None]]) -> list[list[Step | None]]:
    "Large batches cost a program that searches much, and show little more than small ones."
    return batch[:LAWFUL] if len(batch) > TRANSACTIONS - 5 else batch[:8]


Transaction = Annotated[list[Step | None], sized(0, LONGEST)]
Workload = Annotated[list[Transaction], sized(0, TRANSACTIONS), mapped(mostly_small)]


class Keys:
    "From when on each key may be read, and written, by the transaction that comes next."

    def __init__(self) -> None:
        self.read: dict[int, int] = {}
        self.write: dict[int, int] = {}

    def end(self, steps: list[Step | None]) -> int:
        "When a transaction ends that comes next."
        start = 0
        for place, step in enumerate(steps):
            if step is not None:
                free = self.write if step.write else self.read
                start = max(start, free.get(step.key, 0) - place)
        return start + len(steps)

    def add(self, steps: list[Step | None]) -> int:
        "Let it come next; when it ends."
        end = self.end(steps)
        for place, step in enumerate(steps, end - len(steps) + 1):
            if step is not None:
                self.write[step.key] = max(place, self.write.get(step.key, 0))
                if step.write:
                    self.read[step.key] = max(place, self.read.get(step.key, 0))
        return end


def makespan(workload: list[list[Step | None]], order: list[int]) -> int:
    "When the last transaction ends."
    keys = Keys()
    return max((keys.add(workload[number]) for number in order), default=0)


def steps_of(words: str) -> list[Step | None]:
    "`r3` reads key 3, `w3` writes it, `*7` passes 7 units of time."
    steps: list[Step | None] = []
    for word in words.split():
        idle = word[0] == "*"
        steps += [None] * int(word[1:] or 1) if idle else [Step(int(word[1:]), word[0] == "w")]
    return steps


def crowded(draw: random.Random) -> list[list[Step | None]]:
    "Sixteen keys each, of which everybody wants the first few, nearly in the same order."
    keys = range(1, KEYS + 1)
    weights = list(accumulate(1 / key**SKEW for key in keys))
    rank = draw.sample(keys, KEYS)
    batch: list[list[Step | None]] = []
    for _ in range(TRANSACTIONS):
        chosen: set[int] = set()
        while len(chosen) < STEPS:
            chosen.update(draw.choices(keys, cum_weights=weights))
        order = sorted(chosen, key=lambda key: rank[key - 1])
        for key in [key for key in order if draw.random() < STRAY]:
            order.remove(key)
            order.insert(draw.randrange(STEPS), key)
        batch.append([Step(key, draw.random() < 0.55) for key in order])
    return batch


def long_and_short(draw: random.Random) -> list[list[Step | None]]:
    "Long ones that read a shared key and change another one of its group, and short ones that change both."
    batch = []
    for number in range(TRANSACTIONS):
        group = draw.randint(1, 4)
        own = 10 * group + draw.randint(1, 10)
        long = f"r{group} r{own} w{own} *18"
        batch.append(steps_of(long if number < TRANSACTIONS // 2 else f"r{group} w{group} r{own} w{own} *"))
    return batch


def far_apart(draw: random.Random) -> list[list[Step | None]]:
    "What is read in the first step is written by others in their last, and the other way round."
    batch = []
    for number in range(TRANSACTIONS):
        low, high = draw.randint(1, 5), draw.randint(6, 10)
        batch.append(steps_of(f"r{low} *7 w{high}" if number < TRANSACTIONS // 2 else f"r{high} *7 w{low}"))
    return batch


def generated(seed: int) -> list[list[list[Step | None]]]:
    "A workload of each kind."
    draw = random.Random(seed)
    return [crowded(draw), long_and_short(draw), far_apart(draw)]


@sut(answers="any")
def schedule(workload: Workload) -> list[U32]:
    keys, order, last = Keys(), [], 0
    left = list(range(len(workload)))
    while left:
        chosen = min(left, key=lambda number: (max(last, keys.end(workload[number])), number))
        last = max(last, keys.add(workload[chosen]))
        left.remove(chosen)
        order.append(chosen)
    return order


@always("TX-1")
def every_transaction_once(s: Sut, workload: Workload) -> None:
    "The answer names every transaction exactly once."
    assert sorted(s.schedule(workload)) == list(range(len(workload)))


@always("TX-1")
def large_batches_too(s: Sut, seed: U64) -> None:
    "The answer to a batch of 40 transactions of all kinds names every one exactly once."
    draw = random.Random(seed)
    batch = draw.sample([steps for kind in generated(seed) for steps in kind], LAWFUL)
    assert sorted(s.schedule(batch)) == list(range(LAWFUL))


def total(s: Sut, workloads: list[list[list[Step | None]]]) -> float:
    "The makespans of the orders answered, together."
    added = 0
    for workload in workloads:
        order = s.schedule(workload)
        assert sorted(order) == list(range(len(workload)))
        added += makespan(workload, order)
    return added


@objective(better="lower", cases=3)
def total_makespan(s: Sut, seed: U64) -> float:
    "When the last of 100 transactions ends: a workload of each of three kinds, made from a hidden seed."
    return total(s, generated(seed))


@benchmark(better="lower", cases=3)
def published_makespan(s: Sut, case: U64) -> float:
    "When the last of 100 transactions ends, on the three workloads that were published."
    return total(s, [[steps_of(words) for words in PUBLISHED[case].split(";")]])


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
def idle_transaction(call: Call) -> bool:
    "Some transaction touches no key, though it takes time."
    return any(steps and not any(steps) for steps in call.args[0])


@sometimes
def equal_transactions(call: Call) -> bool:
    "Two transactions that do something are the same."
    busy = [tuple(steps) for steps in call.args[0] if steps]
    return len(set(busy)) < len(busy)


@sometimes
def full_batch(call: Call) -> bool:
    "There are 40 transactions or more."
    return len(call.args[0]) >= LAWFUL


# The workloads of the transaction scheduling problem of the ADRS benchmarks, as data: repository
# skydiscover-ai/skydiscover, benchmarks/ADRS/txn_scheduling/evaluator/workloads.py, Apache License 2.0;
# here in the notation of `steps_of`.
PUBLISHED = (
    """
    w17 r5 w3 r4 r54 r14 w6 r11 w22 r7 w1 w8 w9 w27 r2 r25; r17 r280 r38 r3 r4 r5 w10 w195 r6 w18 w7 r1 r8 r9 r2
    w21; r5 r3 w4 w14 r10 w38 w6 r11 r7 r1 w30 r8 r9 r12 w2 r15; w17 w4 r3 r5 r14 w6 w80 r11 r16 r1 w19 r9 w12 w2
    w73 w15; w45 w4 r3 w5 w6 w201 w781 w20 w253 r1 r65 r30 w8 w23 r12 w2; w45 r5 w3 r4 w14 r199 r6 w11 r16 w7 w1 w8
    r12 r2 r21 w15; r5 w3 w10 w2 w6 w11 w16 r53 w22 w7 w1 r8 r12 r4 w13 r32; w17 r21 w4 r3 w5 w10 w101 w6 w16 r50 r1
    w8 r13 w2 w28 r15; w4 w3 r5 w14 w10 w19 w6 r11 r18 w67 r7 r1 r8 r13 r2 w27; w17 r5 r3 r4 r6 w47 w11 w7 w20 w1
    w50 w9 w13 w2 w248 r15; w35 r5 r3 w4 w6 w11 w16 w542 w7 r1 w36 w8 r13 w2 w69 r15; w9 w17 r4 w3 w14 w10 w6 r131
    r16 r7 w942 w1 w50 w8 r23 r2; r29 r21 w4 w5 r3 w10 w19 r6 w7 r20 r1 r8 w9 w12 r2 w13; r35 r5 w3 w4 r10 r143 w6
    w18 w7 w1 w8 w9 r12 w2 r25 r254; r17 r4 r3 w55 r5 r10 w6 r11 w16 r7 w60 w1 r9 w13 r2 r32; r4 r3 w183 w26 w6 w47
    w11 r486 w7 r1 w8 w9 w13 w2 w12 r15; r17 w4 w3 r5 r76 w10 r6 w11 w22 w7 w1 w8 r49 w27 w2 r21; r41 w34 w4 r3 r5
    w14 r10 w48 w6 w7 w1 w23 w12 r2 r27 r25; w17 w4 w3 w5 w14 w10 r1173 w6 w23 w28 w7 w1 w19 r9 w2 r206; w4 w3 r5
    r352 r6 r11 r23 w22 w7 w1 r8 r9 w41 r2 w12 r171; r21 r4 r3 r26 w10 r6 r11 r22 w7 w60 r1 r9 r2 r102 r32 r15; r17
    w4 w3 w5 r14 r12 w11 r7 r1 r74 r36 w19 w9 w13 w2 w21; w63 r4 w3 r5 w38 r10 r6 w11 w16 w7 r1 r8 w13 r2 w21 w15;
    w5 w4 w3 w10 r94 w11 w18 r39 r7 r61 r1 r9 r13 r2 w21 r15; w4 w3 r5 r10 w6 w11 r16 w53 r7 r50 w1 r61 r8 w12 w2
    w13; r21 w4 w3 w14 w6 w16 r33 w7 w1 r30 w19 w9 w12 r2 w28 r8; r4 w3 w5 w10 w6 w11 r16 w1289 r331 w71 w7 r1 w8 w9
    w13 w2; r34 r4 r3 w5 w14 w76 w10 r6 r11 r53 w7 r1 r13 w2 w25 w15; r29 r4 w3 w5 w10 r6 w11 r16 w61 r20 r1 r8 w9
    r13 r2 r27; r2041 w5 r3 r4 r5270 r10 r14 w6 r11 w87 r1 r8 w9 w12 r2 w13; w45 r5 r4 w3 r51 w10 w6 r16 r7 r1 r30
    w8 r9 w12 w2 w28; r34 w4 w232 r3 w14 w5 w54 w6 r25 w7 r20 r1 r49 w13 w2 r32; r5 r3 w14 r10 w58 w109 r2 r11 w204
    r7 w1 r30 r37 r8 w4 r565; w17 w5 w4 r3 r26 w10 w6 w24 w438 w7 w1 r8 r9 r2 w25 w15; w72 w4 r3 w5 w52 w10 w96
    w1072 r6 r14 w31 r1 w8 r23 r12 r2; r34 w4 w3 r5 w14 w10 r6 w11 r7 r1 w42 r8 w128 r2 r69 w15; r17 w4 w3 w76 r5
    r10 r32 r14 r164 r11 w7 r1 w23 w12 w2 r25; w45 r17 w4 r3 w5 r89 r14 w6 r11 w16 w7 w1 w43 w8 w9 r2; r126 r17 r4
    r3 r14 r195 w6 w82 r7 w1 r1529 w8 w9 w13 w2 w15; w623 r4 w3 w5 w10 r6 w11 r7 r31 w1 w36 r8 w12 r2 r69 w15; r5 r4
    r3 w6 r197 r16 r18 w25 w7 w65 r1 r8 w23 w2 r32 r15; w5 w3 r4 r14 w10 w19 r6 w23 w7 w31 r1 w8 r9 r12 w2 w21; r21
    r72 r5 r3 w4 w6 r47 w142 r50 w1 r8 w9 w41 r2 w13 r25; r17 w4 r3 r5 w10 w108 r6 r11 w22 w7 w1 w8 w9 w12 r2 w28;
    w34 w4 w3 r5 r54 r10 r23 w16 w7 r1 w36 w177 r8 r9 w42 w2; w5 w3 w4 w38 r10 w16 r49 r20 w7 w1 r66 r36 w8 r9 w2
    r21; w112 w17 w4 r3 w5 r38 r10 r6 r7 w1 w77 w8 w9 r13 w2 r21; w265 r534 w4 r3 w5 w10 r6 r11 w16 r1 w8 w9 w13 r2
    r12 w15; r4 r5 r3 r26 w6 w11 w7 r20 r1 w156 w8 w9 r12 r2 r25 w15; w17 w5 w3 w4 w134 w10 r6 r22 w7 w1 r37 w8 r27
    w2 w32 w15; w29 w35 r5 w3 w14 w10 w6 r2 w18 r33 w7 r20 w1 w13 w4 w12; r5 w3 w4 w81 r6 w11 w16 w7 w20 w1 r8 r19
    w9 w2 w21 r15; r17 w4 w3 w5 w100 r26 r6 r22 w44 w33 w7 w1 w66 w8 w9 r2; r72 r5 w3 w4 w14 w19 w6 r39 r28 w7 w1 r8
    w41 w2 r12 w15; w4 r3 w76 r5 w12 w6 r11 w7 w1 w30 r8 w9 w13 w2 r21 w203; w4 w3 w5 w14 r10 r6 w7 w31 w1 w8 r9 r13
    r2 r819 r56 w15; w35 w4 w3 r5 w6 w143 r18 r22 r59 r7 w67 w1 w57 r9 w2 r8; r4 w3 r5 r10 r19 r11 w46 w20 w7 r1
    r117 r36 w8 w9 r13 r2; w17 r48 r4 w3 r5 w139 r10 r410 r6 w11 w16 w1 w8 w2 r28 r103; w5 w3 r4 w38 r56 w14 r18 w39
    r7 w50 w1 r8 r13 r2 w148 w1520; r17 r5 w3 r4 w14 w81 w375 w6 r11 r18 r1 w8 w9 r12 w2 w13; w17 w34 w4 w3 r5 r14
    r10 r19 w6 r11 w18 w16 w1 w8 r2 r15; r17 r4 w3 r5 r83 r10 r19 w6 w11 w1 w30 w8 w13 w2 w28 w25; w5 w3 w4 r14 r10
    w278 r6 r16 r7 r1 r81 w9 w12 w2 w13 r8; w35 w21 w5 w3 r4 w34 w18 r7 r31 w1 r8 r9 r12 w2 w13 r15; w4 w3 w13 w14
    r10 r6 r23 w18 r7 w1 r30 r8 w9 r27 r2 w12; r15 w4 w3 r5 w38 w48 r10 w6 r20 w1 w66 r24 w9 w13 r2 w8; r5 r3 r6 w2
    w11 w18 r46 r7 r1 r30 w3031 r24 w9 w12 w4 w28; r84 w4 r3 w52 w145 r6 w47 w46 r7 r65 r1 w376 w24 w13 w2 r15; w4
    w3 r5 w10 r6 w11 w18 w39 w16 r20 w7 w1 r77 w8 w9 r2; r4 w3 r5 r26 w79 r6 w11 w53 w16 r7 w211 r1 w24 w9 r13 w2;
    w17 w4 w3 w5 w14 w10 r6 r11 w7 r20 r1 w19 r9 w12 r2 w8; r4 r3 w5 r52 w10 w48 r14 r6 w23 w11 w7 w1 w8 w9 r13 r2;
    w34 r4 w3 w5 w14 r10 w39 r33 r7 w156 r1 w8 r9 w13 w2 w119; w29 w84 r5 r3 r4 r10 w6 w11 w33 w7 r1 r42 r23 w55 r2
    r25; w98 w4 w3 w5 r10 r278 w6 r68 r18 r33 w7 r1 w9 w12 r2 w25; r17 r5 w3 r4 r26 w6 r11 w71 w7 w50 w1 r8 r9 w13
    w2 r15; r5 w3 r48 w14 w6 w2 w23 r28 w7 w31 w1 w36 w9 w4 r21 w25; w343 r72 w17 w5 r3 w4 r189 r51 w11 w33 r7 r1 w8
    r9 r2 r28; r112 r34 w4 w3 w5 w10 r6 r25 r7 w1 w8 w9 w13 w2 r21 r32; r4 r3 r5 w10 r6 w11 r18 w33 w7 r31 w1 w8 w9
    r13 r2 w12; r4 r3 r5 r147 w6 w23 r18 r16 w24 w7 w1 w66 r8 w9 w12 w2; w35 w34 w48 w3 w17 w14 r5 w10 w109 w6 r4
    r16 w1 r9 r12 w2; w4 r3 w5 w10 w224 w6 r11 w18 w16 w85 r7 w1 w8 r9 w12 r2; w21 w5 r3 w83 w4 w10 w16 r7 r1 w8 w19
    w9 r13 w2 r12 r15; r4 w3 w209 r5 w10 w11 w24 w18 r16 r891 r7 w67 w1 w8 w2 w21; r41 w4 r3 w5 w6 r70 w273 w7 r1
    w77 r8 r13 r2 r21 w25 w15; w29 r35 r34 w4 r3 w10 r128 w6 w18 w7 w31 w1 w9 r12 r2 w32; r435 r34 r5 r3 r4 r14 r10
    w6 w49 r7 w1 w8 r23 w27 w2 w13; r45 w126 w5 r3 w4 w6 r16 w39 w7 r31 w1 w8 r9 r12 r2 w25; r4 w5 w3 r26 r10 w51 w6
    w23 w33 r1 w42 r9 w41 r2 r25 r40; w149 w17 w5 w4 r3 w14 r6 r11 w18 w7 r78 w1 w9 r12 w2 r15; r34 r5 r3 r4 r26 w10
    r6 w11 r18 w7 r1 w37 w9 r12 r2 r25; r4 r3 w5 w121 w233 r10 r11 r16 r7 r1 w547 w8 w9 r13 r2 w12; w5 w4 r3 w14
    r109 r68 w6 w644 r22 w7 w1 w8 r9 w2 w28 w15; w302 r4 r3 r5 w51 w10 r6 w49 r7 w20 w1 r37 w8 w9 w12 w2; w5 w3 r58
    w6 r2 r18 r22 w313 w20 r7 w1 w24 w9 w4 w28 r8; w15 r5 r3 r4 w10 r47 r6 w11 w18 w7 r1 w19 w9 w2 w480 r8; r17 r4
    r3 r5 r26 r14 w6 r639 w22 r7 r1 r77 r8 w9 r2 r15; w4 w3 w5 w26 w14 r10 w241 w6 w53 r24 w1 r19 w9 r13 r2 w8
    """,
    """
    r3 r40 w40 *18; r1 r13 w13 *18; r3 r32 w32 *18; r2 r29 w29 *18; r4 r44 w44 *18; r2 r23 w23 *18; r1 r13 w13 *18;
    r3 r34 w34 *18; r3 r34 w34 *18; r2 r25 w25 *18; r3 r35 w35 *18; r4 r43 w43 *18; r2 r21 w21 *18; r2 r30 w30 *18;
    r2 r29 w29 *18; r2 r27 w27 *18; r3 r39 w39 *18; r3 r34 w34 *18; r1 r19 w19 *18; r4 r48 w48 *18; r4 r50 w50 *18;
    r4 r41 w41 *18; r2 r29 w29 *18; r1 r17 w17 *18; r1 r19 w19 *18; r2 r23 w23 *18; r4 r47 w47 *18; r4 r42 w42 *18;
    r4 r50 w50 *18; r4 r41 w41 *18; r3 r32 w32 *18; r2 r24 w24 *18; r1 r12 w12 *18; r4 r42 w42 *18; r2 r23 w23 *18;
    r3 r32 w32 *18; r3 r40 w40 *18; r4 r50 w50 *18; r3 r32 w32 *18; r2 r26 w26 *18; r4 r41 w41 *18; r1 r17 w17 *18;
    r1 r11 w11 *18; r1 r20 w20 *18; r3 r34 w34 *18; r3 r31 w31 *18; r3 r39 w39 *18; r3 r31 w31 *18; r2 r30 w30 *18;
    r1 r13 w13 *18; r1 w1 r15 w15 *; r1 w1 r13 w13 *; r3 w3 r31 w31 *; r1 w1 r20 w20 *; r4 w4 r41 w41 *; r3 w3 r35
    w35 *; r1 w1 r12 w12 *; r2 w2 r24 w24 *; r2 w2 r22 w22 *; r2 w2 r30 w30 *; r2 w2 r22 w22 *; r4 w4 r46 w46 *; r4
    w4 r50 w50 *; r2 w2 r23 w23 *; r2 w2 r29 w29 *; r3 w3 r32 w32 *; r3 w3 r32 w32 *; r4 w4 r45 w45 *; r1 w1 r13 w13
    *; r2 w2 r23 w23 *; r4 w4 r48 w48 *; r1 w1 r15 w15 *; r1 w1 r17 w17 *; r2 w2 r23 w23 *; r4 w4 r43 w43 *; r4 w4
    r48 w48 *; r3 w3 r37 w37 *; r4 w4 r48 w48 *; r3 w3 r32 w32 *; r4 w4 r44 w44 *; r2 w2 r30 w30 *; r1 w1 r19 w19 *;
    r2 w2 r22 w22 *; r4 w4 r41 w41 *; r3 w3 r33 w33 *; r3 w3 r34 w34 *; r1 w1 r18 w18 *; r3 w3 r39 w39 *; r3 w3 r38
    w38 *; r2 w2 r24 w24 *; r4 w4 r46 w46 *; r4 w4 r49 w49 *; r4 w4 r43 w43 *; r4 w4 r47 w47 *; r2 w2 r28 w28 *; r4
    w4 r41 w41 *; r3 w3 r39 w39 *; r1 w1 r15 w15 *; r1 w1 r11 w11 *; r3 w3 r39 w39 *
    """,
    """
    r4 *7 w6; r3 *7 w7; r5 *7 w9; r2 *7 w8; r3 *7 w7; r1 *7 w8; r1 *7 w9; r2 *7 w7; r5 *7 w9; r1 *7 w7; r3 *7 w7; r2
    *7 w9; r1 *7 w6; r5 *7 w6; r4 *7 w10; r5 *7 w10; r5 *7 w10; r2 *7 w6; r1 *7 w7; r4 *7 w6; r2 *7 w8; r4 *7 w10;
    r4 *7 w7; r4 *7 w7; r5 *7 w6; r5 *7 w10; r5 *7 w8; r2 *7 w9; r5 *7 w8; r1 *7 w8; r4 *7 w7; r3 *7 w10; r3 *7 w6;
    r1 *7 w6; r4 *7 w7; r5 *7 w7; r3 *7 w7; r1 *7 w8; r3 *7 w6; r2 *7 w6; r1 *7 w8; r1 *7 w10; r5 *7 w6; r2 *7 w6;
    r3 *7 w6; r2 *7 w6; r5 *7 w6; r1 *7 w9; r2 *7 w8; r1 *7 w10; r6 *7 w1; r9 *7 w2; r6 *7 w4; r6 *7 w1; r7 *7 w5;
    r8 *7 w1; r9 *7 w3; r8 *7 w5; r8 *7 w3; r10 *7 w1; r8 *7 w1; r6 *7 w2; r10 *7 w2; r9 *7 w3; r9 *7 w3; r8 *7 w2;
    r6 *7 w4; r8 *7 w2; r9 *7 w3; r9 *7 w2; r6 *7 w5; r9 *7 w1; r10 *7 w2; r9 *7 w1; r6 *7 w1; r7 *7 w5; r7 *7 w5;
    r7 *7 w2; r10 *7 w5; r9 *7 w3; r10 *7 w3; r10 *7 w2; r7 *7 w5; r9 *7 w4; r8 *7 w3; r9 *7 w3; r10 *7 w2; r8 *7
    w2; r10 *7 w2; r8 *7 w5; r10 *7 w1; r7 *7 w1; r6 *7 w2; r10 *7 w5; r10 *7 w4; r9 *7 w2; r7 *7 w2; r8 *7 w3; r9
    *7 w2; r7 *7 w2
    """,
)
