from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Block:
    values: tuple[int, ...] = ()
    older: Block | None = None

    def __iter__(self) -> Iterator[Block]:
        block: Block | None = self
        while block is not None:
            yield block
            block = block.older


@dataclass
class BoundedLog:
    """Blocks linked from newest to oldest; a block is replaced, never changed."""

    capacity: int
    newest: Block = field(default_factory=Block)
    count: int = 0

    def append(self, value: int) -> bool:
        if self.count >= self.capacity:
            return False
        if len(self.newest.values) < 32:
            self.newest = Block((*self.newest.values, value), self.newest.older)
        else:
            self.newest = Block((value,), self.newest)
        self.count += 1
        return True

    def get(self, index: int) -> int | None:
        if index >= self.count:
            return None
        beyond = self.count
        for block in self.newest:
            beyond -= len(block.values)
            if index >= beyond:
                return block.values[index - beyond]
        raise AssertionError("the blocks hold fewer values than were counted")

    def len(self) -> int:
        return self.count

    def clear(self) -> None:
        self.newest, self.count = Block(), 0
