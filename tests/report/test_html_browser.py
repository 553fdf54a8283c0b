"""The HTML report in a real browser: drawn, different by day and night, and never wider than the window."""

import re
import shutil
import struct
import subprocess
import zlib
from collections import Counter
from pathlib import Path

import pytest
from html_support import REFUTED, SCHEDULE, Page, assessed, page_of, refuted, run_of
from search_pages import Wrote, search_page, write
from test_html_report import palettes, strength_body

from probatum.report.html.page import policy
from probatum.report.html.strength import strength_page
from probatum.verdict import Outcome

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
LONG = "unbroken" * 2_000
HEIGHT = 1500
MEASURE = """
<iframe id="frame" width="{width}" height="900" srcdoc="{page}"></iframe>
<script>onload = () => {{
  const inner = document.getElementById("frame").contentDocument, root = inner.documentElement;
  document.title = [root.scrollWidth, root.clientWidth, inner.querySelectorAll("svg").length].join(" ");
}}</script>
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason=f"NO BROWSER: none of {', '.join(BROWSERS)} is installed"),
]


def browse(folder: Path, *words: str) -> str:
    """Run the browser without a window; what it prints."""
    assert CHROMIUM is not None
    own = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run([CHROMIUM, *own, *words], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def pages(folder: Path) -> dict[str, str]:
    """A refuted run with a chart, a search with words that do not break, and a page about a specification."""
    hard = assessed(
        refuted("behaviour", (LONG, f"s0.put({LONG})"), law=LONG), outcome=Outcome.REFUTED, reason=LONG, candidate=LONG
    )
    wide = assessed(refuted("simulation", (*SCHEDULE, f"do({LONG})")), outcome=Outcome.REFUTED)
    return {
        "refuted": page_of(run_of(REFUTED)).text,
        "search": page_of(run_of(hard, wide, hard), head=LONG).text,
        "descent": searched(folder).text,
        "strength": strength_page(strength_body(LONG), LONG),
    }


def searched(folder: Path) -> Page:
    """A search whose authors and programs write words that do not break."""
    steps = [
        Wrote(source=f"{LONG[:3000]}\nv = {n}", parent=n - 1 if n else None, author=LONG[n:], law=LONG, fails=9 - n)
        for n in range(8)
    ]
    write(folder / "search", *steps)
    return search_page(folder / "search")


def pixels(path: Path) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of RGB or RGBA pixels of a PNG without interlacing, as three bytes each."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    packed, at, header = b"", 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        header, packed = (body, packed) if kind == b"IHDR" else (header, packed + body * (kind == b"IDAT"))
        at += size + 12
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", header)
    assert (depth, interlace) == (8, 0) and colour in (2, 6)
    return width, height, unfiltered(zlib.decompress(packed), width, height, 3 if colour == 2 else 4)


def unfiltered(raw: bytes, width: int, height: int, each: int) -> list[bytes]:
    """Rows with PNG's filters undone."""
    rows, before, stride = [], bytearray(width * each), width * each
    for y in range(height):
        start = y * (stride + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        if kind == 2:
            row = bytearray((a + b) & 255 for a, b in zip(row, before, strict=True))
        elif kind:
            for i in range(stride):
                left, corner = (row[i - each], before[i - each]) if i >= each else (0, 0)
                row[i] = (row[i] + predicted(kind, left, before[i], corner)) & 255
        rows.append(bytes(row))
        before = row
    return rows if each == 3 else [bytes(b for i, b in enumerate(row) if i % 4 != 3) for row in rows]


def predicted(kind: int, left: int, up: int, corner: int) -> int:
    """PNG's filters 1 (left), 3 (mean) and 4 (Paeth)."""
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_drawn_by_day_and_by_night(tmp_path: Path, width: int) -> None:
    page = tmp_path / "page.html"
    page.write_text(page_of(run_of(REFUTED)).text)
    for scheme, palette in zip((1, 0), palettes(), strict=True):
        shot = tmp_path / f"{scheme}.png"
        look = f"--blink-settings=preferredColorScheme={scheme}"
        browse(tmp_path, look, f"--window-size={width},{HEIGHT}", f"--screenshot={shot}", page.as_uri())
        wide, high, rows = pixels(shot)
        assert wide >= width and high == HEIGHT
        seen = Counter(row[i : i + 3].hex() for row in rows[::3] for i in range(0, len(row), 3))
        (ground, most), *_ = seen.most_common()
        assert f"#{ground}" == palette["bg"], "the page does not wear the palette that was asked for"
        assert 0.3 < most / seen.total() < 0.98, "a blank page, or one without its ground"
        for name in ("panel", "ink", "bad"):
            assert seen[palette[name][1:]] > 20, f"nothing is drawn in the colour {name}"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_is_never_wider_than_the_window(tmp_path: Path, width: int) -> None:
    for name, text in pages(tmp_path).items():
        free = re.sub(r'<meta http-equiv="[^>]*>', "", text).replace("<details>", '<details open="">')
        assert policy()[:12] not in free
        srcdoc = free.replace("&", "&amp;").replace('"', "&quot;")
        outer = tmp_path / f"{name}.html"
        outer.write_text(MEASURE.format(width=width, page=srcdoc))
        dumped = browse(tmp_path, "--window-size=1600,1000", "--dump-dom", outer.as_uri())
        found = re.search(r"<title>(\d+) (\d+) (\d+)</title>", dumped)
        assert found, dumped[:500]
        scrolled, window, drawings = map(int, found.groups())
        assert width - 20 <= window <= width and scrolled <= window, f"{name} is {scrolled} px wide in {window} px"
        assert drawings == text.count("<svg ")


def test_the_test_would_see_a_page_that_is_too_wide(tmp_path: Path) -> None:
    outer = tmp_path / "wide.html"
    text = page_of(run_of(REFUTED)).text.replace("<main", "<main><pre>" + "x" * 400 + "</pre", 1)
    wide = re.sub(r'<meta http-equiv="[^>]*>|<style>.*?</style>', "", text, flags=re.DOTALL)
    outer.write_text(MEASURE.format(width=390, page=wide.replace("&", "&amp;").replace('"', "&quot;")))
    found = re.search(r"<title>(\d+) (\d+) ", browse(tmp_path, "--dump-dom", outer.as_uri()))
    assert found and int(found[1]) > int(found[2])
