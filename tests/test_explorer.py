"""The explorer in real JupyterLab and on its own page: every control moved in a real browser."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sandan_lib import Dataset
from sandan_lib.reports.signature import notebook_path
from sandan_lib.widgets import PARTS, View
from sandan_lib.widgets.part import WEIGHED

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ARTEFACTS = Path(__file__).resolve().parent.parent / "outputs" / "screenshots"
PATIENCE = 60_000  # milliseconds; a cold kernel on a busy machine
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("SANDAN_BROWSER") != "required",
        reason="chromium is not installed; SANDAN_BROWSER=required makes this a failure",
    ),
]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def served(command: list[str], address: str, **options: Any) -> Iterator[str]:
    """Run a server in a group of its own until the block ends; give its address when it answers."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **options
    ) as server:
        try:
            deadline = time.monotonic() + 120
            while True:
                with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=60):
                    break
                assert server.poll() is None, "the server ended by itself"
                assert time.monotonic() < deadline, "the server did not answer"
                time.sleep(0.2)
            yield address
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def page_server() -> Iterator[str]:
    """Serve the explorer as `sandan explore` does."""
    port = free_port()
    command = [sys.executable, "-m", "sandan_lib", "explore", "--port", str(port), "--no-browser"]
    with served([*command, "--ready", "1"], f"http://127.0.0.1:{port}/voila/static/voila.js") as _:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve JupyterLab over a folder that holds a copy of the notebook."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(notebook_path("explorer"), folder / "explorer.ipynb")
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", "--allow-root"]
    # Its own look for news would ask an address elsewhere.
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with served(command, f"http://127.0.0.1:{port}/api") as _:
        yield f"http://127.0.0.1:{port}/lab/tree/explorer.ipynb?reset"


class Opened:
    """A page with the explorer, and all that it complained of or asked for elsewhere."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 1000}, accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.noticed: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.noticed.append(str(error)))
        self.page.on("request", self._asked)
        self.page.goto(address, timeout=PATIENCE)

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.noticed.append(message.text)

    def _asked(self, request: Any) -> None:
        if not re.match(r"(http|ws)://127\.0\.0\.1|data:|blob:", request.url):
            self.noticed.append(f"asked for {request.url}")

    def part(self, name: str) -> Locator:
        return self.page.locator(f".sandan-{name}")

    def chart(self, name: str) -> Locator:
        return self.part(name).locator(".sandan-chart")

    def drawn(self, name: str) -> int:
        """Give the number of the picture that stands there now."""
        return int(self.chart(name).get_attribute("data-drawn") or 0)

    def control(self, part: str, name: str) -> Locator:
        return self.part(part).locator(f".sandan-choice[data-name='{name}']")

    def wait(self) -> None:
        for name in PARTS:
            expect(self.chart(name).locator("svg")).to_be_visible(timeout=PATIENCE)

    def labels(self, name: str) -> list[str]:
        """Give the words of a picture."""
        return self.chart(name).locator("svg text").all_text_contents()

    def picture(self, name: str) -> str:
        return self.chart(name).locator("svg").inner_html()

    def settles(self, name: str, picture: str) -> None:
        """Wait until another picture than this one stands there."""
        expect(self.chart(name).locator("svg")).not_to_have_js_property(
            "innerHTML", picture, timeout=PATIENCE
        )

    def kept(self, name: str) -> None:
        """Keep a picture of the page beside the reports, for whoever looks at the test run."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)

    def close(self) -> None:
        errors = self.page.locator(".sandan-error").all_text_contents()
        self.context.close()
        assert self.noticed == []
        assert errors == []


@pytest.fixture(scope="module")
def opened(browser: Browser, page_server: str) -> Iterator[Opened]:
    """Open one page for all tests: each reader costs a kernel."""
    found = Opened(browser, page_server)
    found.wait()
    yield found
    found.close()


@pytest.fixture
def page(opened: Opened) -> Opened:
    """Give the page as it was opened."""
    before = opened.drawn("whatif")
    opened.page.get_by_role("button", name=re.compile("처음으로|Start over")).click()
    expect(opened.chart("whatif")).not_to_have_attribute("data-drawn", str(before), timeout=PATIENCE)
    opened.wait()
    return opened


def expected(ds: Dataset, view: View, part: str) -> set[str]:
    """Give the words that marks of the picture of a view carry, drawn by the library alone."""
    figure = view.picture(ds, part).run(view.data(ds, part))
    spec = figure.to_dict()
    rows = [row for rows in spec.get("datasets", {}).values() for row in rows]
    rows += [row for values in _values(spec) for row in values]
    return {str(row["name"]) for row in rows if row.get("name")}


def _values(part: Any) -> Iterator[list[dict[str, Any]]]:
    if isinstance(part, list):
        for item in part:
            yield from _values(item)
    elif isinstance(part, dict):
        for key, item in part.items():
            if key == "data" and isinstance(item, dict) and "values" in item:
                yield item["values"]
            else:
                yield from _values(item)


MOVES = [
    ("rounds", "round_year", "2021", View(round_year=2021)),
    ("rounds", "rounds_show", "network", View(rounds_show="network")),
    ("budgets", "measure", "jobs", View(measure="jobs")),
    ("budgets", "component", "national", View(component="national")),
    ("budgets", "status", "bid", View(status="bid")),
    ("budgets", "basis", "annual", View(basis="annual")),
    ("budgets", "per", "population", View(per="population")),
    ("budgets", "rule", "first", View(rule="first")),
    ("budgets", "budgets_show", "composition", View(budgets_show="composition")),
]


def test_each_list_moves_its_chart(ds: Dataset, page: Opened) -> None:
    for part, name, value, view in MOVES:
        before = page.picture(part)
        select = page.control(part, name).locator("select")
        back = select.input_value()
        select.select_option(value)
        page.settles(part, before)
        words = " ".join(page.labels(part))
        for label in expected(ds, view, part):
            assert label in words, (name, value, label)
        moved = page.picture(part)
        select.select_option(back)
        page.settles(part, moved)
    page.kept("explorer-page")


def test_macro_regions_and_regions_cut_the_network(ds: Dataset, page: Opened) -> None:
    select = page.control("rounds", "region").locator("select")
    assert select.locator("option[value='KR-43']").is_disabled()
    assert "–" in (select.locator("option[value='KR-43']").text_content() or ""), "the reason is said"
    before = page.picture("rounds")
    page.control("rounds", "rounds_show").locator("select").select_option("network")
    page.settles("rounds", before)
    before = page.picture("rounds")
    page.control("rounds", "macro_region").locator("select").select_option("southeast")
    page.settles("rounds", before)
    words = " ".join(page.labels("rounds"))
    assert "부산 2021" in words
    assert "충북 2022" not in words
    before = page.picture("rounds")
    page.control("rounds", "region").locator("select").select_option("KR-31")
    page.settles("rounds", before)
    assert "부산 2021" not in " ".join(page.labels("rounds"))


def test_what_would_compare_unlike_figures_is_grey_with_its_reason(page: Opened) -> None:
    before = page.picture("budgets")
    page.control("budgets", "measure").locator("select").select_option("jobs")
    page.settles("budgets", before)
    option = page.control("budgets", "component").locator("option[value='national']")
    expect(option).to_be_disabled()
    expect(option).to_contain_text("재원은 돈에만 있음")
    assert page.control("budgets", "status").locator("option[disabled]").count() > 2


def test_sliders_and_boxes(ds: Dataset, page: Opened) -> None:
    before = page.picture("budgets")
    regions = page.control("budgets", "regions")
    regions.locator("summary").click()
    regions.get_by_label("충북 2022").check()
    expect(page.part("budgets").locator(".sandan-code")).to_contain_text("2022-KR-43")
    regions.get_by_label("부산 2021").check()
    page.settles("budgets", before)
    expect(page.part("budgets").locator(".sandan-code")).to_contain_text("2021-KR-26, 2022-KR-43")
    assert set(page.labels("budgets")) >= {"충북 2022", "부산 2021"}
    assert "경남 2021" not in page.labels("budgets")
    for name in WEIGHED:
        before = page.picture("whatif")
        weight = page.control("whatif", name).locator("input")
        value = int(weight.input_value()) + 3
        weight.focus()
        for _ in range(3):
            page.page.keyboard.press("ArrowRight")
        expect(page.part("whatif").locator(".sandan-code")).to_contain_text(f"{name}={value}")
        page.settles("whatif", before)


def test_the_day_moves_every_picture_that_knows_it(ds: Dataset, page: Opened) -> None:
    before = page.picture("budgets")
    slider = page.page.locator(".sandan-choice[data-name='as_of'] input")
    slider.focus()
    for _ in range(60):
        page.page.keyboard.press("ArrowLeft")
    page.settles("budgets", before)
    day = page.page.locator(".sandan-choice[data-name='as_of'] output").text_content() or ""
    expect(page.part("budgets").locator(".sandan-code")).to_contain_text(f'as_of("{day}")')
    for part in ("rounds", "budgets", "whatif"):
        for label in expected(ds, View(as_of=day), part):
            expect(page.chart(part).locator("svg")).to_contain_text(label)
    expect(page.part("time").locator(".sandan-code")).not_to_contain_text("as_of")


def test_a_slider_dragged_fast_ends_at_its_last_value(ds: Dataset, page: Opened) -> None:
    slider = page.control("time", "day").locator("input")
    start = page.drawn("time")
    moves = slider.evaluate(
        """input => {
            const last = Math.round(Number(input.max) / 3);
            input.focus();
            for (let place = Number(input.max); place >= last; place -= 1) {
                input.value = place;
                input.dispatchEvent(new Event('input', {bubbles: true}));
            }
            return Number(input.max) - last + 1;
        }"""
    )
    day = page.control("time", "day").locator("output").text_content() or ""
    expect(page.part("time").locator(".sandan-code")).to_contain_text(f'as_of("{day}")')
    expect(page.chart("time")).not_to_have_attribute("data-drawn", str(start))
    for label in expected(ds, View(day=day), "time"):
        expect(page.chart("time").locator("svg")).to_contain_text(label)
    page.page.wait_for_timeout(1000)  # whatever was queued would come now
    redrawn = page.drawn("time") - start
    assert 1 <= redrawn < moves / 3, f"{redrawn} pictures for {moves} moves"


def test_a_click_opens_the_source_of_the_mark(ds: Dataset, page: Opened) -> None:
    mark = page.chart("budgets").locator(".mark-symbol path").first
    mark.click()
    inspector = page.part("budgets").locator("table#table-inspected")
    expect(inspector).to_be_visible()
    claim = inspector.locator("tbody tr").first.locator("td").last.text_content() or ""
    record = ds.record("claims", claim)
    assert record["measure_id"] == "budget"
    link = inspector.locator("tbody tr").first.locator("a").get_attribute("href")
    assert link == ds.record("sources", record["source_id"])["url"]
    # The same without a mouse: the list of marks.
    page.control("budgets", "mark").locator("select").select_option(index=4)
    expect(inspector.locator("tbody tr").first.locator("td").last).not_to_have_text(claim)


def test_files_of_what_is_seen(ds: Dataset, page: Opened, tmp_path: Path) -> None:
    for words, start in (
        ("CSV 받기", b"\xef\xbb\xbfmeasure_id"),
        ("SVG 받기", b"<svg"),
        ("출처 받기", b"@misc{"),
    ):
        with page.page.expect_download() as got:
            page.part("budgets").get_by_role("button", name=words).click()
        file = tmp_path / got.value.suggested_filename
        got.value.save_as(file)
        assert file.read_bytes().startswith(start), words


def test_the_language_changes_in_place(ds: Dataset, page: Opened) -> None:
    before = page.picture("budgets")
    page.page.locator(".sandan-choice[data-name='lang'] select").select_option("en")
    page.settles("budgets", before)
    expect(page.part("budgets").locator("h2")).to_have_text(
        "Budgets and targets: comparisons with their doubt"
    )
    assert set(page.labels("budgets")) >= {f"{name}" for name in expected(ds, View(lang="en"), "budgets")}
    assert page.control("budgets", "measure").locator("label").text_content() == "measure"
    page.kept("explorer-page-en")


def test_every_control_has_a_label_and_can_be_reached_by_keyboard(page: Opened) -> None:
    unlabelled = page.page.evaluate(
        """[...document.querySelectorAll('.sandan-choice select, .sandan-choice input')]
            .filter(item => !(item.labels.length && item.labels[0].textContent.trim())).length"""
    )
    assert unlabelled == 0
    assert page.page.locator(".sandan-choice select, .sandan-choice input[type=range]").count() > 15
    reached = page.page.evaluate(
        """['select', 'input', 'summary']
            .flatMap(kind => [...document.querySelectorAll(`.sandan-choice ${kind}`)])
            .filter(item => item.tabIndex < 0).length"""
    )
    assert reached == 0


def test_an_address_restores_the_view_and_the_code_draws_the_same(
    ds: Dataset, browser: Browser, page_server: str
) -> None:
    view = View(
        lang="en", round_year=2022, rounds_show="network", measure="jobs", weights="budget=2, output=1"
    )
    opened = Opened(browser, f"{page_server}?{view.query()}")
    opened.wait()
    for name in PARTS:
        words = " ".join(opened.labels(name))
        assert all(label in words for label in expected(ds, view, name))
        code = opened.part(name).locator(".sandan-code").text_content() or ""
        *lines, last = code.splitlines()
        script = "\n".join(["import json", *lines, f"print(json.dumps(({last}).to_dict()))"])
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        figure = view.picture(ds, name).run(view.data(ds, name))
        assert json.loads(done.stdout) == json.loads(json.dumps(figure.to_dict()))
    opened.close()


def test_an_address_that_makes_no_view_is_told_in_one_line(browser: Browser, page_server: str) -> None:
    opened = Opened(browser, f"{page_server}?lang=en&measure=bugdet")
    opened.wait()
    error = opened.page.locator(".sandan-error")
    expect(error).to_have_count(1)
    expect(error).to_contain_text("budget")
    opened.context.close()
    assert opened.noticed == []


def run_all_cells(page: Page, last: Locator) -> None:
    """Run all cells until the last one shows something, once more where JupyterLab let some fall.

    It shows a kernel as idle a moment before it can take cells (seen on a busy machine with
    JupyterLab 4): cells are passed over then, and their prompts, a star at first, are empty again.
    """
    asked: list[str] = []

    def answer(dialog: Locator) -> None:
        asked.append(" ".join((dialog.text_content() or "").split()))
        dialog.locator(".jp-Dialog-footer button").last.click()

    # JupyterLab may ask about its kernel (seen once, on a machine at a third of the usual speed).
    # Who reads it presses its button and goes on; what it said is told at the end, passed or not.
    page.add_locator_handler(page.locator("dialog.jp-Dialog").first, answer)
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")
    idle.first.wait_for(timeout=2 * PATIENCE, state="attached")
    for _ in range(4):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        with contextlib.suppress(PlaywrightTimeout):
            last.wait_for(timeout=0.75 * PATIENCE, state="attached")
            if asked:
                warnings.warn(f"JupyterLab asked {asked}", stacklevel=2)
            return
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / "explorer-lab-failed.png")
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
    pytest.fail(f"JupyterLab did not run all cells when told so four times: {prompts}; asked {asked}")


def test_the_notebook_in_jupyterlab(ds: Dataset, browser: Browser, lab_server: str) -> None:
    opened = Opened(browser, lab_server)
    opened.page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE)
    run_all_cells(opened.page, opened.chart("whatif").locator("svg"))
    before = opened.picture("budgets")
    opened.control("budgets", "status").locator("select").select_option("bid")
    opened.settles("budgets", before)
    for label in expected(ds, View(status="bid"), "budgets"):
        assert label in " ".join(opened.labels("budgets"))
    opened.chart("budgets").locator(".mark-symbol path").first.click()
    expect(opened.part("budgets").locator("table#table-inspected a").first).to_have_attribute(
        "href", re.compile("^https?://")
    )
    before = opened.picture("budgets")
    opened.page.locator(".sandan-choice[data-name='lang'] select").select_option("en")
    opened.settles("budgets", before)
    opened.kept("explorer-lab")
    opened.close()


def test_the_page_shows_none_of_the_notebooks_code(page: Opened) -> None:
    assert "sd.widgets.explorer" not in page.page.content()
