from array import array

CHUNK = 64


class BoundedLog:
    """Chunks of 64 machine words, made when needed and dropped on clear."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._chunks: list[array[int]] = []
        self._count = 0

    def append(self, value: int) -> bool:
        if self._count >= self._capacity:
            return False
        if self._count % CHUNK == 0:
            self._chunks.append(array("Q"))
        self._chunks[-1].append(value)
        self._count += 1
        return True

    def get(self, index: int) -> int | None:
        if index >= self._count:
            return None
        return self._chunks[index // CHUNK][index % CHUNK]

    def len(self) -> int:
        return self._count

    def clear(self) -> None:
        self._chunks.clear()
        self._count = 0
