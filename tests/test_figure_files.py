"""Figures as files: their ink is compared with the PNG's, since text that is present may yet be boxes.

A PDF is held against the shipped type itself: the outlines that it carries for each letter are those of the
letter. What its page shows is compared in `test_figure_pdf.py`.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageFilter, ImageStat
from playwright.sync_api import Browser, sync_playwright

from sandan_lib import charts
from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.compare import compare
from sandan_lib.dataset import Dataset
from sandan_lib.errors import ParameterError
from sandan_lib.profile import profile
from sandan_lib.typeface import FONT_FOLDER, self_contained, woff

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("SANDAN_BROWSER") != "required",
    reason="chromium is not installed; SANDAN_BROWSER=required makes this a failure",
)
FACES = {400: "SandanSansKR-Regular.ttf", 700: "SandanSansKR-Bold.ttf"}
TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture(scope="module")
def drawn(ds: Dataset) -> dict[str, Figure]:
    plan = profile(ds, "충북", 2022)
    return {
        "splits": charts.splits(plan, "ko"),
        "timeline": charts.timeline(plan, "ko"),
        "standing": charts.standing(ds, compare(ds, "budget"), plan.selection.selection_id, "en"),
        "empty": nothing_to_draw("빈 그림 <A&B>", "ko"),
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield found
        found.close()


def photographed(browser: Browser, svg: str, place: Path) -> tuple[Image.Image, list[str]]:
    """Show an SVG file with the network off; give its picture and all that it asked for."""
    place.write_text(svg, encoding="utf-8")
    root = ET.fromstring(svg)
    size = {"width": int(root.get("width", "0")), "height": int(root.get("height", "0"))}
    context = browser.new_context(viewport=size, offline=True)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(place.as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    return picture.convert("L"), [url for url in asked if not url.startswith(("data:", "file:"))]


def unlike(one: Image.Image, other: Image.Image) -> float:
    """Give the ink that differs as a share of all ink; edges are softened, as engines smooth them apart."""
    assert one.size == other.size
    soft = [ImageChops.invert(image).filter(ImageFilter.GaussianBlur(1.2)) for image in (one, other)]
    ink = ImageStat.Stat(soft[0]).sum[0] + ImageStat.Stat(soft[1]).sum[0]
    return float(2 * ImageStat.Stat(ImageChops.difference(*soft)).sum[0] / ink)


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("name", ["splits", "timeline", "standing", "empty"])
def test_an_svg_shows_the_ink_of_the_png(
    drawn: dict[str, Figure], name: str, browser: Browser, tmp_path: Path
) -> None:
    figure, svg = drawn[name], drawn[name].svg()
    png = Image.open(io.BytesIO(figure.png(scale=1))).convert("L")
    shown, asked = photographed(browser, svg, tmp_path / "figure.svg")
    # The control: the same drawing without its letters, in boxes, or in another Korean type if the
    # machine has one (then 3.5 times as unlike was measured).
    boxes, _ = photographed(browser, re.sub("<style>.*</style>", "", svg), tmp_path / "boxes.svg")
    assert not asked
    assert unlike(shown, png) < 0.12  # measured: 0.03 to 0.08, and 0.25 to 0.88 for boxes
    assert unlike(boxes, png) > 3 * unlike(shown, png)


@pytest.mark.parametrize("name", ["splits", "timeline", "standing", "empty"])
def test_an_svg_carries_exactly_the_letters_it_uses(drawn: dict[str, Figure], name: str) -> None:
    svg = drawn[name].svg()
    root = ET.fromstring(svg)
    assert root.findtext("{http://www.w3.org/2000/svg}desc") == drawn[name].alt_text
    texts = list(root.iter(TEXT))
    assert texts
    assert {text.get("font-family") for text in texts} == {"Sandan Sans KR"}
    used: dict[int, set[str]] = {}
    for text in texts:
        used.setdefault(int(text.get("font-weight", "400")), set()).update("".join(text.itertext()))
    embedded = dict(re.findall(r"font-weight:(\d+);src:url\(data:font/woff;base64,([\w+/=]+)\)", svg))
    assert {int(weight) for weight in embedded} == {weight for weight, letters in used.items() if letters}
    assert len(svg) < 150_000
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", svg).replace(drawn[name].alt_text, "")
    for weight, letters in used.items():
        font = TTFont(io.BytesIO(woff(weight, letters)))
        assert set(font.getBestCmap()) == {ord(letter) for letter in letters}


@pytest.mark.parametrize("weight", [400, 700])
def test_the_letters_cut_out_are_the_shipped_ones(weight: int) -> None:
    letters = "충청북도 2022년 AVW ffi (국비 1,800억) · – ‘’"
    content = woff(weight, letters)
    assert content == woff(weight, reversed(letters))
    part = TTFont(io.BytesIO(content), checkChecksums=2)
    whole = TTFont(FONT_FOLDER / FACES[weight])
    assert part.getBestCmap().keys() == {ord(letter) for letter in letters}
    for letter in set(letters):
        assert outline(part, part.getBestCmap()[ord(letter)]) == outline(
            whole, whole.getBestCmap()[ord(letter)]
        )
        assert (
            part["hmtx"][part.getBestCmap()[ord(letter)]] == whole["hmtx"][whole.getBestCmap()[ord(letter)]]
        )
    assert part.getGlyphOrder() is not None
    assert part["maxp"].numGlyphs == whole["maxp"].numGlyphs
    assert part.reader["GPOS"] == whole.reader["GPOS"]  # kerning
    # Our own reading of the table of characters, all of them, is that of fontTools.
    every = TTFont(io.BytesIO(woff(weight, map(chr, range(0x10000)))))
    numbers = {code: every.getGlyphID(name) for code, name in every.getBestCmap().items()}
    assert numbers == {code: whole.getGlyphID(name) for code, name in whole.getBestCmap().items()}
    # What rests on it: no glyph is made of others.
    assert not any(whole["glyf"][name].isComposite() for name in whole.getGlyphOrder())


def test_a_drawing_without_text_carries_no_type() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><path d="M0,0"/></svg>'
    made = self_contained(svg, "a < b")
    assert "@font-face" not in made
    assert "<desc>a &lt; b</desc>" in made


def outline(font: Any, name: str) -> list[Any]:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return list(pen.value)


class Pdf:
    """As much of a PDF as is needed: objects by number, their streams unpacked."""

    def __init__(self, content: bytes) -> None:
        found = re.finditer(rb"(\d+) 0 obj\n(.*?)\nendobj", content, re.DOTALL)
        self.objects = {int(match[1]): match[2] for match in found}

    def stream(self, number: int) -> bytes:
        head, _, rest = self.objects[number].partition(b"stream\n")
        body = rest.rpartition(b"endstream")[0]
        return zlib.decompressobj().decompress(body) if b"FlateDecode" in head else body

    def link(self, number: int, key: bytes) -> int:
        match = re.search(rb"/" + key + rb"\s*\[?\s*(\d+) 0 R", self.objects[number])
        assert match, key
        return int(match[1])

    def fonts(self) -> Iterator[tuple[int, Any, dict[int, str]]]:
        """Give weight, embedded font and its glyphs' letters, for each font."""
        for number, content in self.objects.items():
            if b"/Type0" not in content:
                continue
            weight = 700 if b"SandanSansKR-Bold" in content else 400
            assert re.search(rb"/BaseFont /[A-Z]{6}\+SandanSansKR-(Bold|Regular)\b", content)
            described = self.link(self.link(number, b"DescendantFonts"), b"FontDescriptor")
            program = TTFont(io.BytesIO(self.stream(self.link(described, b"FontFile2"))))
            table = self.stream(self.link(number, b"ToUnicode")).decode("ascii")
            pairs = re.findall(
                r"<(\w{4})> <(\w+)>", "".join(re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL))
            )
            letters = {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
            yield weight, program, letters


@pytest.mark.parametrize("name", ["splits", "timeline", "standing", "empty"])
def test_a_pdf_carries_the_outlines_of_its_letters(drawn: dict[str, Figure], name: str) -> None:
    content = drawn[name].pdf()
    assert content.startswith(b"%PDF-")
    used: dict[int, set[str]] = {}
    for text in ET.fromstring(drawn[name].svg()).iter(TEXT):
        used.setdefault(int(text.get("font-weight", "400")), set()).update("".join(text.itertext()))
    seen: dict[int, set[str]] = {}
    for weight, program, letters in Pdf(content).fonts():
        whole = TTFont(FONT_FOLDER / FACES[weight])
        seen[weight] = set("".join(letters.values()))
        for glyph, letter in letters.items():
            if len(letter) > 1:
                continue  # a ligature, whose outline is no single letter's
            glyf = program["glyf"][program.getGlyphName(glyph)]
            real = whole["glyf"][whole.getBestCmap()[ord(letter)]]
            assert glyph, "the box that stands for a missing letter"
            assert glyf.numberOfContours == real.numberOfContours
            assert bool(real.numberOfContours) != letter.isspace()
            if real.numberOfContours:
                assert list(glyf.coordinates) == list(real.coordinates), letter
    assert seen.keys() == used.keys()
    for weight, letters_used in used.items():
        missing = {letter for letter in letters_used - seen[weight] if not letter.isspace()}
        assert not missing


@pytest.mark.parametrize("ending", ["svg", "pdf", "png", "PNG"])
def test_a_saved_file_is_what_the_methods_give(drawn: dict[str, Figure], ending: str, tmp_path: Path) -> None:
    figure = drawn["splits"]
    place = tmp_path / f"그림.{ending}"
    place.write_text("older", encoding="utf-8")
    assert figure.save(str(place)) == place
    content = getattr(figure, ending.lower())()
    plain_bytes = content.encode("utf-8") if isinstance(content, str) else content
    assert place.read_bytes() == plain_bytes
    assert list(tmp_path.iterdir()) == [place]
    plain = tmp_path / "plain"
    plain.touch()
    assert place.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("name", ["figure.jpg", "figure", ".svg", "figure.svg.gz"])
def test_other_endings_are_refused_in_both_languages(
    drawn: dict[str, Figure], name: str, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError, match=r"\.svg, \.pdf or \.png") as caught:
        drawn["splits"].save(tmp_path / name)
    assert ".svg, .pdf, .png로" in caught.value.ko
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_leaves_nothing(
    drawn: dict[str, Figure], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = drawn["splits"]
    with pytest.raises(ParameterError, match="cannot write"):
        figure.save(tmp_path / "none" / "figure.pdf")
    kept = tmp_path / "figure.pdf"
    kept.write_bytes(b"older")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(ParameterError, match="No space left") as caught:
        figure.save(kept)
    assert "쓸 수 없습니다" in caught.value.ko
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"older"]
