"""The targets of all plans: kept apart by basis, set beside sizes and rounds, the same in each form."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from sandan_lib import Dataset, charts, compare, references, tables, text
from sandan_lib.charts.figure import Figure
from sandan_lib.dataset import rows_of
from sandan_lib.tables import Table
from sandan_lib.trends import growth, present_size, ratios, round_figures, set_apart, shares

LANGUAGES = ("ko", "en")
DAYS = ("", "2021-06-30", "2020-06-30", "2019-01-01")
HANGUL = re.compile("[가-힣]")


def figures(ds: Dataset, lang: str) -> list[Figure]:
    panels = [charts.target_panels(ds, basis, lang) for basis in ("increase", "level")]
    return [*panels, charts.target_sizes(ds, lang)]


def all_tables(ds: Dataset, lang: str) -> list[Table]:
    refs = references(ds, tables.sources_of_targets(ds))
    return [
        tables.targets_compared(ds, refs, "increase", lang),
        tables.targets_compared(ds, refs, "level", lang),
        tables.target_ratios(ds, refs, lang),
        tables.round_targets(ds, refs, lang),
        tables.targets_apart(ds, refs, lang),
    ]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_charts_are_valid_and_tables_not_mute(ds: Dataset, day: str, lang: str) -> None:
    known = ds.as_of(day)
    for figure in figures(known, lang):
        figure.chart.to_dict(validate=True)
        assert bool(HANGUL.search(figure.alt_text)) == (lang == "ko")
    for table in all_tables(known, lang):
        assert table.rows or table.empty
        assert not re.search(r"<NA>|\bNone\b|\bnan\b", repr(table))
        if lang == "en":
            assert not HANGUL.search(repr(table))
    refs = references(known, tables.sources_of_targets(known))
    assert bool(HANGUL.search(repr(text.targets_summary(known, refs, lang)))) == (lang == "ko")


@pytest.mark.parametrize("basis", ["increase", "level"])
def test_a_table_of_targets_holds_one_basis_and_only_targets(ds: Dataset, basis: str) -> None:
    refs = references(ds, tables.sources_of_targets(ds))
    table = tables.targets_compared(ds, refs, basis, "en")
    claims = [ds.record("claims", str(record["claim_id"])) for record in table.records]
    assert {(claim["basis"], claim["status"], claim["scope"]) for claim in claims} == {
        (basis, "target", "plan")
    }


def test_each_panel_has_its_own_measure_and_axis(ds: Dataset) -> None:
    spec = charts.target_panels(ds, "increase", "en").to_dict()
    measures = [panel["title"]["text"] for panel in spec["vconcat"]]
    assert measures == ["Jobs", "Output", "Exports"]


def test_ratios_are_the_target_over_the_sites_with_statistics(ds: Dataset) -> None:
    sizes = {"jobs": "employees", "output": "output_krw", "exports": "exports_usd"}
    found = ratios(ds)
    assert {item.measure_id for item in found} == set(sizes)
    for item in found:
        assert item.size is not None
        assert item.percent is not None
        value, low, high = item.percent
        whole = sum(int(site.statistics[sizes[item.measure_id]]) for site in item.size.counted)
        assert whole == item.size.value
        assert value == round(Decimal(100 * item.row["value"]) / whole, 1)
        assert low <= value <= high


def test_complexes_without_figures_are_named(ds: Dataset) -> None:
    ulsan = present_size(ds, ds.selection("울산"), "employees")
    assert ulsan is not None
    assert [site.complex_id for site in ulsan.lacking] == ["k0046"]
    gumi = present_size(ds, ds.selection("경북", 2020), "employees")
    assert gumi is not None
    assert [site.complex_id for site in gumi.in_part] == ["k0001"]


def test_growth_is_that_of_the_regions_manufacturing(ds: Dataset) -> None:
    found = growth(ds, "KR-43", "jobs")
    assert found is not None
    rows = {
        row["year"]: row["value"]
        for row in rows_of(ds.table("baselines"))
        if (row["region_id"], row["measure_id"]) == ("KR-43", "manufacturing_employees")
    }
    assert found[1:3] == (min(rows), max(rows))
    first, last = rows[min(rows)], rows[max(rows)]
    assert found[0] == round(Decimal(100 * (last - first)) / Decimal(first), 1)
    assert growth(ds, "KR-43", "exports") is None


def test_sums_say_what_they_lack(ds: Dataset) -> None:
    refs = references(ds, tables.sources_of_targets(ds))
    shown = tables.round_targets(ds, refs, "en")
    for item, row in zip(round_figures(ds), shown.rows, strict=True):
        assert item.parts is not None
        assert item.total == item.parts.total()
        assert item.total is not None
        assert row[5].text == f"{item.total.counted} / 5"
        assert len([name for name in row[6].text.split(", ") if name != "–"]) == len(item.total.missing)


def test_refined_direct_hires_stand_apart_from_jobs(ds: Dataset) -> None:
    found = {(item.measure_id, item.round_year): item for item in round_figures(ds)}
    direct = found["jobs_direct", 2021]
    assert [claim["value"] for claim in direct.printed] == [13448]
    assert direct.total == compare(ds, "jobs_direct", round_year=2021).total()
    assert [claim["value"] for claim in found["jobs", 2020].printed] == [60000, 15472]


def test_induced_effects_bids_and_rates_are_in_no_target_table(ds: Dataset) -> None:
    refs = references(ds, tables.sources_of_targets(ds))
    apart = {claim["claim_id"] for _, claim in set_apart(ds)}
    shown = {
        str(record["claim_id"])
        for basis in ("increase", "level")
        for record in tables.targets_compared(ds, refs, basis, "ko").records
    }
    assert not apart & shown
    assert {why for why, _ in set_apart(ds)} == {"induced", "estimate", "bid", "rate"}
    listed = {str(record["claim_id"]) for record in tables.targets_apart(ds, refs, "ko").records}
    assert listed == apart


def test_the_text_says_the_tables_figures(ds: Dataset) -> None:
    refs = references(ds, tables.sources_of_targets(ds))
    said = repr(text.targets_summary(ds, refs, "en"))
    for measure_id in ("jobs", "output", "exports"):
        top = next(item for item in ratios(ds) if item.measure_id == measure_id)
        assert top.percent is not None
        assert f"{top.percent[0]}% of the" in said
    for number in ("60,000", "15,472", "13,448", "13,488", "58,000"):
        assert number in said


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_title_of_the_targets_counts_the_plans_of_each_panel(ds: Dataset, lang: str) -> None:
    for basis in ("increase", "level"):
        spec = charts.target_panels(ds, basis, lang).to_dict()
        counts = list(map(int, re.findall(r"\d+", spec["title"]["text"])))
        said = charts.target_panels(ds, basis, lang).alt_text.split(". ", 1)[1]
        assert counts == [len(panel.split(": ", 1)[1].split(", ")) for panel in said.split("; ")]
    nothing = charts.target_panels(ds.as_of("2019-01-01"), "increase", lang).alt_text
    assert not re.search(r"\d|: *$", nothing.splitlines()[0])


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_title_of_secured_shares_spans_the_newest_of_each_plan(ds: Dataset, lang: str) -> None:
    newest = {}
    for share in shares(ds):
        for year in share.years:
            if (found := share.percent(year)) is not None:
                newest[share.selection.selection_id] = found
    ends = min(low for _, low, _ in newest.values()), max(high for *_, high in newest.values())
    title = charts.secured_shares(ds, lang).to_dict()["title"]
    words = title["text"] if isinstance(title, dict) else title
    assert sorted(re.findall(r"\d+(?:\.\d+)?", words)) == sorted([str(len(newest)), *map(str, ends)])
