"""The whole site: every report in both languages, its index, map, search and downloads."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sandan_lib import load
from sandan_lib.cite import cited
from sandan_lib.dataset import Dataset
from sandan_lib.reports.plan import plan_site
from sandan_lib.reports.signature import report_notebooks
from sandan_lib.tiles import TILES

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
in_browser = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("SANDAN_BROWSER") != "required",
    reason="chromium is not installed; SANDAN_BROWSER=required makes this a failure",
)
OVERVIEWS = sorted(name for name in report_notebooks() if name != "region_report")
PAGES = [f"{name}/{lang}/report.html" for name in OVERVIEWS for lang in ("ko", "en")]


def sandan(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandan_lib", "report", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"SANDAN_LANG": "en"}
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make all of it, as `make report` does."""
    out = tmp_path_factory.mktemp("whole-site")
    done = sandan("--all", "--lang", "both", "--out", str(out))
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def opened(browser: Browser, path: Path, width: int = 1200) -> tuple[Page, list[str]]:
    """Open a page with the network off; what it asks for or complains of is gathered."""
    page = browser.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
    address, noticed = path.resolve().as_uri(), []
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(("data:", address)) else noticed.append(asked.url),
    )
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.goto(address)
    return page, noticed


def strange(noticed: list[str]) -> list[str]:
    """Leave out pages that were gone to, and what they carry inside."""
    return [words for words in noticed if not re.fullmatch(r"data:.*|file:.*\.html", words, re.DOTALL)]


def test_every_report_notebook_and_every_selection_is_in_it(ds: Dataset, site: Path) -> None:
    manifest = json.loads((site / "manifest.json").read_text(encoding="utf-8"))
    assert {entry["status"] for entry in manifest["runs"].values()} == {"done"}
    assert set(manifest["runs"]) == {run.name for run in plan_site(ds)}
    assert len(manifest["runs"]) == 2 * (len(ds.selections()) + len(OVERVIEWS))
    places = list(report_notebooks().values())
    assert len(set(places)) == len(places), "each has a place of its own in the index"


@pytest.mark.parametrize(("name", "lang"), [("index.html", "ko"), ("index-en.html", "en")])
def test_the_index_leads_to_everything(ds: Dataset, site: Path, name: str, lang: str) -> None:
    text = (site / name).read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+)"', text)
    for link in links:
        assert link == "data:," or (site / link).is_file(), link
    manifest = json.loads((site / "manifest.json").read_text(encoding="utf-8"))
    files = {file for entry in manifest["runs"].values() for file in entry["files"]}
    assert files <= set(links), "each page, notebook and table of each language"
    assert set(manifest["downloads"]["files"]) <= set(links)
    first = re.search(r'<ul class="overviews">.*?href="([^"]+)"', text, re.DOTALL)
    assert first is not None
    assert first[1].endswith(f"/{lang}/report.html"), "in the language of the page"
    assert f'lang="{lang}"' in text[:60]


def test_the_map_shows_every_region_once_and_links_every_selection(ds: Dataset, site: Path) -> None:
    assert set(TILES) == set(ds.records("regions"))
    assert len(set(TILES.values())) == len(TILES)
    text = (site / "index.html").read_text(encoding="utf-8")
    tiles = re.search(r'<div class="tiles">(.*?)</section>', text, re.DOTALL)
    assert tiles is not None
    linked = re.findall(r'href="region_report/([^"]+)-ko/report.html"', tiles[1])
    assert sorted(linked) == sorted(item.selection_id for item in ds.selections())
    assert tiles[1].count("<b>") == len(TILES)


def test_the_data_beside_the_reports_are_the_data(ds: Dataset, site: Path, tmp_path: Path) -> None:
    manifest = json.loads((site / "manifest.json").read_text(encoding="utf-8"))
    for file, about in manifest["downloads"]["files"].items():
        content = (site / file).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (about["sha256"], about["bytes"])
    with zipfile.ZipFile(site / "data" / "sandan-renewal-csv.zip") as archive:
        archive.extractall(tmp_path / "data")
    assert load(tmp_path / "data").table("claims").equals(ds.table("claims"))
    book = openpyxl.load_workbook(site / "data" / "sandan-renewal.xlsx", read_only=True)
    assert "claims" in book.sheetnames


def test_made_again_nothing_changes(site: Path) -> None:
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    done = sandan("--all", "--lang", "both", "--resume", "--out", str(site))
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "words", [("충북",), ("--round", "2022"), ("-p", "lang", "en"), ("--each", "lang", "ko,en")]
)
def test_everything_and_a_choice_are_not_asked_for_together(words: tuple[str, ...], tmp_path: Path) -> None:
    done = sandan("--all", *words, "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr.startswith("sandan: --all makes everything")
    assert not (tmp_path / "out").exists()


# Where a table's numbers are no printed figures of plans: rows, dates and statistics of other tables.
# A record of these leads to what it counts or to the text that told of it; all others to claims.
OTHER_TRAILS = {
    "applicants": "selections",
    "bodies": "events",
    "designations": "complexes",
    "events": "events",
    "followed": "events",
    "lanes": "events",
    "links": "sources",
    "macro-regions": "selections",
    "memberships": "sources",
    "region-changes": "sources",
    "sites": "sources",
    "sources": "sources",
}
# What no text prints, what the words mean: nothing in them was printed anywhere.
WITHOUT_FIGURES = {"unknown", "sought", "glossary"}
# Where in a chart a mark stands, of no meaning beyond the picture; `origins` and `known` stand
# in rows whose claims are asked for by the rows' figures.
LAYOUT = re.compile(
    r"x|x2|y|y2|hub_x|hub_y|text_x|label_y|name_y|middle|order|end|start|area|mark|column|row|place"
)


def bundles(site: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(site.glob("*/*/report.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if "data" in output:
                    yield str(path.relative_to(site)), output["data"]


def ids_in(record: object) -> list[str]:
    return re.findall(r"\b[cskep]\d{4,5}\b|\b20\d\d-KR-\d\d\b", json.dumps(record))


def empty(record: dict[str, str]) -> bool:
    """Tell whether a record says of a selection or group that there is no figure, or none of it."""
    return all(record[name] in ("", "0") for name in record if name in ("value", "claims", "known", "bids"))


def test_every_number_of_every_table_leads_to_what_printed_it(ds: Dataset, site: Path) -> None:
    seen: set[str] = set()
    used: set[str] = set()
    for place, data in bundles(site):
        if "text/csv" not in data:
            continue
        title, _, rest = "".join(data["text/csv"]).partition("\n")
        name = title.removeprefix("# ")
        records = list(csv.DictReader(io.StringIO(rest)))
        seen.add(name)
        used.update(key for record in records for key in ids_in(record))
        if name in WITHOUT_FIGURES:
            continue
        wanted = ds.records(OTHER_TRAILS.get(name, "claims"))
        if name == "origins":  # of its rows, those about the first collection count leads
            records = [record for record in records if not record["leads"]]
        for record in records:
            assert any(key in wanted for key in ids_in(record)) or empty(record), (place, name, record)
    assert set(OTHER_TRAILS) | WITHOUT_FIGURES <= seen, "no exemption outlives its table"
    claims, refs = cited(ds, sorted(used))
    assert len(claims) == len(ds.claims), "the tour counts every figure there is"
    assert set(ds.claims["source_id"]) <= set(refs.numbers)
    for key in sorted(used & {*ds.records("selections"), *ds.records("complexes"), *ds.records("events")}):
        assert cited(ds, [key])[1].items, key


def data_of(part: object) -> Iterator[list[dict[str, Any]]]:
    """Give the data of all layers and panels of a specification."""
    if isinstance(part, list):
        for item in part:
            yield from data_of(item)
    elif isinstance(part, dict):
        for name, item in part.items():
            if name == "datasets":
                yield from item.values()
            elif name == "values" and isinstance(item, list):
                # Dates among an axis's values are written as dicts too.
                yield [row for row in item if isinstance(row, dict) and not {"year", "month"} <= set(row)]
            else:
                yield from data_of(item)


def test_every_number_of_every_chart_leads_to_what_printed_it(ds: Dataset, site: Path) -> None:
    known = set().union(*(ds.records(n) for n in ("claims", "sources", "selections", "events")))
    charts = marks = 0
    for place, data in bundles(site):
        for specification in (data[mime] for mime in data if "vegalite" in mime):
            charts += 1
            for row in (row for rows in data_of(specification) for row in rows):
                shown = [
                    name
                    for name, value in row.items()
                    if isinstance(value, int | float)
                    and not isinstance(value, bool)
                    and not LAYOUT.fullmatch(name)
                    and value
                ]
                if shown:
                    marks += 1
                    keys = ids_in(row)
                    assert keys, (place, specification["description"][:60], row)
                    assert set(keys) & known, (place, row)
    assert charts > 200
    assert marks > 5000


@in_browser
@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_overviews_open_without_network_and_draw_in_silence(browser: Browser, site: Path, name: str) -> None:
    page, noticed = opened(browser, site / name)
    charts = page.locator("figure.chart .plot").count()
    if charts:
        page.wait_for_function("document.documentElement.dataset.charts !== undefined", timeout=30_000)
        assert page.evaluate("document.documentElement.dataset.charts") == "drawn"
    for number in range(charts):
        assert page.locator("figure.chart .plot").nth(number).locator("svg path, svg text").count() > 5
    broken = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert broken == []
    for width in (1200, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert strange(noticed) == []
    page.context.close()


@in_browser
@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "index-en.html"])
def test_tables_of_the_index_fit_a_phone(browser: Browser, site: Path, name: str) -> None:
    page, _ = opened(browser, site / name)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(200)
    boxes = page.evaluate(
        "[...document.querySelectorAll('.table')].map(box => [box.scrollWidth, box.clientWidth])"
    )
    assert len(boxes) == 3
    assert all(inside <= box for inside, box in boxes), boxes
    page.context.close()


@in_browser
@pytest.mark.browser
def test_the_search_finds_a_hub_in_either_language(browser: Browser, site: Path) -> None:
    page, noticed = opened(browser, site / "index.html")
    rows = page.locator("tr[data-words]")
    everything = rows.count()
    assert everything == 15
    for words, found in (
        *(("청주", ["충북"]), ("cheongju", ["충북"]), ("전남 여수", ["전남"]), ("없는곳", [])),
        *(("여수산단", ["전남"]), ("남동국가산단", ["인천"]), ("여수국가산업단지", ["전남"])),
    ):
        page.get_by_label("찾기").fill(words)
        shown = [row.locator("td").first.inner_text() for row in rows.all() if row.is_visible()]
        assert sorted(set(shown)) == found, words
        assert page.locator("#found").inner_text() == f"{page.locator('[data-words]:visible').count()}건"
    for words, found in (("청주", ["충북 사례"]), ("Cheongju", ["충북 사례"]), ("여수", [])):
        page.get_by_label("찾기").fill(words)
        shown = page.locator("li[data-words]:visible b").all_inner_texts()
        assert len(shown) == len(found), shown
        assert all(word in title for word, title in zip(found, shown, strict=True)), shown
    page.get_by_label("찾기").fill("")
    assert page.locator("tr[data-words]:visible").count() == everything
    page.get_by_role("link", name="충북 2022").first.click()
    assert "충청북도" in page.locator("h1").inner_text()
    page.go_back()
    page.get_by_role("link", name="English").click()
    assert "Korea's industrial-complex renewal" in page.locator("h1").inner_text()
    assert strange(noticed) == []
    page.context.close()
