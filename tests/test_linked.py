"""Panels that point at each other on live pages, and are as complete as before where nobody can point."""

from __future__ import annotations

import copy
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import sandan_lib
from sandan_lib import charts, pictures
from sandan_lib.charts.figure import Figure
from sandan_lib.dataset import Dataset

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BUNDLE = Path(sandan_lib.__file__).parent / "assets" / "vega" / "bundle.js"

LINKED: dict[str, Callable[[Dataset, str], Figure]] = {
    "target panels": lambda ds, lang: charts.target_panels(ds, "increase", lang),
    "target sizes": charts.target_sizes,
    "one round's flow": lambda ds, lang: charts.budget_flow(ds, 2021, lang),
    "all rounds' flow": lambda ds, lang: charts.budget_flow(ds, 0, lang),
}


def still(spec: Any) -> Any:
    """Give the specification without what only a live page uses."""
    if isinstance(spec, list):
        return [still(item) for item in spec]
    if not isinstance(spec, dict):
        return spec
    condition = spec.get("condition")
    if isinstance(condition, dict) and condition.get("param"):
        return {"value": condition["value"]}
    return {key: still(item) for key, item in spec.items() if key != "params"}


@pytest.mark.parametrize("name", LINKED)
def test_what_is_drawn_without_a_pointer_is_all_of_it(ds: Dataset, name: str) -> None:
    spec = LINKED[name](ds, "ko").to_dict()
    plain = still(copy.deepcopy(spec))
    assert "pointed" in json.dumps(spec)
    assert "pointed" not in json.dumps(plain)
    assert pictures.png(spec, 1) == pictures.png(plain, 1)


@pytest.mark.parametrize("name", LINKED)
def test_every_panel_takes_part_once(ds: Dataset, name: str) -> None:
    spec = LINKED[name](ds, "en").chart.to_dict(validate=True)
    (param,) = spec["params"]
    named = [
        [layer["name"] for layer in panel.get("layer", ()) if "name" in layer] for panel in spec["vconcat"]
    ]
    assert all(len(names) == 1 for names in named if names)
    assert list(itertools.chain(*named)) == param["views"]
    assert len(param["views"]) == len(set(param["views"])) > 1
    for panel in spec["vconcat"]:
        for layer in panel["layer"]:
            rows = layer.get("data", panel.get("data", {})).get("values", [{}])
            fades = "pointed" in json.dumps(layer["encoding"].get("opacity", {}))
            assert not fades or all("name" in row for row in rows)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def opened(browser: Browser, figure: Figure, said: list[str]) -> Page:
    """Show a chart as the pages do, the network off."""
    page = browser.new_context(viewport={"width": 900, "height": 1400}, offline=True).new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_content("<!doctype html><meta charset=utf-8><div id=place></div>")
    page.add_script_tag(path=BUNDLE)
    options = {"mode": "vega-lite", "renderer": "svg", "actions": False, "ast": True}
    page.evaluate(
        "([spec, options]) => vegaEmbed('#place', spec, options).then(made => { window.view = made.view; })",
        [figure.to_dict(), options],
    )
    return page


# Walks the scene graph: which names have which opacity, panel by panel.
SEEN = """() => {
  const found = [];
  const walk = (item, panel) => {
    if (item.marktype && item.marktype !== 'group' && item.role === 'mark')
      for (const part of item.items)
        if (part.datum && part.datum.name && part.stroke !== 'white')
          found.push([panel, item.marktype, part.datum.name, part.opacity ?? 1]);
    const inside = item.name?.match(/concat_\\d/)?.[0] ?? panel;
    for (const part of item.items || []) (part.items || []).forEach(child => walk(child, inside));
  };
  walk(window.view.scenegraph().root, '');
  return found;
}"""


@pytest.mark.browser
@pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("SANDAN_BROWSER") != "required",
    reason="chromium is not installed; SANDAN_BROWSER=required makes this a failure",
)
def test_pointing_at_a_name_brings_it_out_in_all_panels(ds: Dataset, browser: Browser) -> None:
    said: list[str] = []
    page = opened(browser, charts.target_panels(ds, "increase", "ko"), said)
    before = page.evaluate(SEEN)
    panels = {panel for panel, _, name, _ in before if name == "충북 2022"}
    assert len(panels) > 1
    assert {opacity for _, mark, _, opacity in before if mark != "rule"} == {1}
    label = page.get_by_text("9,600명").last
    label.hover()
    page.wait_for_function("window.view.data('pointed_store').length === 1")
    after = [row for row in page.evaluate(SEEN) if row[1] != "rule"]
    assert {opacity for _, _, name, opacity in after if name == "충북 2022"} == {1}
    assert {panel for panel, _, name, opacity in after if name == "충북 2022" and opacity == 1} == panels
    assert {opacity for _, _, name, opacity in after if name != "충북 2022"} == {0.2}
    page.mouse.move(890, 1390)
    page.wait_for_function("window.view.data('pointed_store').length === 0")
    assert page.evaluate(SEEN) == before
    assert not said
