"""What the regional report says beside its older parts: opening, ranks, secured shares, lanes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest

import sandan_lib as sd
from sandan_lib import charts, tables, text
from sandan_lib.charts import Figure
from sandan_lib.cite import References, references
from sandan_lib.compare import Comparison, Unanswered, asked
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.errors import UnknownSelection
from sandan_lib.profile import Profile, profile
from sandan_lib.reports import notebook_path
from sandan_lib.tables import Table
from sandan_lib.text import Heading, Prose, Section
from sandan_lib.trends import ratios, revisions, shares

DAYS = ("2020-05-07", "2021-06-30", "")


def plans(ds: Dataset) -> Iterator[tuple[Profile, References]]:
    for item in ds.selections():
        plan = profile(ds, item.region_id, item.round_year)
        yield plan, references(ds, plan, tables.sources_of_region(ds, plan))


def cells() -> list[str]:
    found = nbformat.read(notebook_path("region_report"), as_version=4).cells
    code = [cell for cell in found if cell.cell_type == "code"]
    return [cell.source for cell in code if "parameters" not in cell.metadata.get("tags", ())]


@pytest.mark.parametrize("day", DAYS)
def test_every_cell_says_something_whatever_was_known(ds: Dataset, day: str) -> None:
    """Parameters that leave little to show give sentences, not errors."""
    first, *rest = cells()
    known, seen = ds.as_of(day), set[type]()
    for item in known.selections():
        for lang in ("ko", "en"):
            names: dict[str, Any] = {"region": item.region_id, "round_year": item.round_year}
            names |= {"lang": lang, "as_of": day}
            exec(first, names)
            names["display"] = lambda *things: things  # as a kernel shows them, one after the other
            for source in rest:
                shown = eval(source, names)
                things = shown if isinstance(shown, tuple) else (shown,)
                for words in map(repr, things):
                    assert words.strip(), source
                    assert not re.search(r"\bNone\b|<NA>|\bnan\b", words), (source, words[:200])
                parts = [
                    part
                    for thing in things
                    for part in (thing.parts if isinstance(thing, Section) else (thing,))
                ]
                ours = [repr(part) for part in parts if isinstance(part, Prose | Heading | Figure)]
                seen |= {type(part) for part in parts}
                for words in ours if lang == "en" else ():
                    assert not re.search("[가-힣]", words.replace("(산업단지 대개조)", "")), words
    assert seen >= {Prose, Heading, Figure, Table}


def test_before_the_selection_one_sentence_says_so() -> None:
    names: dict[str, Any] = {"region": "충북", "round_year": 2022, "lang": "ko", "as_of": "2021-01-01"}
    with pytest.raises(UnknownSelection) as caught:
        exec(cells()[0], names)
    assert "2022-04-26" in str(caught.value)


def test_the_opening_says_what_holds(ds: Dataset) -> None:
    money = asked(ds, "budget")
    assert isinstance(money, Comparison)
    ranked = {row["selection_id"]: row for row in rows_of(money.frame)}
    moved = {item.selection.selection_id: item for item in revisions(ds)}
    won = {item.selection.selection_id: item for item in shares(ds)}
    sizes = {item.selection.selection_id: item for item in ratios(ds) if item.measure_id == "jobs"}
    for plan, refs in plans(ds):
        key = plan.selection.selection_id
        said = repr(text.opening(plan, money, refs, "en"))
        row = ranked[key]
        assert f"total is known it ranks {row['rank']}" in said
        assert ("could rank" in said) == (row["rank_low"] != row["rank_high"])
        if key in moved and moved[key].percent:
            way = "more" if moved[key].change > 0 else "less"
            assert f"({abs(moved[key].percent)}%) {way} than first printed" in said
        else:
            assert "than first printed" not in said
        assert ("No text found prints what national money has been secured" in said) == (key not in won)
        percents = won[key].percent(won[key].years[-1]) if key in won else None
        if percents:
            assert f"{percents[0]}% of the" in said
        assert ("people employed in its complexes" in said) == (key in sizes)
        if key in sizes and sizes[key].percent:
            assert f"new jobs is {sizes[key].percent[0]}%" in said  # type: ignore[index]


def test_a_target_larger_than_what_there_is_is_hedged(ds: Dataset) -> None:
    money = asked(ds, "budget")
    doubted = {
        item.selection.selection_id
        for item in ratios(ds)
        if item.measure_id != "jobs" and item.percent and item.percent[0] >= 100
    }
    assert doubted
    for plan, refs in plans(ds):
        said = repr(text.opening(plan, money, refs, "en"))
        assert ("doubtful that an increase is meant" in said) == (plan.selection.selection_id in doubted)


def test_sums_of_years_with_remarks_warn(ds: Dataset) -> None:
    """대구: the figures of 2022 and 2023 count the smart-green complexes too, that of 2021 does not."""
    plan = profile(ds, "대구", 2020)
    refs = references(ds, plan, tables.sources_of_region(ds, plan))
    money = asked(ds, "budget")
    assert "counted in unlike ways" in repr(text.opening(plan, money, refs, "en"))
    shown = tables.secured_shares(ds, refs, "en", plan.selection.selection_id)
    assert any("renewal and smart-green together" in note for note in shown.notes)
    assert "see remark" in shown.rows[1][-1].text
    assert "89.5" in shown.rows[1][-1].text, "what other texts print of that year"


def test_ranks_are_those_of_the_comparisons(ds: Dataset) -> None:
    for plan, refs in plans(ds):
        for record in tables.places(ds, plan, refs, "ko").records:
            found = asked(ds, str(record["measure_id"]), per=str(record["per"] or ""))
            assert isinstance(found, Comparison)
            rows = rows_of(found.frame)
            own = next(row for row in rows if row["selection_id"] == plan.selection.selection_id)
            assert all(own[name] == record[name] for name in ("value", "rank", "rank_low", "rank_high"))
            assert record["first_selection_id"] == rows[0]["selection_id"]


def test_secured_money_stands_in_one_table_only(ds: Dataset) -> None:
    for plan, refs in plans(ds):
        shown = tables.secured_shares(ds, refs, "ko", plan.selection.selection_id)
        listed = {record["claim_id"] for record in shown.records}
        others = {record["claim_id"] for record in tables.funding(plan, refs, "ko").records}
        assert not listed & others
        assert bool(shown.rows) == (
            plan.selection.selection_id in {s.selection.selection_id for s in shares(ds)}
        )


def test_lanes_and_table_share_their_numbers(ds: Dataset) -> None:
    for plan, refs in plans(ds):
        found = sd.around(plan)
        table = tables.events(plan, refs, "en")
        titles = {row["number"]: row["title"] for row in _dots(charts.lanes(ds, found, "en").to_dict())}
        assert titles == {row[0].text: row[2].text for row in table.rows}
        keys = {part["selection_id"] for item in found.money for part in item["parts"].values()}
        assert keys <= {plan.selection.selection_id, None}, "no money of the region's other plan"


def _dots(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for item in part:
            yield from _dots(item)
    elif isinstance(part, dict):
        if "number" in part and "title" in part:
            yield part
        for item in part.values():
            yield from _dots(item)


def test_one_round_can_be_asked_for(ds: Dataset) -> None:
    found = asked(ds, "budget", round_year=2021)
    assert isinstance(found, Comparison)
    assert {key[:4] for key in found.frame["selection_id"]} == {"2021"}
    then = asked(ds.as_of("2020-05-07"), "budget", round_year=2020)
    few = then.selection_ids if isinstance(then, Unanswered) else tuple(then.frame["selection_id"])
    assert {key[:4] for key in few} == {"2020"}
