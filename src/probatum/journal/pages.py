"""The part of the SQLite file format that salvage needs: table leaf pages, overflow chains, the committed log.

https://www.sqlite.org/fileformat2.html; nothing read here is trusted, so a page that makes no sense is skipped.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Value = None | int | float | str | bytes

_LEAF = 0x0D
_SIZES = tuple(1 << power for power in range(9, 17))
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_LOG_HEADER, _FRAME_HEADER = 32, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of some table: its rowid and column values, undecoded beyond SQLite's own types."""

    rowid: int
    values: tuple[Value, ...]


def records(path: Path) -> Iterator[Record]:
    """Every row on every readable table leaf page of a database and its log; in no useful order, stale ones too."""
    data, log = path.read_bytes(), _bytes_of(Path(f"{path}-wal"))
    size = _page_size(data, log)
    pages = {n + 1: data[n * size : (n + 1) * size] for n in range(-(-len(data) // size))}
    logged = _committed_pages(log, size)
    newest = {**pages, **dict(logged)}
    older = [page for number, page in [*pages.items(), *logged] if newest[number] is not page]
    for page in [*newest.values(), *older]:
        yield from _rows_on(page.ljust(size, b"\0"), newest)


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _page_size(data: bytes, log: bytes) -> int:
    stated = int.from_bytes(data[16:18], "big")
    stated = 65536 if stated == 1 else stated
    if data[:16] == b"SQLite format 3\0" and stated in _SIZES:
        return stated
    logged = int.from_bytes(log[8:12], "big")
    return logged if logged in _SIZES else 4096  # page 1 is gone: the size SQLite has used by default since 2016


def _committed_pages(log: bytes, size: int) -> list[tuple[int, bytes]]:
    """Page numbers and contents of all frames up to the last commit.

    Frames left from an earlier use of the log carry other salts.
    """
    found: list[tuple[int, bytes]] = []
    committed = 0
    salts, step = log[16:24], _FRAME_HEADER + size
    for start in range(_LOG_HEADER, len(log) - step + 1, step):
        number, pages_after_commit = struct.unpack_from(">II", log, start)
        if log[start + 8 : start + 16] != salts:
            break
        found.append((number, log[start + _FRAME_HEADER : start + step]))
        committed = len(found) if pages_after_commit else committed
    return found[:committed]


def _rows_on(page: bytes, pages: Mapping[int, bytes]) -> Iterator[Record]:
    if page[0] != _LEAF:  # page 1 begins otherwise: it holds the names of the tables, and no row of ours
        return
    (count,) = struct.unpack_from(">H", page, 3)
    for index in range(min(count, (len(page) - 8) // 2)):
        (offset,) = struct.unpack_from(">H", page, 8 + 2 * index)
        try:
            yield _row_at(page, offset, pages)
        except (IndexError, ValueError, KeyError, struct.error):
            continue  # this cell is damaged; the ones beside it may not be


def _row_at(page: bytes, offset: int, pages: Mapping[int, bytes]) -> Record:
    length, offset = _varint(page, offset)
    rowid, offset = _varint(page, offset)
    usable = len(page)
    local = _local_bytes(length, usable)
    payload = page[offset : offset + local]
    if local < length:
        (following,) = struct.unpack_from(">I", page, offset + local)
        payload += _overflow(following, length - local, usable, pages)
    if len(payload) != length:
        raise ValueError("the row runs past its pages")
    return Record(rowid=rowid, values=tuple(_values(payload)))


def _local_bytes(length: int, usable: int) -> int:
    most = usable - 35
    if length <= most:
        return length
    least = (usable - 12) * 32 // 255 - 23
    wanted = least + (length - least) % (usable - 4)
    return wanted if wanted <= most else least


def _overflow(number: int, length: int, usable: int, pages: Mapping[int, bytes]) -> bytes:
    parts: list[bytes] = []
    while length > 0:
        page = pages[number]
        parts.append(page[4 : 4 + min(length, usable - 4)])
        if not parts[-1]:
            raise ValueError("an overflow page is cut off")
        length -= len(parts[-1])
        (number,) = struct.unpack_from(">I", page)
    return b"".join(parts)


def _values(payload: bytes) -> Iterator[Value]:
    header, at = _varint(payload, 0)
    offset = header
    while at < header:
        code, at = _varint(payload, at)
        size = _INTEGER_BYTES.get(code, 8 if code == 7 else (code - 12) // 2 if code >= 12 else 0)
        yield _value(code, payload[offset : offset + size])
        offset += size


def _value(code: int, data: bytes) -> Value:
    if code in _INTEGER_BYTES:
        return int.from_bytes(data, "big", signed=True)
    if code == 7:
        return float(struct.unpack(">d", data)[0])
    if code in (8, 9):
        return code - 8
    if code < 12:
        return None
    return data.decode() if code % 2 else data


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = data[offset + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, offset + index + 1
    return value << 8 | data[offset + 8], offset + 9
