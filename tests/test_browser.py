"""Reports and index in a real browser with the network off (Debian's chromium, driven by playwright).

Without chromium these tests are skipped, since a machine that only makes reports needs no browser;
CI sets SANDAN_BROWSER=required, and there its absence is a failure.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ATTACK = '</script><img src=x onerror="window.attacked=1">'

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("SANDAN_BROWSER") != "required",
        reason="chromium is not installed; SANDAN_BROWSER=required makes this a failure",
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make eight reports that between them show every kind of content."""
    out = tmp_path_factory.mktemp("site")
    words = ["report", "충북", "대전", "전남", "--lang", "both", "--out", str(out)]
    subprocess.run([sys.executable, "-m", "sandan_lib", *words], check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def attacked_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a report from data whose titles, publishers, notes and names try to be markup."""
    from sandan_lib.dataset import data_folder

    data = tmp_path_factory.mktemp("attacked") / "data"
    shutil.copytree(data_folder(), data)
    for name, columns in {
        "sources.csv": ("title", "publisher"),
        "claims.csv": ("note_ko", "note_en"),
        "events.csv": ("title_ko", "title_en"),
    }.items():
        rows = list(csv.DictReader(io.StringIO((data / name).read_text(encoding="utf-8"))))
        for row in rows:
            row |= {column: ATTACK for column in columns if row[column]}
        with (data / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    # The ledger would notice that released sources have another publisher now.
    (data / "released_ids.csv").write_text("table,id,release,anchor,withdrawn\n", encoding="utf-8")
    out = tmp_path_factory.mktemp("attacked-site")
    subprocess.run(
        [sys.executable, "-m", "sandan_lib", "report", "충북", "--out", str(out)],
        check=True,
        capture_output=True,
        env=os.environ | {"SANDAN_DATA": str(data)},
    )
    return out


class Visit:
    """An opened page with what it asked for and what it complained of."""

    def __init__(self, browser: Browser, path: Path, width: int = 1200) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.address = path.resolve().as_uri()
        self.page.goto(self.address)

    def drawn(self) -> None:
        """Wait for the charts."""
        self.page.wait_for_function("document.documentElement.dataset.charts !== undefined", timeout=30_000)
        assert self.page.evaluate("document.documentElement.dataset.charts") == "drawn"

    def outside(self) -> list[str]:
        """Give what was asked for besides the page itself."""
        return [url for url in self.requests if url != self.address and not url.startswith("data:")]


def reports(site: Path) -> list[Path]:
    return sorted(site.glob("region_report/*/report.html"))


def test_reports_open_without_network_and_draw_all_charts_in_silence(browser: Browser, site: Path) -> None:
    pages = reports(site)
    assert len(pages) == 8
    for path in pages:
        visit = Visit(browser, path)
        visit.drawn()
        assert visit.outside() == []
        assert visit.complaints == []
        plots = visit.page.locator("figure.chart .plot")
        assert plots.count() == 6
        for number in range(plots.count()):
            marks = plots.nth(number).locator("svg path, svg text").count()
            assert marks > 5, f"chart {number + 1} of {path.parent.name} is empty"
        visit.context.close()


@pytest.mark.parametrize("width", [1200, 390], ids=["desktop", "phone"])
def test_a_page_is_no_wider_than_the_window(browser: Browser, site: Path, width: int) -> None:
    for path in [*reports(site), site / "index.html"]:
        visit = Visit(browser, path, width)
        if path.name == "report.html":
            visit.drawn()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, path
        visit.context.close()


def test_a_wide_table_takes_the_margins_before_it_scrolls(browser: Browser, site: Path) -> None:
    """And one in a closed fold says that it scrolls when it is opened."""
    for width in (1280, 390):
        for path in reports(site):
            visit = Visit(browser, path, width)
            visit.drawn()
            visit.page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
            visit.page.wait_for_timeout(100)
            boxes = visit.page.evaluate(
                "[...document.querySelectorAll('.table')].map(box => "
                "[box.scrollWidth > box.clientWidth + 1, box.classList.contains('wide'), "
                "box.getBoundingClientRect().left >= 0])"
            )
            assert all(over == says and inside for over, says, inside in boxes), path
            assert width == 390 or not any(over for over, _, _ in boxes), path
            narrow = visit.page.evaluate(
                "[...document.querySelectorAll('.wide td:not(.number):not(.short)')].filter(cell => "
                "cell.textContent.length > 30 && cell.offsetWidth < 160).map(cell => cell.textContent)"
            )
            assert narrow == [], path
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, path
            visit.context.close()


def test_words_in_charts_do_not_cover_each_other(browser: Browser, site: Path) -> None:
    """Axis labels, mark labels and titles: no two of a chart may lie on top of one another."""
    code = """
    figure => {
      const boxes = [...figure.querySelectorAll('svg text')].filter(t => t.textContent.trim())
        .map(t => ({text: t.textContent, box: t.getBoundingClientRect()}));
      const bad = [];
      for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const a = boxes[i], b = boxes[j];
        const w = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const h = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (w > 3 && h > 5 && a.text !== b.text) bad.push(a.text + ' / ' + b.text);
      }
      return bad;
    }
    """
    for path in reports(site):
        visit = Visit(browser, path)
        visit.drawn()
        charts = visit.page.locator("figure.chart")
        for number in range(charts.count()):
            assert charts.nth(number).evaluate(code) == [], f"{path.parent.name}, chart {number + 1}"
        visit.context.close()


def test_a_tooltip_shows_figure_source_and_claim(browser: Browser, site: Path) -> None:
    visit = Visit(browser, site / "region_report/2022-KR-43-ko/report.html")
    visit.drawn()
    visit.page.locator("#chart-3 svg g.mark-symbol path").last.hover()
    tip = visit.page.locator("#vg-tooltip-element")
    tip.wait_for(state="visible")
    text = tip.inner_text()
    for word in ("1조484억원", "c0", "게재일", "출처"):
        assert word in text
    visit.context.close()


def test_links_of_index_and_references_lead_somewhere(browser: Browser, site: Path) -> None:
    visit = Visit(browser, site / "index.html")
    links = visit.page.locator("main a")
    for number in range(links.count()):
        target = (site / (links.nth(number).get_attribute("href") or "")).resolve()
        assert target.is_file(), target
    visit.page.get_by_role("link", name="충북 2022", exact=True).last.click()
    assert "충청북도 산업단지 대개조" in visit.page.locator("h1").inner_text()
    broken = visit.page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert broken == []
    visit.context.close()


def test_data_are_never_markup_in_page_charts_and_tooltips(browser: Browser, attacked_site: Path) -> None:
    visit = Visit(browser, attacked_site / "region_report/2022-KR-43-ko/report.html")
    visit.drawn()
    visit.page.locator("#chart-3 svg g.mark-symbol path").last.hover()
    tip = visit.page.locator("#vg-tooltip-element")
    tip.wait_for(state="visible")
    assert ATTACK in tip.inner_text(), "in the tooltip it is text"
    assert visit.page.evaluate("window.attacked") is None
    assert visit.page.locator("main img").count() == 0
    assert tip.locator("img").count() == 0
    assert ATTACK in visit.page.locator("#table-sources").inner_text(), "in the table it is text"
    # The numbers of events lie on their dots, and answer for them.
    visit.page.locator("#chart-6 svg g.mark-symbol path").last.hover(force=True)
    tip.filter(has_text=re.compile(r"e\d{4}")).wait_for(state="visible", timeout=5_000)
    assert ATTACK in tip.inner_text(), "the title of an event is text, too"
    assert tip.locator("img").count() == 0
    assert visit.page.evaluate("window.attacked") is None
    assert visit.complaints == []
    assert visit.outside() == []
    visit.context.close()


def test_korean_type_comes_from_the_page_not_from_the_machine(browser: Browser, site: Path) -> None:
    """Text is there even as empty boxes; so letters are compared as pictures, with boxes as control."""
    visit = Visit(browser, site / "region_report/2022-KR-43-ko/report.html")
    visit.drawn()
    for weight in (400, 700):
        assert visit.page.evaluate(f"document.fonts.check(\"{weight} 16px 'Sandan Sans KR'\", '가')")
        letters = [_letter(visit.page, char, weight) for char in "산업단지㎢"]
        assert len(set(letters)) == 5
    boxes = {_letter(visit.page, char, 400) for char in "\ue000\ue001"}
    assert len(boxes) == 1
    visit.context.close()


def _letter(page: Page, char: str, weight: int) -> bytes:
    page.evaluate(
        """([char, weight]) => {
          document.getElementById('probe')?.remove();
          const probe = document.createElement('span');
          probe.id = 'probe';
          probe.textContent = char;
          probe.style.cssText = `position:fixed;left:0;top:0;width:64px;height:64px;z-index:9;
            background:#fff;color:#000;font:${weight} 48px/64px 'Sandan Sans KR',sans-serif`;
          document.body.append(probe);
        }""",
        [char, weight],
    )
    picture = page.screenshot(clip={"x": 0, "y": 0, "width": 64, "height": 64})
    return Image.open(io.BytesIO(picture)).convert("L").tobytes()
