"""Charts as PDF: the ink on the page is the picture's, and the bytes are the same each time."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from sandan_lib import pictures
from sandan_lib.charts.figure import Figure
from sandan_lib.dataset import Dataset
from sandan_lib.pictures import drawing
from sandan_lib.repeatable import repeatable

ROOT = Path(__file__).resolve().parent.parent
# The greatest difference of lightness within a few pixels. Measured over all charts in both languages: up to
# 19; 32 and more for a title of the wrong weight, 90 and more for a page without the type.
APART = 25


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_gallery", ROOT / "tools" / "build_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
NAMES = [(name, lang) for name in TOOL.CHARTS for lang in ("ko", "en")]


def drawn(ds: Dataset, name: str, lang: str) -> Figure:
    figure = TOOL.CHARTS[name](ds, lang)
    assert isinstance(figure, Figure)
    return figure


def paper(content: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    picture: Image.Image = document[0].render(scale=1).to_pil().convert("L")
    return picture


def screen(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("L")


def apart(page: Image.Image, picture: Image.Image) -> float:
    """Give where two drawings differ most, softened since engines smooth edges apart."""
    whole = Image.new("L", picture.size, 255)  # a page without its type is narrower
    whole.paste(page)
    soft = [ImageChops.invert(image).filter(ImageFilter.GaussianBlur(1.2)) for image in (whole, picture)]
    greatest = ImageChops.difference(*soft).filter(ImageFilter.BoxBlur(6)).getextrema()[1]
    assert isinstance(greatest, (int, float))
    return float(greatest)


@pytest.mark.parametrize(("name", "lang"), NAMES)
def test_a_page_shows_the_ink_of_the_picture(ds: Dataset, name: str, lang: str) -> None:
    figure = drawn(ds, name, lang)
    page, picture = paper(figure.pdf()), screen(figure.png(scale=1))
    assert page.size == picture.size
    assert apart(page, picture) < APART


def _without_type(spec: dict[str, Any]) -> None:
    # Every family named in it is one that no machine has.
    changed = json.loads(json.dumps(spec).replace("Sandan Sans KR", "No Such Type"))
    spec.clear()
    spec.update(changed)


def _thin(spec: dict[str, Any]) -> None:
    spec["config"]["title"]["fontWeight"] = 400


def _bold(spec: dict[str, Any]) -> None:
    spec["config"]["axis"]["labelFontWeight"] = 700


@pytest.mark.parametrize("damage", [_without_type, _thin, _bold])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_wrong_type_would_be_noticed(ds: Dataset, damage: Any, lang: str) -> None:
    for name in ("largest-revisions", "compared"):
        figure = drawn(ds, name, lang)
        spec = figure.to_dict()
        damage(spec)
        assert apart(paper(pictures.pdf(spec)), screen(figure.png(scale=1))) > APART


# Groups, gradients and plain pages: objects of each sort.
@pytest.mark.parametrize("name", ["splits", "standing", "money-map", "money-map-borders", "target-panels"])
def test_two_runs_give_the_same_bytes(ds: Dataset, name: str) -> None:
    figure = drawn(ds, name, "ko")
    assert len({figure.pdf() for _ in range(5)}) == 1


def test_without_settling_they_would_not(ds: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above compares what varies: as it is written, the same page comes in several forms."""
    figure = drawn(ds, "splits", "ko")
    settled = figure.pdf()
    monkeypatch.setattr(drawing, "repeatable", lambda content: content)
    raw = {figure.pdf() for _ in range(5)}
    assert len(raw) > 1
    assert {repeatable(content) for content in raw} == {settled}
    assert repeatable(settled) == settled


def test_another_process_gives_the_same_bytes(ds: Dataset, tmp_path: Path) -> None:
    code = (
        "import sys, sandan_lib as sd; ds = sd.load();"
        "sys.stdout.buffer.write(sd.charts.splits(sd.profile(ds, '충북', 2022), 'ko').pdf())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=tmp_path)
    assert done.stdout == drawn(ds, "splits", "ko").pdf()


@pytest.mark.parametrize("name", ["splits", "money-map-borders"])
def test_settling_loses_nothing(ds: Dataset, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams are kept as they are, each object is written, and each place in the table is right."""
    figure = drawn(ds, name, "en")
    settled = figure.pdf()
    monkeypatch.setattr(drawing, "repeatable", lambda content: content)
    raw = figure.pdf()
    found = [
        sorted(re.findall(rb"\nstream\n.*?\nendstream", content, re.DOTALL)) for content in (raw, settled)
    ]
    assert found[0] == found[1]
    assert len(raw) == pytest.approx(len(settled), abs=100)  # longer and shorter numbers
    assert raw.count(b" 0 obj\n") == settled.count(b" 0 obj\n")
    table = settled[settled.rindex(b"\nxref\n") :]
    for number, start in enumerate(re.findall(rb"(\d{10}) 00000 n\r\n", table), start=1):
        assert settled.startswith(b"%d 0 obj\n" % number, int(start))
    shown = [
        pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded() for content in (raw, settled)
    ]
    assert shown[0] == shown[1]
    assert len(shown[0]) > 50


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\n", b"xref\n0 1\n"])
def test_what_is_no_such_file_is_said_to_be_none(ds: Dataset, damage: bytes) -> None:
    with pytest.raises(ValueError, match="not a PDF with one table"):
        repeatable(damage)
    page = drawn(ds, "splits", "ko").pdf()
    moved = page.replace(b"\n0000000016 00000 n", b"\n0000000017 00000 n", 1)
    assert moved != page
    with pytest.raises(ValueError, match="no object 1 where"):
        repeatable(moved)
