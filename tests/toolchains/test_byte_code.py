"""What hosts import is compiled beforehand: they may not write byte code themselves."""

from __future__ import annotations

import os
from importlib.util import cache_from_source
from pathlib import Path

from probatum.toolchains.python.hosts import compile_changed


def test_byte_code_is_written_where_there_is_none_and_where_the_source_is_newer(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text("x = 1\n")
    compile_changed([source])
    code = Path(cache_from_source(str(source)))
    first = code.read_bytes()
    source.write_text("x = 22\n")
    later = code.stat().st_mtime + 10
    os.utime(source, (later, later))
    compile_changed([source])
    assert code.read_bytes() != first


def test_byte_code_as_new_as_its_source_is_left_alone(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text("x = 1\n")
    compile_changed([source])
    code = Path(cache_from_source(str(source)))
    code.write_bytes(b"left alone")
    compile_changed([source])
    assert code.read_bytes() == b"left alone"


def test_a_source_that_does_not_compile_or_is_gone_stops_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("x = [\n")
    compile_changed([broken, tmp_path / "gone.py"])
    assert not Path(cache_from_source(str(broken))).exists()
