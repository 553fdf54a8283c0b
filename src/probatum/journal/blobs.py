"""Blobs: bytes named by their SHA-256, compressed when that pays, and never believed without hashing them again."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

from probatum.errors import JournalError

_WORTH_TRYING = 256  # bytes; below this the zlib header and the call cost more than they save
_FAST = 1  # zlib level: source text and transcripts shrink three- to tenfold already, at a fraction of the time


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A blob as it is stored: `size` is the number of bytes before packing."""

    digest: str
    codec: str
    size: int
    data: bytes


def digest_of(content: bytes) -> str:
    """The name of a blob: SHA-256 of its content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def pack(content: bytes, digest: str) -> Packed:
    """`content` in its smaller form; compression must save an eighth to be worth undoing at every read."""
    if len(content) >= _WORTH_TRYING:
        small = zlib.compress(content, _FAST)
        if len(small) <= len(content) - len(content) // 8:
            return Packed(digest=digest, codec="zlib", size=len(content), data=small)
    return Packed(digest=digest, codec="raw", size=len(content), data=content)


def unpack(packed: Packed) -> bytes:
    """The content of a stored blob. Raises JournalError naming the digest when it is not what was put."""
    content = _expand(packed)
    if digest_of(content) != packed.digest:
        raise _damaged(packed, f"its content now hashes to {digest_of(content)}")
    return content


def _expand(packed: Packed) -> bytes:
    if packed.codec == "raw":
        return packed.data
    if packed.codec != "zlib":
        raise _damaged(packed, f"it is marked as packed with {packed.codec!r}, which is unknown")
    inflater = zlib.decompressobj()
    try:
        # A damaged stream must not be able to ask for more memory than the blob ever had.
        return inflater.decompress(packed.data, packed.size + 1)
    except zlib.error as error:
        raise _damaged(packed, f"it does not decompress ({error})") from error


def _damaged(packed: Packed, what: str) -> JournalError:
    return JournalError(
        f"blob {packed.digest} is damaged: {what}",
        fix="Restore journal.sqlite from a copy; events that do not refer to this blob are not affected",
    )
