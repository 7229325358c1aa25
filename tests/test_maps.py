"""Maps of tiles, the network of hubs and the flow of money: what they draw is what the data hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from sandan_lib import charts, compare, references, tables
from sandan_lib.charts.figure import Figure
from sandan_lib.compare import secured, stages
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.errors import NotComparable, ParameterError
from sandan_lib.tiles import TILES

Row = dict[str, Any]
LANGUAGES = ("ko", "en")
DAYS = ("", "2020-06-30", "2021-06-30", "2019-01-01")
HANGUL = re.compile("[가-힣]")
QUOTED = {"as_printed", "source", "title", "named_by", "counted_by"}


def drawn(spec: Any) -> list[Row]:
    """Give all rows of a specification, wherever its layers keep them."""
    if isinstance(spec, list):
        return [row for item in spec for row in drawn(item)]
    if not isinstance(spec, dict):
        return []
    own = spec["values"] if isinstance(spec.get("values"), list) else []
    rows = [row for row in own if isinstance(row, dict)]
    return rows + [row for key, item in spec.items() if key != "values" for row in drawn(item)]


def valid(figure: Figure) -> list[Row]:
    spec = figure.chart.to_dict(validate=True)
    mine = figure.to_dict()
    assert json.dumps({key: mine[key] for key in spec if key != "config"}) == json.dumps(
        {key: spec[key] for key in spec if key != "config"}
    )
    assert mine["description"] == figure.alt_text
    return drawn(spec)


def unique(rows: list[Row], *keys: str) -> list[Row]:
    return list({tuple(row.get(key) for key in keys): row for row in rows}.values())


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_charts_are_valid_on_any_day_and_speak_one_language(ds: Dataset, day: str, lang: str) -> None:
    known = ds.as_of(day)
    figures = [charts.round_map(known, lang), charts.network(known, lang), charts.budget_flow(known, 0, lang)]
    figures += [charts.money_map(known, lang), charts.outcomes(known, lang), charts.industries(known, lang)]
    if not known.selections():
        assert all("그릴" in item.alt_text or "No figure" in item.alt_text for item in figures)
    else:
        figures.append(charts.tile_map(known, compare(known, "budget"), lang))
    for figure in figures:
        rows = valid(figure)
        assert day == "2021-06-30" or figure.png(1).startswith(b"\x89PNG")
        if lang == "en":
            assert not HANGUL.search(figure.alt_text)
            for row in rows:
                assert not HANGUL.search(str({key: row[key] for key in row if key not in QUOTED}))


def test_the_grid_has_one_place_for_every_region(ds: Dataset) -> None:
    assert set(TILES) == set(ds.records("regions"))
    assert len(set(TILES.values())) == 17
    assert TILES["KR-49"][1] == max(row for _, row in TILES.values()), "Jeju lies south of all"
    assert TILES["KR-26"][0] > TILES["KR-29"][0], "Busan lies east of Gwangju"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_map_shows_the_figures_of_the_comparison(ds: Dataset, lang: str) -> None:
    found = compare(ds, "budget")
    rows = valid(charts.tile_map(ds, found, lang))
    tiles = unique([row for row in rows if row.get("kind") == "figure"], "name")
    known = {row["claim_id"]: row for row in rows_of(found.frame) if row["claims"]}
    assert {row["claim"] for row in tiles} == set(known)
    for row in tiles:
        assert row["label"] == ds.amount(ds.record("claims", row["claim"]), lang)
        assert row["amount"] == pytest.approx(known[row["claim"]]["value"] / (1e8 if lang == "ko" else 1e9))
    halves = Counter(row["region_id"] for row in tiles)
    assert {key for key, count in halves.items() if count == 2} == {"KR-46", "KR-47"}


def test_not_selected_no_figure_and_another_round_look_different(ds: Dataset) -> None:
    rows = valid(charts.tile_map(ds, compare(ds, "jobs", round_year=2022), "en"))
    kinds = {row["region_id"]: row["kind"] for row in rows if "kind" in row}
    assert set(kinds) == set(TILES)
    assert (kinds["KR-11"], kinds["KR-30"], kinds["KR-41"]) == ("not_selected", "missing", "elsewhere")
    assert kinds["KR-43"] == "figure"
    assert len({row["label"] for row in rows if row.get("kind") in ("not_selected", "missing")}) == 2


def test_a_map_of_chosen_claims_refuses_unlike_ones(ds: Dataset) -> None:
    frame = rows_of(compare(ds, "budget").frame)
    mine = {row["region_id"]: row["claim_id"] for row in frame if row["claims"]}
    figure = charts.tile_map(ds, mine, "en")
    assert "by region" in figure.alt_text
    valid(figure)
    other = rows_of(compare(ds, "jobs").frame)[0]["claim_id"]
    with pytest.raises(NotComparable, match="one map"):
        charts.tile_map(ds, mine | {"서울": other})


def test_the_map_of_rounds_has_every_selection(ds: Dataset) -> None:
    rows = valid(charts.round_map(ds, "en"))
    won = {(row["region_id"], row["amount"]) for row in rows if row.get("kind") == "figure"}
    assert won == {(item.region_id, item.round_year) for item in ds.selections()}
    alone = valid(charts.round_map(ds, "ko", 2021))
    assert {row["amount"] for row in alone if row.get("kind") == "figure"} == {2021}
    with pytest.raises(ParameterError, match="no round 2019"):
        charts.round_map(ds, "en", 2019)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_network_draws_every_site_once_and_no_label_is_cut_or_covered(ds: Dataset, lang: str) -> None:
    rows = unique([row for row in valid(charts.network(ds, lang)) if "hub_x" in row], "x", "y")
    chosen = {item.selection_id for item in ds.selections()}
    sites = [row for row in rows_of(ds.table("selection_sites")) if row["selection_id"] in chosen]
    assert Counter(row["role"] for row in rows if row["role"] != "head") == Counter(s["role"] for s in sites)
    from sandan_lib.charts.theme import WIDTH, text_width

    boxes = [(row["text_x"], row["y"], row["text_x"] + text_width(row["label"])) for row in rows]
    assert all(end <= WIDTH for *_, end in boxes)
    for place, (left, y, right) in enumerate(boxes):
        for other_left, other_y, other_right in boxes[place + 1 :]:
            assert abs(y - other_y) >= 15 or right < other_left or other_right < left


def test_the_size_of_a_hub_follows_its_employees(ds: Dataset) -> None:
    rows = [row for row in valid(charts.network(ds, "en")) if row.get("known")]
    ordered = sorted(rows, key=lambda row: row["employees"])
    assert [row["area"] for row in ordered] == sorted(row["area"] for row in rows)
    assert all(f"{row['employees']:,}" in row["label"] for row in rows)


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_the_flow_draws_each_stage_and_never_secured_money_beside_plans(ds: Dataset, year: int) -> None:
    figure = charts.budget_flow(ds, year, "en")
    valid(figure)
    planned, won = figure.to_dict()["vconcat"]
    above = unique([row for row in drawn(planned) if "claim" in row], "claim")
    below = unique([row for row in drawn(won) if "claim" in row], "claim")
    assert {row["claim"] for row in above} == {
        item.cell["claim_id"] for item in stages(ds, year) if item.cell["claims"]
    }
    assert {row["claim"] for row in below} == {item.cell["claim_id"] for item in secured(ds, year)}
    for row in below:
        claim = ds.record("claims", row["claim"])
        assert claim["status"] == "secured"
        assert not row["drawn"] or (claim["component"], claim["basis"]) == ("national", "annual")
    for row in above:
        claim = ds.record("claims", row["claim"])
        assert (claim["component"], claim["basis"], claim["scope"]) == ("total", "cumulative", "plan")
        assert row["amount"] == pytest.approx(claim["value"] / 1e9)


@pytest.mark.parametrize("year", [0, 2020, 2021, 2022])
def test_the_title_of_the_flow_counts_what_its_rows_show(ds: Dataset, year: int) -> None:
    cells: dict[str, dict[str, Any]] = {}
    for one in (2020, 2021, 2022) if year == 0 else (year,):
        for item in stages(ds, one):
            if item.stage != "bid" and item.cell["claims"]:
                cells.setdefault(item.selection.selection_id, {})[item.stage] = item.cell
    turns: Counter[str] = Counter()
    for found in cells.values():
        if len(found) < 2:
            turns["with no revision found"] += 1
        elif found["revised"]["high"] < found["selected"]["low"]:
            turns["revised down"] += 1
        elif found["revised"]["low"] > found["selected"]["high"]:
            turns["revised up"] += 1
        else:
            turns["in dispute"] += 1
    title = charts.budget_flow(ds, year, "en").to_dict()["title"]
    assert title.startswith(f"Round of {year}: of {len(cells)}" if year else f"Of {len(cells)} totals")
    said = {words: int(count) for count, words in re.findall(r"(\d+) ((?:revised|in|with)[^,]*)", title)}
    assert said == dict(turns)
    korean = charts.budget_flow(ds, year, "ko").to_dict()["title"]
    assert sorted(map(int, re.findall(r"곳 (\d+)", korean))) == sorted(turns.values())


@pytest.mark.parametrize("year", [0, 2021])
def test_the_title_of_the_network_counts_its_marks(ds: Dataset, year: int) -> None:
    figure = charts.network(ds, "en", year)
    rows = unique([row for row in valid(figure) if "hub_x" in row], "x", "y")
    roles = Counter(row["role"] for row in rows)
    counts = [int(word) for word in re.findall(r"(\d+) (?:hub|linked)", figure.to_dict()["title"]["text"])]
    assert counts == [roles["hub"], roles["linked_complex"], roles["linked_area"]]


def test_each_round_has_a_chart_of_its_own(ds: Dataset) -> None:
    assert len(charts.by_round(charts.network, ds)) == len(charts.by_round(charts.budget_flow, ds)) == 3
    (one,) = charts.by_round(charts.network, ds, 2021, "en")
    assert one.to_dict() == charts.network(ds, "en", 2021).to_dict()
    assert len(charts.by_round(charts.network, ds.as_of("2021-12-31"))) == 2
    early = ds.as_of("2019-01-01")
    assert len(charts.by_round(charts.network, early)) == 1
    assert len(charts.by_round(charts.network, early, 2021)) == 1
    with pytest.raises(ParameterError, match="no round 2019"):
        charts.by_round(charts.network, ds, 2019)


@pytest.mark.parametrize("year", [2020, 2021, 2022])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rounds_chart_fits_a_page_of_paper(ds: Dataset, lang: str, year: int) -> None:
    """Letters of eleven pixels are to be more than six points high on paper."""
    for figure in (charts.network(ds, lang, year), charts.budget_flow(ds, year, lang)):
        size = re.search(r'<svg[^>]*? width="([\d.]+)"[^>]*? height="([\d.]+)"', figure.svg())
        assert size is not None
        wide, tall = (0.75 * float(number) for number in size.groups())
        assert min(1.0, 504.5 / wide, 680 / tall) * 11 * 0.75 > 6, (figure.alt_text, wide, tall)


def test_the_chart_of_outcomes_counts_what_the_table_counts(ds: Dataset) -> None:
    rows = unique([row for row in valid(charts.outcomes(ds, "en")) if "bids" in row], "group", "outcome")
    counts = {(row["group"], row["outcome"]): row["bids"] for row in rows}
    for record in tables.macro_regions(ds, "en").records:
        group = ds.label("regions", "macro_region", str(record["macro_region"]), "en")
        assert counts.get((group, "selected"), 0) == record["selected"]
        assert counts.get((group, "not selected"), 0) == record["not_selected"]


def test_the_chart_of_industries_has_a_dot_for_each_row_of_the_table(ds: Dataset) -> None:
    for year in (0, 2020, 2021, 2022):
        rows = valid(charts.industries(ds, "en", year))
        dots = unique([row for row in rows if "as_printed" in row], "industry", "plan")
        expected: dict[tuple[str, str], list[Row]] = {}
        for record in tables.industries(
            ds, references(ds, tables.sources_of_industries(ds)), "en", year
        ).records:
            name = ds.label("selection_industries", "industry", str(record["industry"]), "en")
            plan = ds.selection_name(str(record["selection_id"]), "en")
            expected.setdefault((name, plan), []).append(dict(record))
        assert {(row["industry"], row["plan"]) for row in dots} == set(expected)
        for dot in dots:
            own = expected[dot["industry"], dot["plan"]]
            assert all(f"‘{record['as_printed']}’" in dot["as_printed"] for record in own)
            ids = [own[0]["selection_id"], *(record["source_id"] for record in own)]
            assert dot["ids"].split() == ids
            publishers = [ds.record("sources", record["source_id"])["publisher"] for record in own]
            assert all(publisher in dot["source"] for publisher in publishers)


def test_the_title_of_the_chart_of_industries_is_its_finding(ds: Dataset) -> None:
    most = max(
        Counter(row["industry"] for row in unique(named(ds), "industry", "selection_id")).items(),
        key=lambda pair: pair[1],
    )
    label = ds.label("selection_industries", "industry", most[0], "en")
    figure = charts.industries(ds, "en")
    assert figure.alt_text.startswith(f"{most[1]} of {len(ds.selections())} selected plans name {label}")
    early = charts.industries(ds.as_of("2020-06-30"), "en").alt_text  # two industries, four plans each
    assert early.startswith("Named by 4 of 5 selected plans each: ")


def test_a_plan_without_a_named_industry_has_a_dashed_column(ds: Dataset) -> None:
    lacking = {item.selection_id for item in ds.selections()} - {row["selection_id"] for row in named(ds)}
    boxes = [row for row in valid(charts.industries(ds, "ko")) if "y2" in row]
    assert {row["plan"] for row in boxes} == {ds.selection_name(key, "ko") for key in lacking}
    assert boxes
    assert not [row for row in valid(charts.industries(ds, "ko", 2021)) if "y2" in row]


def named(ds: Dataset) -> list[Row]:
    return rows_of(ds.table("selection_industries"))
