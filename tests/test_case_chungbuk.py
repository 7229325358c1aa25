"""The case study of Chungbuk: what is drawn, listed and said leads to claims, and nothing is added up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandan_lib import charts, tables, text
from sandan_lib.charts.lanes import _stacked
from sandan_lib.cite import References, references
from sandan_lib.dataset import Dataset
from sandan_lib.model import Unit
from sandan_lib.story import Story, story
from sandan_lib.units import parse_quantity

LANGUAGES = ("ko", "en")
DAYS = ("", "2022-05-01", "2021-06-30", "2020-06-30", "2014-01-01")


def told(ds: Dataset, day: str = "") -> tuple[Dataset, Story, References]:
    known = ds.as_of(day)
    found, near = story(known, "충북", 2022), story(known, "대전", 2022)
    plans = [item.plan for item in (found, near) if item.plan]
    return known, found, references(known, found, near, *plans)


def rows(spec: Any) -> list[dict[str, Any]]:
    if isinstance(spec, list):
        return [row for part in spec for row in rows(part)]
    if not isinstance(spec, dict):
        return []
    own = [row for row in spec.get("values", ()) if isinstance(row, dict)]
    return own + [row for key, part in spec.items() if key != "values" for row in rows(part)]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_can_be_shown_of_every_day(ds: Dataset, day: str, lang: str) -> None:
    known, found, refs = told(ds, day)
    chart = charts.lanes(known, found, lang)
    spec = chart.chart.to_dict(validate=True) | {"config": chart.to_dict()["config"]}
    assert json.dumps(spec | {"description": chart.alt_text}) == json.dumps(chart.to_dict())
    assert chart.alt_text
    shown = [
        tables.lanes(found, refs, lang),
        tables.programme_money(found, refs, lang),
        tables.beside(found, "대전", refs, lang),
    ]
    for table in shown:
        assert table.rows or table.empty
    words = repr(text.case_summary(found, refs, lang))
    assert words.strip()
    plan = repr(text.if_selected(found, tables.money, refs, lang))
    if found.plan is None:
        assert plan in words
        assert ("선정되지" if lang == "ko" else "had not been selected") in plan
        assert not shown[2].rows
        assert shown[2].empty == plan
    else:
        assert shown[2].rows


@pytest.mark.parametrize("lang", LANGUAGES)
def test_dots_carry_the_numbers_of_the_table(ds: Dataset, lang: str) -> None:
    known, found, refs = told(ds)
    drawn = {
        row["number"]: row for row in rows(charts.lanes(known, found, lang).to_dict()) if "number" in row
    }
    table = tables.lanes(found, refs, lang)
    assert {row[0].text for row in table.rows} == drawn.keys()
    for number, date, programme, event in table.rows:
        dot = drawn[number.text]
        assert (dot["date"], dot["title"]) == (date.text, event.text)
        assert event.refs
        assert programme.text in {
            r["name"] for r in rows(charts.lanes(known, found, lang).to_dict()) if "name" in r
        }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_marks_of_the_lanes_meet(ds: Dataset, lang: str) -> None:
    known, found, _ = told(ds)
    spec = charts.lanes(known, found, lang).to_dict()
    dots = {row["number"]: row for row in rows(spec) if "number" in row}
    low, high = next(
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in spec["layer"]
        if "scale" in layer["encoding"]["x"]
    )
    places = [((row["x"] - low) / (high - low) * spec["width"], row["y"]) for row in dots.values()]
    for index, (x, y) in enumerate(places):
        for other_x, other_y in places[:index]:
            assert abs(x - other_x) >= 18.5 or abs(y - other_y) >= 18.5
    assert max(y for _, y in places) < spec["height"]
    assert _stacked([(0, 10), (5, 10), (10, 10), (12, 3)]) == [0, 1, 0, 2]


def test_bars_are_the_printed_years_of_claims(ds: Dataset) -> None:
    known, found, _ = told(ds)
    bars = {row["claim"]: row for row in rows(charts.lanes(known, found, "ko").to_dict()) if "claim" in row}
    for claim_id, bar in bars.items():
        claim = ds.record("claims", claim_id)
        assert (bar["x"], bar["x2"]) == (claim["period_start"], claim["period_end"] + 1)
        assert ds.amount(claim, "ko") in bar["label"]
    spans = {(row["programme"], row["x"], row["x2"]) for row in bars.values()}
    cluster = ds.name("programmes", "innovation-cluster", "ko")
    assert {(cluster, 2018, 2023), (cluster, 2023, 2028)} <= spans


@pytest.mark.parametrize("lang", LANGUAGES)
def test_money_stands_side_by_side_and_is_never_added(ds: Dataset, lang: str) -> None:
    _, found, refs = told(ds)
    table = tables.programme_money(found, refs, lang)
    printed = {record["claim_id"]: record["value"] for record in table.records}
    assert all(ds.record("claims", str(key))["value"] == value for key, value in printed.items())
    for row in table.rows:
        for cell in row[3:7]:
            for claim, words in zip((cell.claim or "").split(), cell.text.split(" + "), strict=False):
                assert ds.amount(ds.record("claims", claim), lang) == words
                assert claim in printed
            assert bool(cell.claim) == bool(cell.refs)
    assert ("더하지 않는다" if lang == "ko" else "nothing is added up") in table.notes[0]
    growth = ds.name("programmes", "growth-zone", lang)
    assert any(note.startswith(f"{growth}: ") for note in table.notes)
    # Both phases of the innovation cluster, of the one release that prints both.
    cluster = [row for row in table.rows if row[0].text == ds.name("programmes", "innovation-cluster", lang)]
    assert {"2018–2022", "2023–2027"} <= {row[2].text for row in cluster}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_like_is_compared_with_the_neighbour(ds: Dataset, lang: str) -> None:
    _, found, refs = told(ds)
    table = tables.beside(found, "Daejeon", refs, lang)
    how = {row[0].text: row for row in table.rows}
    projects = how[ds.name("measures", "subprojects", lang)]
    assert projects[3].text.startswith("견줌" if lang == "ko" else "compared")
    assert all(cell.claim and cell.refs for cell in projects[1:3])
    output = how[ds.name("measures", "output", lang)]
    level, increase = (ds.label("claims", "basis", basis, lang) for basis in ("level", "increase"))
    assert increase in output[1].text
    assert level in output[2].text
    assert level in output[3].text


def test_the_doubt_rests_on_the_outputs_it_names(ds: Dataset) -> None:
    _, found, refs = told(ds)
    assert found.plan
    words = repr(text.case_doubts(found.plan, refs, "ko"))
    claims = ds.peek("claims")
    made = claims[
        (claims["measure_id"] == "output")
        & (claims["status"] == "observed")
        & (claims["period_end"] == 2020)
        & claims["complex_id"].isin([site.complex_id for site in found.plan.sites])
    ]
    assert len(made) == 4
    whole = words.split("합은 ")[1].split("이다")[0]
    assert parse_quantity(whole, unit=Unit.KRW).value == sum(int(value) for value in made["value"])
    assert "두 배" in words
    assert "double" in repr(text.case_doubts(found.plan, refs, "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_says_the_first_years_money_and_the_bodies(ds: Dataset, lang: str) -> None:
    _, found, refs = told(ds)
    words = repr(text.case_summary(found, refs, lang))
    assert ds.amount(ds.record("claims", "c00491"), lang) in words
    for claim in ("c00488", "c00509"):
        assert ds.amount(ds.record("claims", claim), lang) in words
    assert ds.name("programmes", "growth-zone", lang) in words
