"""Is a list of voters a Byzantine quorum of n nodes?"""

from typing import Annotated

from probatum import U32, Call, Sut, always, assume, between, few, mapped, sized, sometimes, sut

SMALL = 12
LONGEST = 4202


def small_unless_first_is_large(voters: list[int]) -> list[int]:
    """Make most lists legal for small n, and interesting.

    Of even length, the ids become 0, 1, 2, ... without a gap, so that n is often near the number of voters; of odd
    length, they become smaller than SMALL. A list that starts with a large id stays as drawn.
    """
    if voters and voters[0] >= 2**16:
        return voters
    small = [voter % SMALL for voter in voters]
    ranks = {voter: rank for rank, voter in enumerate(sorted(set(small)))}
    return [ranks[voter] for voter in small] if len(small) % 2 == 0 else small


Voters = Annotated[list[Annotated[U32, few(SMALL)]], sized(0, LONGEST), mapped(small_unless_first_is_large)]
Nodes = Annotated[U32, few(SMALL + 2)]
Leaver = Annotated[U32, few(5)]
Sharp = Annotated[U32, between(1, 6_301)]


def threshold(n: int) -> int:
    return 2 * n // 3 + 1


@sut(requirements=["QC-1", "QC-2"])
def is_quorum(voters: Voters, n: Nodes) -> bool:
    assume(n > 0 and all(voter < n for voter in voters))
    return len(set(voters)) >= threshold(n)


@always("QC-1")
def threshold_is_sharp(s: Sut, n: Sharp, highest_ids: bool, leaver: Leaver) -> None:
    "floor(2n/3)+1 different voters are a quorum, and with any one of them left out they are not."
    first = n - threshold(n) if highest_ids else 0
    voters = list(range(first, first + threshold(n)))
    enough = s.is_quorum(voters, n)
    at = leaver % len(voters)
    too_few = s.is_quorum(voters[:at] + voters[at + 1 :], n)
    assert enough and not too_few


@always("QC-1")
def few_of_many_are_no_quorum(s: Sut, voters: Voters, offset: Annotated[U32, between(0, 23)], highest: bool) -> None:
    "A handful of voters is no quorum of two or four thousand million nodes (where 2n no longer fits in 32 bits)."
    n = 2**32 - 1 - offset if highest else 2**31 - 3 + offset
    assert not s.is_quorum([voter % n for voter in voters], n)


@always("QC-2")
def repetition_changes_nothing(s: Sut, voters: Voters, n: Nodes) -> None:
    "A voter counts once, however often and wherever the id is repeated."
    voters = voters[: LONGEST // 2]
    once = s.is_quorum(voters, n)
    appended = s.is_quorum(voters + voters, n)
    beside = s.is_quorum([voter for voter in voters for _ in range(2)], n)
    assert appended == beside == once


@always("QC-2")
def order_changes_nothing(s: Sut, voters: Voters, n: Nodes) -> None:
    "The order of the voters does not matter."
    drawn, backwards, ascending = (s.is_quorum(order, n) for order in (voters, voters[::-1], sorted(voters)))
    assert drawn == backwards == ascending


@always("QC-3")
def another_voter_never_breaks_a_quorum(s: Sut, voters: Voters, n: Nodes, voter: Annotated[U32, few(SMALL)]) -> None:
    "A quorum stays a quorum when one more node votes."
    assume(n > 0)
    voters = voters[: LONGEST - 1]
    before = s.is_quorum(voters, n)
    after = s.is_quorum([*voters, voter % n], n)
    assert after or not before


@sometimes
def quorum(call: Call) -> bool:
    "There is a quorum."
    return call.result is True


@sometimes
def no_quorum(call: Call) -> bool:
    "There are voters and they are no quorum."
    return call.result is False and bool(call.args[0])


@sometimes
def nobody_voted(call: Call) -> bool:
    "The list is empty."
    return not call.args[0]


@sometimes
def everybody_voted(call: Call) -> bool:
    "All of several nodes voted."
    voters, n = call.args
    return bool(n > 1 and len(set(voters)) == n)


@sometimes
def one_node(call: Call) -> bool:
    "There is one node only."
    return bool(call.args[1] == 1)


def distance(call: Call, remainder: int) -> int | None:
    "Distinct voters minus threshold where n leaves that remainder modulo 3, else None."
    voters, n = call.args
    return len(set(voters)) - threshold(n) if n % 3 == remainder and n > 2 else None


@sometimes
def exactly_enough_0(call: Call) -> bool:
    "Exactly the threshold, n divisible by 3."
    return distance(call, 0) == 0


@sometimes
def exactly_enough_1(call: Call) -> bool:
    "Exactly the threshold, n = 1 modulo 3."
    return distance(call, 1) == 0


@sometimes
def exactly_enough_2(call: Call) -> bool:
    "Exactly the threshold, n = 2 modulo 3."
    return distance(call, 2) == 0


@sometimes
def one_too_few_0(call: Call) -> bool:
    "One voter below the threshold, n divisible by 3."
    return distance(call, 0) == -1


@sometimes
def one_too_few_1(call: Call) -> bool:
    "One voter below the threshold, n = 1 modulo 3."
    return distance(call, 1) == -1


@sometimes
def one_too_few_2(call: Call) -> bool:
    "One voter below the threshold, n = 2 modulo 3."
    return distance(call, 2) == -1


@sometimes
def repeated_id(call: Call) -> bool:
    "Some id occurs twice, not side by side."
    voters, _ = call.args
    return any(voter in voters[i + 2 :] and voters[i + 1] != voter for i, voter in enumerate(voters))


@sometimes
def repetition_would_decide(call: Call) -> bool:
    "There would be a quorum if repeated ids counted."
    voters, n = call.args
    return len(voters) >= threshold(n) > len(set(voters))


@sometimes
def id_zero_decides(call: Call) -> bool:
    "Node 0 is the voter that makes the quorum."
    voters, n = call.args
    return 0 in voters and len(set(voters)) == threshold(n)


@sometimes
def many_nodes(call: Call) -> bool:
    "2n does not fit in 32 bits, and somebody voted."
    voters, n = call.args
    return bool(voters) and n >= 2**31
