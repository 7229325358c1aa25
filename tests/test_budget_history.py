"""How the budgets moved: charts, tables and text show the same numbers, on any day, in both languages."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from sandan_lib import Dataset, charts, compare, references, tables, text
from sandan_lib.charts.figure import Figure
from sandan_lib.dataset import rows_of
from sandan_lib.tables import Table
from sandan_lib.trends import moments, paths, revisions, shares

LANGUAGES = ("ko", "en")
DAYS = ("", "2021-06-30", "2020-06-30", "2019-01-01")
HANGUL = re.compile("[가-힣]")


def figures(ds: Dataset, lang: str) -> list[Figure]:
    return [charts.total_paths(ds, lang), charts.largest_revisions(ds, lang), charts.secured_shares(ds, lang)]


def all_tables(ds: Dataset, lang: str) -> list[Table]:
    refs = references(ds, tables.sources_of_history(ds))
    return [
        tables.largest_revisions(ds, refs, lang),
        tables.secured_shares(ds, refs, lang),
        tables.time_machine(ds, refs, lang),
    ]


def drawn(spec: Any) -> list[dict[str, Any]]:
    if isinstance(spec, list):
        return [row for item in spec for row in drawn(item)]
    if not isinstance(spec, dict):
        return []
    own = spec["values"] if isinstance(spec.get("values"), list) else []
    return [row for row in own if isinstance(row, dict)] + drawn(list(spec.values()))


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_charts_are_valid_and_tables_not_mute(ds: Dataset, day: str, lang: str) -> None:
    known = ds.as_of(day)
    for figure in figures(known, lang):
        checked = figure.chart.to_dict(validate=True)
        plain = {
            key: value for key, value in figure.to_dict().items() if key not in ("config", "description")
        }
        checked.pop("config", None)
        assert json.dumps(plain) == json.dumps({key: checked[key] for key in plain})
        assert figure.alt_text
    for table in all_tables(known, lang):
        assert table.rows or table.empty
        assert not re.search(r"<NA>|\bNone\b|\bnan\b", repr(table))
        if lang == "en":
            assert not HANGUL.search(repr(table))
    refs = references(known, tables.sources_of_history(known))
    said = repr(text.history_summary(known, refs, lang))
    assert said
    assert bool(HANGUL.search(said)) == (lang == "ko")


def test_every_dated_release_is_drawn_once_and_no_other(ds: Dataset) -> None:
    points = drawn(charts.total_paths(ds, "ko").to_dict())
    expected = [claim["claim_id"] for path in paths(ds) for claim in path.releases]
    assert sorted(point["claim"] for point in points) == sorted(expected)
    for point in points:
        assert point["amount"] * 10**8 == pytest.approx(ds.record("claims", point["claim"])["value"])


def test_undated_totals_are_said_and_not_placed(ds: Dataset) -> None:
    figure = charts.total_paths(ds, "en")
    placed = {point["claim"] for point in drawn(figure.to_dict())}
    undated = [claim for path in paths(ds) for claim in path.undated]
    assert undated
    assert not placed & {claim["claim_id"] for claim in undated}
    assert figure.alt_text.count("(undated)") == len(undated)


def test_lines_join_only_what_can_be_told_apart(ds: Dataset) -> None:
    (path,) = (item for item in paths(ds) if item.selection.selection_id == "2020-KR-46")
    steps = [claim["claim_id"] for claim in path.steps]
    assert path.contested
    for one, other in path.contested:
        assert not {one["claim_id"], other["claim_id"]} <= set(steps)


def test_a_revision_runs_from_what_compare_calls_first_to_what_it_calls_latest(ds: Dataset) -> None:
    ends = [{row["selection_id"]: row for row in rows_of(compare(ds, "budget", rule=rule).frame)}
            for rule in ("first", "latest")]  # fmt: skip
    found = revisions(ds)
    assert len(found) > 5
    for item in found:
        key = item.selection.selection_id
        assert item.first["value"] == ends[0][key]["value"]
        assert item.newest["value"] == ends[1][key]["value"]
        assert item.low <= item.change <= item.high
    assert [abs(item.change) for item in found] == sorted((abs(item.change) for item in found), reverse=True)


def test_chart_table_and_text_name_the_same_largest_change(ds: Dataset) -> None:
    top = revisions(ds)[0]
    refs = references(ds, tables.sources_of_history(ds))
    table = tables.largest_revisions(ds, refs, "en")
    assert table.records[0]["change"] == top.change
    bars = [row for row in drawn(charts.largest_revisions(ds, "en").to_dict()) if "old" in row]
    assert bars[0]["amount"] * 10**9 == pytest.approx(top.change)
    said = repr(text.history_summary(ds, refs, "en"))
    (amount,) = re.findall(r"\): KRW ([\d.,]+) bn \(", said)
    assert float(amount.replace(",", "")) * 10**9 == pytest.approx(abs(top.change))
    assert ("cannot be told apart" in said) == (top.low != top.high)


def test_contradictions_of_one_time_are_no_revisions(ds: Dataset) -> None:
    """In the days of selection two texts print two totals for Jeonnam; nothing was revised then."""
    known = ds.as_of("2020-06-30")
    assert "2020-KR-46" not in {item.selection.selection_id for item in revisions(known)}
    refs = references(known, tables.sources_of_history(known))
    assert any("2020-05-12" in note for note in tables.largest_revisions(known, refs, "en").notes)


def test_shares_are_sums_over_the_plans_national_part(ds: Dataset) -> None:
    national = {
        row["selection_id"]: row for row in rows_of(compare(ds, "budget", component="national").frame)
    }
    found = shares(ds)
    assert found
    for share in found:
        row = national[share.selection.selection_id]
        assert (share.plan is None) == (row["claims"] == 0)
        for year in share.years:
            assert year.claim["status"] == "secured"
            assert year.low <= year.so_far <= year.high
            if share.plan is None:
                assert share.percent(year) is None
                continue
            found_share = share.percent(year)
            assert found_share is not None
            value, low, high = found_share
            assert value == round(Decimal(100 * year.so_far) / Decimal(row["value"]), 1)
            assert low <= value <= high


def test_the_time_machine_says_what_a_comparison_said_then(ds: Dataset) -> None:
    refs = references(ds, tables.sources_of_history(ds))
    records = tables.time_machine(ds, refs, "ko").records
    for day in moments(ds):
        then = {
            row["selection_id"]: row
            for row in rows_of(compare(ds, "budget", as_of=day).frame)
            if row["claims"]
        }
        mine = {record["selection_id"]: record for record in records if record["as_of"] == day}
        assert mine.keys() == then.keys()
        assert all(mine[key]["rank"] == then[key]["rank"] for key in then)
        assert all(mine[key]["value"] == then[key]["value"] for key in then)
