from dataclasses import dataclass, field

@dataclass(slots=True)
class KvStore:
    cells: dict[int, int] = field(default_factory=dict)

    def put(self, key: int, value: int) -> None:
        self.cells[key] = value
    def get(self, key: int) -> int | None:
        return self.cells.get(key)
    def delete(self, key: int) -> bool:
        return self.cells.pop(key, None) is not None
    def len(self) -> int:
        return len(self.cells)
    def keys_sorted(self) -> list[int]:
        return sorted(self.cells)
