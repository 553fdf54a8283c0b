"""A cell whose writes can be undone."""

from probatum import U8, Call, Sut, always, sometimes, sut


@sut(answers="any")
class Cell:
    def __init__(self) -> None:
        self.values = [0]

    def write(self, value: U8) -> None:
        self.values.append(value)

    def undo(self) -> bool:
        if len(self.values) == 1:
            return False
        self.values.pop()
        return True

    def read(self) -> U8:
        return self.values[-1]


@always("UD-1")
def reads_the_last_write(s: Cell, value: U8) -> None:
    "The last write is read."
    s.write(value)
    assert s.read() == value


@always("UD-2")
def undo_restores(s: Cell, values: list[U8]) -> None:
    "As many undos as writes restore what was there, step by step."
    seen = [s.read()]
    for value in values:
        s.write(value)
        seen.append(value)
    while len(seen) > 1:
        seen.pop()
        assert s.undo()
        assert s.read() == seen[-1]


@always("UD-3")
def a_new_cell_has_nothing_to_undo(s: Sut) -> None:
    "A new cell reads 0 and has nothing to undo."
    cell = s.Cell()
    assert cell.read() == 0
    assert not cell.undo()
    assert cell.read() == 0


@always("UD-3")
def no_more_undos_than_writes(s: Sut, values: list[U8]) -> None:
    "After as many undos as writes there is nothing to undo."
    cell = s.Cell()
    for value in values:
        cell.write(value)
    assert [cell.undo() for _ in [*values, 0]] == [*[True for _ in values], False]
    assert cell.read() == 0


@always("UD-4")
def reading_changes_nothing(s: Cell) -> None:
    "Reading twice reads the same."
    assert s.read() == s.read()


@sometimes
def undone(call: Call) -> bool:
    "A write is undone."
    return call.result is True
