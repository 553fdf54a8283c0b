"""An account that is never overdrawn."""

from typing import Annotated

from probatum import U32, U64, Call, Sut, always, assume, between, few, raises, sometimes, sut

Amount = Annotated[U32, between(1, 1000), few(5)]


@sut(answers="any")
class Account:
    def __init__(self) -> None:
        self.held = 0

    def deposit(self, amount: Amount) -> None:
        self.held += amount

    @raises(ValueError)
    def withdraw(self, amount: Amount) -> U64:
        if amount > self.held:
            raise ValueError("too little")
        self.held -= amount
        return self.held

    def balance(self) -> U64:
        return self.held


@always("AC-1")
def deposits_add_up(s: Account, amount: Amount) -> None:
    "A deposit raises the balance by its amount."
    before = s.balance()
    s.deposit(amount)
    assert s.balance() == before + amount


@always("AC-1")
def deposits_in_a_row(s: Account, first: Amount, second: Amount) -> None:
    "Two deposits in a row raise the balance by both."
    before = s.balance()
    s.deposit(first)
    s.deposit(second)
    assert s.balance() == before + first + second


@always("AC-2")
def withdrawals_are_taken_off(s: Account, amount: Amount) -> None:
    "A withdrawal lowers the balance by its amount."
    before = s.balance()
    assume(amount <= before)
    s.withdraw(amount)
    assert s.balance() == before - amount


@always("AC-3")
def the_rest_is_answered(s: Account, amount: Amount) -> None:
    "A withdrawal answers what is left."
    before = s.balance()
    assume(amount <= before)
    assert s.withdraw(amount) == before - amount


@always("AC-4")
def never_overdrawn(s: Account, more: Amount) -> None:
    "A withdrawal above the balance is refused and changes nothing."
    before = s.balance()
    assume(before + more <= 1000)
    try:
        s.withdraw(before + more)
    except ValueError:
        assert s.balance() == before
        return
    raise AssertionError("it was paid out")


@always("AC-4")
def all_can_be_withdrawn(s: Sut, amount: Amount) -> None:
    "What was put in can be taken out, to the last coin."
    a = s.Account()
    a.deposit(amount)
    assert a.withdraw(amount) == 0


@always("AC-5")
def opened_empty(s: Sut) -> None:
    "A new account is empty."
    assert s.Account().balance() == 0


@sometimes
def refused(call: Call) -> bool:
    "A withdrawal is refused."
    return call.error == "ValueError"
