"""Reports on paper and as workbooks, and what their readers need: type, outline, contrast."""

from __future__ import annotations

import builtins
import ctypes
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat
from pypdfium2 import raw

import sandan_lib
from sandan_lib.charts import theme
from sandan_lib.cli import main
from sandan_lib.dataset import Dataset
from sandan_lib.errors import ParameterError
from sandan_lib.export.sheets import workbook
from sandan_lib.reports import plan_runs, run_batch
from sandan_lib.reports.batch import unchanged
from sandan_lib.reports.formats import chosen, ready
from sandan_lib.reports.outputs import Folder
from sandan_lib.reports.printed import print_page

TEMPLATES = Path(sandan_lib.__file__).resolve().parent / "reports" / "templates"
ALL = ("html", "pdf", "xlsx")


@pytest.fixture(scope="module")
def made(ds: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One report in all formats."""
    out = tmp_path_factory.mktemp("formats")
    (outcome,) = run_batch(ds, plan_runs(ds, regions=["충북"], as_of="2022-04-30"), out, formats=ALL)
    assert outcome.cause is None
    return out


@pytest.fixture(scope="module")
def report(made: Path) -> Path:
    (page,) = made.rglob("report.html")
    return page.parent


@pytest.fixture(scope="module")
def printed(report: Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(report / "report.pdf")
    yield document
    document.close()


def texts(document: pypdfium2.PdfDocument) -> list[str]:
    return [page.get_textpage().get_text_range() for page in document]


# ---- which formats


def test_formats_that_are_there_stay(ds: Dataset, made: Path, tmp_path: Path) -> None:
    runs = plan_runs(ds, regions=["충북"], as_of="2022-04-30")
    assert unchanged(ds, runs, Folder(made), ALL) == {runs[0].name}
    assert unchanged(ds, runs, Folder(made), ["xlsx", "pdf"]) == {runs[0].name}
    assert unchanged(ds, runs, Folder(made)) == {runs[0].name}
    out = tmp_path / "out"
    for formats, resume, same, files in (
        (["html"], False, False, set()),
        (["pdf"], True, False, {"report.pdf"}),
        (["html"], True, True, {"report.pdf"}),
        (["xlsx"], True, False, {"report.pdf", "tables.xlsx"}),
        (["html"], False, False, {"report.pdf", "tables.xlsx"}),
    ):
        (outcome,) = run_batch(ds, runs, out, formats=formats, resume=resume)
        assert (outcome.cause, outcome.unchanged) == (None, same)
        found = {path.name for path in (out / runs[0].name).iterdir()}
        assert found & {"report.pdf", "tables.xlsx"} == files


def test_an_unknown_format_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "충북", "--format", "html,pfd", "--out", str(tmp_path / "out")]) == 2
    assert "Did you mean pdf?" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.fixture
def no_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *more: Any, **options: Any) -> Any:
        if name == "typst":
            raise ImportError("no wheel for this system")
        return real(name, *more, **options)

    monkeypatch.setattr(builtins, "__import__", absent)


@pytest.mark.usefixtures("no_typst")
def test_without_the_extra_the_refusal_names_it_in_both_languages() -> None:
    with pytest.raises(ParameterError, match=r"sandan-lib\[pdf\]") as caught:
        ready(chosen(["pdf"]))
    assert all("no wheel" in caught.value.message(lang) for lang in ("ko", "en"))
    ready(("html", "xlsx"))


@pytest.mark.usefixtures("no_typst")
def test_a_format_that_is_there_and_cannot_be_written_does_not_go_out_of_date(
    ds: Dataset, made: Path, report: Path
) -> None:
    before = {path: path.read_bytes() for path in report.iterdir() if path.is_file()}
    with pytest.raises(ParameterError, match="none may go out of date") as caught:
        list(run_batch(ds, plan_runs(ds, regions=["충북"], as_of="2022-04-30"), made))
    assert "다른 폴더" in caught.value.message("ko")
    assert {path: path.read_bytes() for path in report.iterdir() if path.is_file()} == before


# ---- workbook


def test_the_workbook_holds_every_table_and_the_sources(report: Path) -> None:
    book = openpyxl.load_workbook(report / "tables.xlsx")
    assert sorted(book.sheetnames) == sorted(path.stem for path in (report / "tables").glob("*.csv"))
    assert book.sheetnames[-1] == "sources"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert any("청주" in str(cell.value) for cell in cells)
    for sheet in book:
        rows = (report / "tables" / f"{sheet.title}.csv").read_text(encoding="utf-8").splitlines()
        assert [cell.value for cell in sheet[1]] == rows[0].split(",")


def test_text_in_a_workbook_stays_text() -> None:
    rows = [["a", "b", "c"], ["=1+1", "01", "9600"], ["+cmd|' /C calc'!A0", "2", ""]]
    made = workbook("t", [("x", rows)])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["=1+1", "01", 9600],
        ["+cmd|' /C calc'!A0", "2", None],
    ]
    assert sheet["A2"].data_type == "s"
    assert made == workbook("t", [("x", rows)])


# ---- paper


def test_the_same_page_prints_to_the_same_bytes(report: Path) -> None:
    page = (report / "report.html").read_text(encoding="utf-8")
    again = print_page(page, title="산업단지 대개조: 충북 2022", lang="ko")
    assert again == (report / "report.pdf").read_bytes()


def test_paper_is_a4_with_text_numbers_and_an_outline(report: Path, printed: pypdfium2.PdfDocument) -> None:
    pages = texts(printed)
    assert len(pages) > 3
    for number, (page, text) in enumerate(zip(printed, pages, strict=True), start=1):
        assert page.get_size() == pytest.approx((595.28, 841.89), abs=0.1)
        assert f"{number} / {len(pages)}" in text
    assert "청주일반산업단지" in "".join(pages)
    headings = re.findall(r"<h[12] id=\"[^\"]+\">(.*?)</h", (report / "report.html").read_text("utf-8"))
    assert [mark.get_title() for mark in printed.get_toc()] == headings


def fonts_of(page: pypdfium2.PdfPage) -> Iterator[tuple[str, bool]]:
    """Give name of each text's font, and whether it is embedded."""
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=10):
        font = raw.FPDFTextObj_GetFont(item.raw)
        name = ctypes.create_string_buffer(200)
        raw.FPDFFont_GetBaseFontName(font, name, 200)
        yield name.value.decode(), raw.FPDFFont_GetIsEmbedded(font) == 1


def test_only_the_packages_type_is_used_and_it_is_embedded(printed: pypdfium2.PdfDocument) -> None:
    fonts = {font for page in printed for font in fonts_of(page)}
    assert len(fonts) == 2, fonts
    assert all("Sandan" in name and embedded for name, embedded in fonts), fonts


def targets(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[int]:
    """Give the pages that the links of a page lead to; -1 for links that lead nowhere inside."""
    place, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page.raw, place, link):
        yield raw.FPDFDest_GetDestPageIndex(document.raw, raw.FPDFLink_GetDest(document.raw, link))


def test_contents_and_source_numbers_lead_to_their_places(printed: pypdfium2.PdfDocument) -> None:
    found = list(targets(printed, printed[0]))
    starts = [mark.get_dest().get_index() for mark in printed.get_toc()][1:]
    contents = [target for target in found if target in starts]
    assert set(contents) == set(starts), "the table of contents"
    assert contents[0] == starts[0]
    assert any(target >= starts[-1] for target in found), "numbers of sources in the summary"
    assert {target for target in found if target < starts[-1]} <= set(starts)
    assert -1 not in found


def drawn(words: str) -> Image.Image:
    page = f'<main id="content"><h2>{words}</h2></main>'
    document = pypdfium2.PdfDocument(print_page(page, title="", lang="ko"))
    picture: Image.Image = document[0].render(scale=3).to_pil().convert("L")
    document.close()
    return picture


def test_korean_letters_are_letters_and_no_boxes() -> None:
    """A letter that no type has is drawn as a box; those boxes are all alike."""
    one, other, box, another_box = map(drawn, ("충북", "청주", "\ue000\ue001", "\ue002\ue003"))
    ink = [255 - ImageStat.Stat(picture).mean[0] for picture in (one, other)]
    assert all(amount > 0.01 for amount in ink)
    assert ImageChops.difference(one, other).getbbox() is not None
    for letters in (one, other):
        for boxes in (box, another_box):
            assert ImageChops.difference(letters, boxes).getbbox() is not None


def test_printing_fetches_nothing() -> None:
    page = '<main id="content"><img alt="" src="file:///etc/passwd"><p>청주</p></main>'
    assert b"root:" not in print_page(page, title="x", lang="ko")


# ---- screen


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_colour_of_printed_text_can_be_read() -> None:
    style = (TEMPLATES / "print.typ").read_text(encoding="utf-8")
    names = dict(re.findall(r'#let (\w+) = rgb\("(#[0-9a-f]{6})"\)', style))
    colours = {names[word] for word in re.findall(r"\bfill: (\w+)", style)}
    assert len(colours) >= 3
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in colours), colours


def test_every_colour_of_text_can_be_read() -> None:
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    names = dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", style))
    used = re.findall(r"[{;]color:([^;}]+)", style)
    colours = {names[word[6:-1]] if word.startswith("var(") else word for word in used} - {"inherit"}
    assert len(colours) >= 3
    grounds = {"#ffffff", names.get("tint", "#ffffff")}
    assert all(contrast(colour, ground) >= 4.5 for colour in colours for ground in grounds), colours


def test_every_colour_of_a_charts_text_can_be_read() -> None:
    config = theme.config()
    colours = {
        config["title"]["color"],
        config["title"]["subtitleColor"],
        config["axis"]["labelColor"],
        config["axis"]["titleColor"],
        config["legend"]["labelColor"],
        config["text"]["color"],
    }
    assert all(contrast(colour, config["background"]) >= 4.5 for colour in colours)


def test_the_page_can_be_used_without_a_mouse(report: Path) -> None:
    page = (report / "report.html").read_text(encoding="utf-8")
    assert '<html lang="ko">' in page
    body = page.partition("<body>")[2]
    assert re.match(r'\s*<a class="skip" href="#content">', body)
    assert '<main id="content">' in body
    for template in TEMPLATES.glob("*.jinja"):
        text = template.read_text(encoding="utf-8").partition("<body>")[2]
        assert re.match(r'\s*<a class="skip" href="#content">.+</a>\s*<main id="content">', text), template
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    assert "a:focus-visible,summary:focus-visible" in style
    assert "outline:none" not in style
