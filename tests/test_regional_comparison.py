"""The comparison of regions: charts, tables and sentences that agree, and end well without data."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from sandan_lib import Dataset, asked, charts, compare, references, tables, text
from sandan_lib.charts.comparison import InPlace
from sandan_lib.charts.figure import Figure
from sandan_lib.cite import References
from sandan_lib.compare import Comparison, Unanswered, yearly
from sandan_lib.composition import composition
from sandan_lib.dataset import rows_of
from sandan_lib.dispersion import dispersion
from sandan_lib.errors import NotComparable, ParameterError, UnknownName, UnknownSelection
from sandan_lib.tables import Table

LANGUAGES = ("ko", "en")
# All; two; one with a figure and one without; and days on which little or nothing was known.
CASES = [
    ("", "budget", "", {}),
    ("", "jobs", "", {}),
    ("", "budget", "부산, 울산", {}),
    ("", "budget", "부산, 대전", {}),
    ("", "budget", "", {"per": "population"}),
    ("", "budget", "", {"status": "estimate"}),
    ("2021-06-30", "budget", "", {}),
    ("2020-06-30", "budget", "", {}),
    ("2019-01-01", "budget", "", {}),
]
HANGUL = re.compile("[가-힣]")
HOLE = re.compile(r"<NA>|\bNone\b|\bnan\b|\bNaT\b")


class Report:
    """All that the notebook shows of one case."""

    def __init__(self, ds: Dataset, case: tuple[str, str, str, dict[str, Any]]) -> None:
        day, measure, regions, words = case
        self.ds = ds.as_of(day)
        self.found = asked(self.ds, measure, regions=regions, **words)
        self.jobs = asked(self.ds, "budget", per="jobs", regions=regions)
        self.staff = asked(self.ds, "budget", per="complex_employees", regions=regions)
        extra = tables.sources_of_comparison(self.ds, self.found)
        self.refs: References = references(self.ds, self.found, extra, self.jobs, self.staff)

    def tables(self, lang: str) -> list[Table]:
        ds, found, refs = self.ds, self.found, self.refs
        return [
            *(tables.compared(ds, item, refs, lang) for item in (found, self.jobs, self.staff)),
            tables.parted(ds, found, refs, lang),
            tables.secured_by_year(ds, found, refs, "latest", lang),
            tables.grouped(ds, found, refs, lang),
            tables.dispersed(ds, found, lang),
            tables.comparison_remarks(ds, found, refs, lang),
            tables.uncompared(ds, found, lang),
        ]

    def charts(self, lang: str) -> list[Figure | InPlace]:
        ds, found = self.ds, self.found
        return [
            *(charts.compared(ds, item, lang) for item in (found, self.jobs, self.staff)),
            charts.parted(ds, found, lang),
            charts.secured_by_year(ds, found, "latest", lang),
            charts.dispersed(ds, found, lang),
        ]

    def texts(self, lang: str) -> list[object]:
        ds, found, refs = self.ds, self.found, self.refs
        return [
            text.comparison_title(ds, found, lang),
            *(text.comparison_summary(ds, item, refs, lang) for item in (found, self.jobs, self.staff)),
            text.comparison_capital(ds, found, refs, lang),
            text.comparison_spread(ds, found, refs, lang),
            text.comparison_secured(ds, found, refs, "latest", lang),
        ]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case[:3])) + str(case[3]))
def report(request: pytest.FixtureRequest, ds: Dataset) -> Report:
    return Report(ds, request.param)


def drawn(spec: Any) -> list[dict[str, Any]]:
    """Collect the rows that a specification draws."""
    if isinstance(spec, list):
        return [row for item in spec for row in drawn(item)]
    if not isinstance(spec, dict):
        return []
    own = (
        [row for row in spec["values"] if isinstance(row, dict)]
        if "mark" not in spec and isinstance(spec.get("values"), list)
        else []
    )
    return own + [row for key, item in spec.items() if key != "values" for row in drawn(item)]


def records(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.to_csv())))


# In every case


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_ends_well_in_either_language(report: Report, lang: str) -> None:
    for table in report.tables(lang):
        shown = repr(table) + table._repr_html_()
        assert not HOLE.search(repr(table)), table.name
        assert table.rows or table.empty.strip(), table.name
        assert lang == "ko" or not HANGUL.search(re.sub("산업단지 대개조", "", table.caption + table.empty))
        assert shown
    for chart in report.charts(lang):
        if isinstance(chart, InPlace):
            assert chart.text.endswith(".")
            assert bool(HANGUL.search(chart.text)) == (lang == "ko")
            continue
        spec = chart.chart.to_dict(validate=True)
        whole = spec | {"config": chart.to_dict()["config"], "description": chart.alt_text}
        assert json.dumps(chart.to_dict()) == json.dumps(whole)
        assert all(not HOLE.search(str(row)) for row in drawn(spec))
    for said in report.texts(lang):
        assert repr(said).strip()
        assert not HOLE.search(repr(said))
        assert bool(HANGUL.search(re.sub("산업단지 대개조", "", repr(said)))) == (lang == "ko")


def test_the_languages_have_the_same_figures(report: Report) -> None:
    for korean, english in zip(report.tables("ko"), report.tables("en"), strict=True):
        assert len(korean.rows) == len(english.rows)
        if korean.name != "remarks":
            assert korean.to_csv() == english.to_csv()
        assert [[cell.refs for cell in row] for row in korean.rows] == [
            [cell.refs for cell in row] for row in english.rows
        ]


# What is drawn is what is listed


def test_the_bars_of_a_plan_are_of_one_release_and_of_the_table(ds: Dataset) -> None:
    found = asked(ds, "budget")
    refs = references(ds, found, tables.sources_of_comparison(ds, found))
    chart = charts.parted(ds, found, "ko")
    assert isinstance(chart, Figure)
    segments = [row for row in drawn(chart.to_dict()) if "key" in row]
    listed = {row["selection_id"]: row for row in records(tables.parted(ds, found, refs, "ko"))}
    for item in composition(ds, tuple(listed)).found:
        record = ds.record("selections", item.selection_id)
        name = f"{ds.name('regions', record['region_id'], 'ko')} {record['round_year']}"
        own = [row for row in segments if row["name"] == name]
        assert {ds.record("claims", row["claim"])["origin_id"] for row in own} == {item.origin_id}
        for key in ("national", "local", "private"):
            amounts = [row["amount"] for row in own if row["key"] == key]
            assert sum(amounts) == pytest.approx(int(listed[item.selection_id][key] or 0) / 10**8)
        if item.total is not None and not item.complete:
            assert sum(row["amount"] for row in own) == pytest.approx(item.total["value"] / 10**8)


def test_a_split_that_does_not_add_up_is_said(ds: Dataset) -> None:
    found = asked(ds, "budget")
    refs = references(ds, found, tables.sources_of_comparison(ds, found))
    off = [item for item in composition(ds, _keys(found)).found if item.complete and item.rest]
    assert off
    for lang, word in (("ko", "총액보다"), ("en", "than the total")):
        notes = tables.parted(ds, found, refs, lang).notes
        assert sum(word in note for note in notes) == len(off)
        chart = charts.parted(ds, found, lang)
        assert isinstance(chart, Figure)
        assert sum(str(row.get("label", "")).endswith("*") for row in drawn(chart.to_dict())) == len(off)


def _keys(found: Comparison | Unanswered) -> tuple[str, ...]:
    assert isinstance(found, Comparison)
    return tuple(found.frame["selection_id"])


def test_money_secured_is_by_year_and_each_year_has_its_own_range(ds: Dataset) -> None:
    found = asked(ds, "budget")
    years = yearly(ds, "budget", _keys(found), status="secured", component="national")
    assert len({(item.selection_id, item.year) for item in years.figures}) == len(years.figures)
    for item in years.figures:
        for key in (item.claim_id, item.low_claim_id, item.high_claim_id):
            claim = ds.record("claims", key)
            assert (claim["selection_id"], claim["period_start"], claim["period_end"]) == (
                *(item.selection_id, item.year, item.year),
            )
            assert (claim["status"], claim["basis"], claim["component"]) == ("secured", "annual", "national")
        assert item.low <= item.value <= item.high
    chart = charts.secured_by_year(ds, found, "latest", "ko")
    assert isinstance(chart, Figure)
    rows = {row["claim"]: row for row in drawn(chart.to_dict())}
    for item in years.figures:
        ends = re.findall(r"([\d,]+)~([\d,]+)", rows[item.claim_id]["label"])
        span = [(item.low // 10**8, item.high // 10**8)] if item.low < item.high else []
        assert [tuple(int(end.replace(",", "")) for end in pair) for pair in ends] == span
    assert {key: row["amount"] for key, row in rows.items()} == {
        item.claim_id: item.value / 10**8 for item in years.figures
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_indices_are_the_same_in_chart_table_and_text(ds: Dataset, lang: str) -> None:
    found = asked(ds, "budget")
    assert isinstance(found, Comparison)
    spread = dispersion(ds, found)
    refs = references(ds, found)
    listed = {row["key"]: row for row in records(tables.dispersed(ds, found, lang))}
    chart = charts.dispersed(ds, found, lang)
    assert isinstance(chart, Figure)
    values = sorted(row["value"] for row in drawn(chart.to_dict()) if "range" in row and "value" in row)
    assert set(values) == {
        float(item.value * (100 if item.key == "top_share" else 1)) for item in spread.indices
    }
    for item in spread.indices:
        assert Decimal(listed[item.key]["value"]) == item.value
    said = repr(text.comparison_spread(ds, found, refs, lang))
    gini = spread["gini"]
    for end in (gini.value, gini.low, gini.high, spread["theil"].value):
        assert f"{end:.3f}" in said
    capital = next(group for group in spread.groups if group.key == "true")
    told = repr(text.comparison_capital(ds, found, refs, lang))
    assert f"{capital.share * 100:.1f}" in told
    assert found.amount(capital.value, lang) in told


def test_the_first_rank_is_hedged_where_it_hangs_on_a_text(ds: Dataset) -> None:
    found = asked(ds, "budget")
    assert isinstance(found, Comparison)
    rows = [row for row in rows_of(found.frame) if row["claims"]]
    rivals = [row for row in rows if row["rank_low"] == 1 and row["rank"] > 1]
    assert rivals
    said = repr(text.comparison_summary(ds, found, references(ds, found), "en"))
    assert found.amount(rows[0]["value"], "en") in said
    hedge = said.partition("first place")[2]
    for row in rivals:
        assert f"{ds.name('regions', row['region_id'], 'en')} ({row['round_year']})" in hedge
    sure = asked(ds, "budget", regions="부산, 울산")
    assert "first place" not in repr(text.comparison_summary(ds, sure, references(ds, sure), "en"))


# Asking


def test_no_answer_is_an_answer_and_a_mistake_is_an_error(ds: Dataset) -> None:
    assert isinstance(asked(ds, "budget", regions=" 부산 ,울산,"), Comparison)
    alone = asked(ds, "budget", regions="부산")
    assert isinstance(alone, Unanswered)
    assert (alone.known, alone.selection_ids, alone.sources) == (1, ("2021-KR-26",), ())
    nothing = asked(ds, "budget", status="estimate")
    assert isinstance(nothing, Unanswered)
    assert nothing.known == 0
    with pytest.raises(UnknownName):
        asked(ds, "bugdet")
    with pytest.raises(UnknownSelection):
        asked(ds, "budget", regions="서울")
    for name, wrong in (("status", "plann"), ("basis", "x"), ("rule", "newest"), ("per", "exports")):
        words: dict[str, Any] = {name: wrong}
        with pytest.raises(ParameterError):
            asked(ds, "budget", **words)
    with pytest.raises(NotComparable, match="only money has components"):
        asked(ds, "jobs", component="national")


@pytest.mark.parametrize(
    ("asked", "ko", "en"),
    [
        ({}, "사업비: ", "Budget: "),
        ({"component": "national"}, "사업비(국비): ", "Budget (national government): "),
        (
            {"component": "national", "status": "secured", "basis": "annual"},
            "사업비(국비, 확보, 연간 2023년): ",
            "Budget (national government, secured, annual 2023): ",
        ),
    ],
)
def test_the_summary_says_what_kind_of_figure_is_compared(
    ds: Dataset, asked: dict[str, str], ko: str, en: str
) -> None:
    found = compare(ds, "budget", **asked)  # type: ignore[arg-type]
    refs = references(ds, found)
    for lang, opening in (("ko", ko), ("en", en)):
        assert str(text.comparison_summary(ds, found, refs, lang)).startswith(opening)
