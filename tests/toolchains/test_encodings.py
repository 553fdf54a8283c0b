"""A file that declares an encoding is the text that was judged, for whoever imports it later."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from probatum.toolchains.python import boundary

READS_ALIKE = (
    "utf-8",
    "UTF8",
    "utf_8",
    "utf-8-unix",
    "ascii",
    "us-ascii",
    "latin-1",
    "iso-8859-15",
    "cp1252",
    "koi8-r",
)
READS_OTHERWISE = ("utf-7", "unicode_escape", "raw_unicode_escape", "rot13", "utf-16", "hz", "punycode", "no-such")
HIDDEN = {"utf-7": "+AAo-HIDDEN = 1", "unicode_escape": "\\u000aHIDDEN = 1", "raw_unicode_escape": "\\u000aHIDDEN = 1"}


def listed(source: str) -> list[list[object]]:
    return list(json.loads(boundary.inspect(source, []))["listed"])


@pytest.mark.parametrize("name", READS_ALIKE)
def test_an_encoding_that_changes_nothing_is_no_listed_construct(name: str) -> None:
    assert listed(f"# -*- coding: {name} -*-\nX = 1\n") == []
    assert listed(f"#!/usr/bin/python3\n# vim: set fileencoding={name} :\nX = 1\n") == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", READS_OTHERWISE)
def test_any_other_encoding_is_one(name: str, end: str) -> None:
    [(line, construct, _)] = listed(f"# -*- coding: {name} -*-{end}X = 1{end}")
    assert line == 1 and str(construct).startswith("comment a tool obeys")
    assert listed(f"#!/usr/bin/python3{end}#coding={name}{end}X = 1{end}")
    assert not listed(f"#{end}#{end}# coding: {name}{end}"), "only the first two lines count"


@pytest.mark.parametrize("name", ["latin-1", "ascii", "cp1252"])
def test_letters_beyond_ascii_are_utf8_or_nothing(name: str) -> None:
    assert listed(f"# coding: {name}\nX = 'é'\n")
    assert not listed("# coding: utf-8\nX = 'é'\n")


@pytest.mark.parametrize("name", HIDDEN)
def test_what_it_would_hide_really_runs_where_the_file_is_imported(name: str, tmp_path: Path) -> None:
    source = f"# coding: {name}\n# {HIDDEN[name]}\n"
    (tmp_path / "sut.py").write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("hidden_sut", tmp_path / "sut.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert vars(module)["HIDDEN"] == 1 and listed(source)
