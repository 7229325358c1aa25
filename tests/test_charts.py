"""Charts: what they say, and that their Korean is drawn and not only present."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image

from sandan_lib import around, charts
from sandan_lib.charts.figure import VEGALITE_MIME, Figure
from sandan_lib.charts.theme import FONT, alt, chart_of
from sandan_lib.compare import compare, survey
from sandan_lib.dataset import Dataset
from sandan_lib.errors import UnknownName
from sandan_lib.profile import Profile, profile

LANGUAGES = ("ko", "en")


def all_figures(ds: Dataset, plan: Profile, lang: str) -> dict[str, Figure]:
    chosen = plan.selection.selection_id
    return {
        "sites": charts.sites(plan, lang),
        "splits": charts.splits(plan, lang),
        "history": charts.history(plan, lang),
        "money": charts.standing(ds, compare(ds, "budget"), chosen, lang),
        "jobs": charts.standing(ds, compare(ds, "jobs"), chosen, lang),
        "timeline": charts.timeline(plan, lang),
    }


def plans(ds: Dataset) -> list[Profile]:
    return [profile(ds, item.region_id, item.round_year) for item in ds.selections()]


def rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Collect the rows that a specification draws, wherever its layers keep them."""
    found: list[dict[str, Any]] = []
    if isinstance(spec, dict):
        if isinstance(spec.get("values"), list):
            found += [row for row in spec["values"] if isinstance(row, dict)]
        for value in spec.values():
            found += rows(value)
    elif isinstance(spec, list):
        for value in spec:
            found += rows(value)
    return found


def held_against_the_schema(figure: Figure) -> dict[str, Any]:
    """Give the specification as altair alone makes it, which checks it; the library does not."""
    spec: dict[str, Any] = figure.chart.to_dict(validate=True)
    return spec | {"config": figure.to_dict()["config"], "description": figure.alt_text}


@pytest.mark.parametrize("day", ["", "2022-12-31", "2022-04-26"])
def test_every_selection_has_six_valid_charts_in_both_languages(ds: Dataset, day: str) -> None:
    known = ds.as_of(day)
    for plan in plans(known):
        for lang in LANGUAGES:
            for name, figure in all_figures(known, plan, lang).items():
                spec = figure.to_dict()
                assert json.dumps(spec) == json.dumps(held_against_the_schema(figure)), name
                assert figure.alt_text, name
                assert spec["description"] == figure.alt_text
                assert spec["config"]["font"] == FONT


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_charts_of_the_tour_are_valid(ds: Dataset, lang: str) -> None:
    found = survey(ds)
    for figure in (charts.coverage(ds, found, lang), charts.ages(ds, lang), charts.revisions(ds, lang)):
        assert json.dumps(figure.to_dict()) == json.dumps(held_against_the_schema(figure))


@pytest.mark.parametrize(
    "encoding",
    [{"axis": {"tickCuont": 5}}, {"scale": {"domain": 5}}, {"sort": "sideways"}],
    ids=["name", "type", "word"],
)
def test_a_mistake_in_a_chart_is_found(encoding: dict[str, Any]) -> None:
    chart = chart_of([{"amount": 1}]).mark_bar().encode(x=alt.X("amount:Q", **encoding))
    figure = Figure(alt.layer(chart, width=100), "wrong")
    figure.to_dict()
    with pytest.raises(alt.utils.schemapi.SchemaValidationError):
        held_against_the_schema(figure)


def test_the_rows_of_a_chart_are_its_own(ds: Dataset) -> None:
    figure = charts.sites(profile(ds, "충북", 2022), "en")
    spec = figure.to_dict()
    for row in rows(spec):
        row.clear()
    assert all(rows(figure.to_dict()))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_title_of_the_sites_names_the_largest_of_known_size(ds: Dataset, lang: str) -> None:
    for plan in plans(ds):
        title = charts.sites(plan, lang).to_dict()["title"]
        sizes = {site.name(lang): site.statistics.get("employees") for site in plan.sites}
        known = {name: size for name, size in sizes.items() if size is not None}
        name = max(known, key=known.__getitem__)
        assert name in title
        assert f"{known[name]:,}" in title
        assert re.search(rf"\b{len(known)}(?:곳| of)", title), title


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_title_of_the_lanes_counts_dots_and_lanes(ds: Dataset, lang: str) -> None:
    for plan in plans(ds):
        spec = charts.lanes(ds, around(plan), lang).to_dict()
        dots = {row["number"]: row for row in rows(spec) if "number" in row}
        heads = {row["name"] for row in rows(spec) if set(row) == {"x", "y", "name"}}
        years = sorted(int(row["x"]) for row in dots.values())
        counts = list(map(int, re.findall(r"\d+", spec["title"]["text"])))
        expected = [len(heads), *((years[0], years[-1], len(dots)) if lang == "ko" else ())]
        assert counts == (expected if lang == "ko" else [len(heads), len(dots), years[0], years[-1]])


def test_with_all_that_is_known_no_chart_is_empty(ds: Dataset) -> None:
    empty = {
        (plan.selection.selection_id, name)
        for plan in plans(ds)
        for name, figure in all_figures(ds, plan, "ko").items()
        if not [row for row in rows(figure.to_dict()) if row]
    }
    assert empty == set()


def test_a_vintage_without_figures_draws_that_there_are_none(ds: Dataset) -> None:
    """On the day of selection most money was not yet printed; an empty chart has no size to draw."""
    known = ds.as_of("2022-04-26")
    for item in known.selections():
        plan = profile(known, item.region_id, item.round_year)
        for name, figure in {
            "splits": charts.splits(plan, "en"),
            "history": charts.history(plan, "en"),
        }.items():
            assert figure.png(scale=1).startswith(b"\x89PNG"), name
            no_total = not [split for split in plan.splits() if split["total"]]
            assert ("No figure to draw was found." in figure.alt_text) == no_total, (item.selection_id, name)


def test_claims_in_charts_show_figure_source_and_claim(ds: Dataset) -> None:
    plan = profile(ds, "전남", 2020)
    for name, figure in all_figures(ds, plan, "ko").items():
        if name in ("sites", "timeline"):
            continue
        marks = [row for row in rows(figure.to_dict()) if "claim" in row]
        assert marks, name
        for row in marks:
            claim = ds.record("claims", row["claim"])
            assert row["as_printed"].startswith(claim["as_printed"])
            assert row["source"] == ds.record("sources", claim["source_id"])["publisher"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_standing_draws_all_fifteen_and_marks_one(ds: Dataset, lang: str) -> None:
    figure = charts.standing(ds, compare(ds, "budget"), "2022-KR-43", lang)
    drawn = {row["name"]: row["marked"] for row in rows(figure.to_dict())}
    assert len(drawn) == 15
    assert [name for name, marked in drawn.items() if marked] == [
        {"ko": "충북 2022", "en": "Chungbuk 2022"}[lang]
    ]


def test_titles_say_what_is_found(ds: Dataset) -> None:
    budget = compare(ds, "budget")
    assert charts.standing(ds, budget, "2022-KR-43", "en").alt_text.startswith(
        "Budget: Chungbuk 2022 ranks 3 (3–7) of 15: "
    )
    with pytest.raises(UnknownName, match="2022-KR-34"):
        charts.standing(ds, budget, "2022-KR-34", "en")
    assert charts.standing(ds, budget, None, "ko").alt_text.startswith(
        "사업비: 경남 2021, 15곳 가운데 1위 (1–2): "
    )
    jobs = compare(ds, "jobs")
    assert "Daejeon 2022 has no comparable figure" in charts.standing(ds, jobs, "2022-KR-30", "en").alt_text
    moved = charts.history(profile(ds, "충북", 2022), "ko").alt_text
    assert moved.startswith("계획 총액: 9,200억 원 → 1조 484억 원: ")
    assert charts.history(profile(ds, "인천", 2020), "en").alt_text.startswith(
        "The plan's total: KRW 470 bn: "
    )


def test_a_tick_is_not_hidden_behind_the_words_of_its_row(ds: Dataset) -> None:
    from sandan_lib.charts.theme import WIDTH, text_width

    for panel in charts.target_sizes(ds, "en").to_dict()["vconcat"]:
        ticks = [layer for layer in panel["layer"] if layer["mark"]["type"] == "tick"]
        low, high = panel["layer"][-1]["encoding"]["x"]["scale"]["domain"]
        for row in rows(panel):
            if ticks and "grown" in row:
                pixels = (row["grown"] - row["words_at"]) * (WIDTH - 90) / (high - low)
                assert not 9 < pixels < 9 + text_width(row["label"]), row["name"]


def test_misprints_are_not_drawn_as_the_plans_money(ds: Dataset) -> None:
    plan = profile(ds, "전남", 2020)
    shown = {row.get("as_printed") for row in rows(charts.splits(plan, "ko").to_dict())}
    assert "2,638억 원" not in shown
    assert "3638억원" in shown


def test_a_split_without_a_total_fits_its_axis(ds: Dataset) -> None:
    """Some releases print the national part and no total: its bar must not leave the chart."""
    plan = profile(ds, "경북", 2020)
    partial = dataclasses.replace(plan, claims=plan.claims[plan.claims["component"] != "total"])
    figure = charts.splits(partial, "en")
    widest = sum(row["amount"] for row in rows(figure.to_dict()) if "amount" in row)
    axis = figure.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert 0 < widest < axis[1]
    assert "national KRW 412.1 bn" in figure.alt_text


def test_labels_of_the_history_do_not_cover_each_other(ds: Dataset) -> None:
    from sandan_lib.charts.money import _overlap, _place_labels

    points = [
        {"day": day, "amount": amount, "label": "1조 7,000억 원"}
        for day, amount in [("2020-05-11", 17000), ("2020-05-12", 18047), ("2020-05-13", 17500)]
    ]
    # The dot of a text that repeats the first total lies where the first label would.
    dots = [*points, {"day": "2020-05-12", "amount": 18500}, {"day": "2021-05-12", "amount": 17000}]
    _place_labels(points, dots, 30000)
    assert [bool(point["label"]) for point in points].count(True) >= 2
    boxes = [(i, point["dx"], point["dy"]) for i, point in enumerate(points) if point["label"]]
    assert len({(dx, dy) for _, dx, dy in boxes}) == len(boxes)
    assert _overlap((0, 0, 2, 2), (1, 1, 3, 3))
    assert not _overlap((0, 0, 2, 2), (2, 0, 3, 2))


def ink(picture: bytes) -> int:
    """Count the dark pixels."""
    return sum(Image.open(io.BytesIO(picture)).convert("L").histogram()[:128])


def words(text: str, weight: Literal[400, 700] = 400) -> Figure:
    chart = alt.Chart(alt.Data(values=[{"x": 0}])).mark_text(fontSize=40, fontWeight=weight, font=FONT)
    return Figure(chart.encode(text=alt.value(text)).properties(width=500, height=80), text)


@pytest.mark.parametrize("weight", [400, 700], ids=["regular", "bold"])
def test_korean_is_drawn_with_real_glyphs(weight: Literal[400, 700]) -> None:
    """Empty boxes give their text back and are all alike, so pixels are compared."""
    syllables = [words(text, weight).png() for text in "산업단지대개조㎢→"]
    assert len(set(syllables)) == len(syllables), "unlike words, unlike pictures"
    assert all(ink(picture) > 100 for picture in syllables)
    boxes = {words(text, weight).png() for text in "\ue000\ue001\ue002"}
    assert len(boxes) == 1, "the control: what has no glyph looks alike"


def test_bold_is_bolder_than_regular() -> None:
    assert ink(words("산업단지 대개조", 700).png()) > 1.15 * ink(words("산업단지 대개조", 400).png())


def test_the_type_covers_every_character_of_data_and_library(ds: Dataset) -> None:
    from fontTools.ttLib import TTFont

    from sandan_lib.typeface import FONT_FOLDER

    text = "".join(
        cell
        for name, table in ds.package.tables.items()
        for column in table.columns
        for cell in ds.table(name)[column].dropna()
        if isinstance(cell, str)
    )
    library = FONT_FOLDER.parent.parent
    for part in ("charts", "tables", "text/report.py", "units/format.py", "reports/templates"):
        place = library / part
        for path in [place] if place.is_file() else place.rglob("*.*"):
            text += path.read_text(encoding="utf-8") if path.suffix != ".pyc" else ""
    wanted = {char for char in text if char.isprintable()}
    for weight in ("Regular", "Bold"):
        with TTFont(FONT_FOLDER / f"SandanSansKR-{weight}.ttf") as font:
            assert "fvar" not in font, "a variable font cannot be embedded in PDF"
            assert wanted - {chr(code) for code in font.getBestCmap()} == set()


def test_a_figure_offers_specification_and_picture(ds: Dataset) -> None:
    figure = charts.sites(profile(ds, "충북", 2022), "en")
    data, metadata = figure._repr_mimebundle_()
    assert set(data) == {VEGALITE_MIME, "image/png", "text/plain"}
    assert metadata["image/png"]["alt"] == figure.alt_text
    json.dumps(data)
    assert repr(figure) == f"<Figure: {figure.alt_text}>"


def test_a_picture_is_the_same_twice(ds: Dataset) -> None:
    plan = profile(ds, "대전", 2022)
    assert charts.timeline(plan).png() == charts.timeline(plan).png()


def test_charts_change_nothing_global(ds: Dataset) -> None:
    before = (alt.renderers.active, alt.theme.active)
    charts.sites(profile(ds, "충북", 2022)).png()
    assert (alt.renderers.active, alt.theme.active) == before


def test_the_scripts_of_pages_are_those_of_the_pinned_renderer() -> None:
    """Renew them with tools/build_bundle.py when vl-convert is renewed."""
    import runpy

    from sandan_lib.reports.pages import scripts

    tool = Path(__file__).resolve().parent.parent / "tools" / "build_bundle.py"
    assert scripts()[0] == runpy.run_path(str(tool))["bundle"]()
