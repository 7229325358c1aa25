"""Where one plan stands in each respect that plans can be compared in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import Comparison, asked
from sandan_lib.composition import composition
from sandan_lib.dataset import Dataset
from sandan_lib.profile import Profile
from sandan_lib.tables.cells import MISSING, say
from sandan_lib.tables.table import Cell, Column, Table
from sandan_lib.trends import growth, ratios, shares

__all__ = ["places", "sources_of_region"]

# Measure, and what it is divided by.
_QUESTIONS = (
    *(("budget", ""), ("budget", "population"), ("budget", "grdp"), ("budget", "complex_employees")),
    *(("budget", "jobs"), ("jobs", ""), ("output", ""), ("exports", "")),
)


def _answers(ds: Dataset) -> tuple[Comparison, ...]:
    """Make the comparisons that have an answer."""
    found = [asked(ds, measure, per=per) for measure, per in _QUESTIONS]
    return tuple(item for item in found if isinstance(item, Comparison))


def _known(ds: Dataset) -> tuple[Comparison, ...]:
    made: tuple[Comparison, ...] = ds.remembered(_answers)
    return made


def sources_of_region(ds: Dataset, plan: Profile) -> tuple[str, ...]:
    """Give the sources of what a regional report shows beyond the plan's own figures and two rankings."""
    key, year = plan.selection.selection_id, plan.selection.round_year
    found: list[str] = []
    for share in shares(ds):
        if share.selection.selection_id == key:
            claims = [claim for item in share.years for claim in (item.claim, *item.others)]
            claims += [claim for claim in (share.plan, share.moved) if claim is not None]
            found += [source for claim in claims for source in claim.get("sources", (claim["source_id"],))]
    for ratio in ratios(ds):
        if ratio.selection.selection_id == key:
            found += [ratio.row["source_id"], *(ratio.size.sources if ratio.size is not None else ())]
            moved = growth(ds, ratio.selection.region_id, ratio.measure_id)
            found += (moved[3],) if moved else ()
    for comparison in _known(ds):
        rows = comparison.rows
        for row in (rows[0], *(row for row in rows if row["selection_id"] == key and row["claims"])):
            found += _sources(comparison, row)
    found += composition(ds, [i.selection_id for i in ds.selections() if i.round_year == year]).sources
    return tuple(dict.fromkeys(found))


def _sources(comparison: Comparison, row: Mapping[str, Any]) -> list[str]:
    return [row["source_id"], *([row["per_source_id"]] if comparison.per else [])]


def places(ds: Dataset, plan: Profile, refs: References, lang: str = "ko") -> Table:
    """List the plan's rank in money, money per head and so on, and targets, each with its doubt.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    plan : Profile
        Whose ranks.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
        Questions that fewer than two plans answer have no row.
    """
    key = plan.selection.selection_id
    rows, records = [], []
    for comparison in _known(ds):
        frame = comparison.rows
        known = sum(row["claims"] > 0 for row in frame)
        own = next(row for row in frame if row["selection_id"] == key)
        rows.append((_what(ds, comparison, lang), *_place(ds, comparison, own, known, refs, lang)))
        rows[-1] += (_first(ds, comparison, frame[0], refs, lang),)
        about = {"measure_id": comparison.measure_id, "per": comparison.per, "known": known}
        figures = ("value", "rank", "rank_low", "rank_high", "claims", "claim_id")
        first = {"first_selection_id": frame[0]["selection_id"], "first_claim_id": frame[0]["claim_id"]}
        records.append({"selection_id": key} | about | {name: own[name] for name in figures} | first)
    columns = (
        Column("measure", say(lang, "무엇", "what")),
        Column("value", say(lang, "값", "value"), numeric=True),
        Column("rank", say(lang, "순위", "rank"), numeric=True),
        Column("possible", say(lang, "있을 수 있는 순위", "possible ranks"), numeric=True),
        Column("first", say(lang, "1위", "first place")),
    )
    notes = (
        say(
            lang,
            "같은 뜻의 수치가 있는 계획끼리만 견준다. 있을 수 있는 순위는 어느 글을 믿느냐에 따른 폭이다. "
            "큰 것이 1위일 뿐 좋고 나쁨은 아니다.",
            "Only plans with a figure of the same meaning are compared. Possible ranks depend on which "
            "texts one trusts. First is the largest, not the best.",
        ),
    )
    caption = say(lang, "선정된 계획들 사이의 순위", "Rank among the selected plans")
    empty = say(
        lang,
        "이때까지는 둘 이상의 계획이 함께 답하는 물음이 없어 순위를 매길 수 없다.",
        "No ranks can be given: by then no question is answered by two plans or more.",
    )
    return Table("places", caption, columns, tuple(rows), notes if rows else (), empty, tuple(records))


def _what(ds: Dataset, comparison: Comparison, lang: str) -> Cell:
    words = ds.name("measures", comparison.measure_id, lang)
    basis = comparison.basis_name(ds, lang)
    if comparison.measure_id != "budget":
        return Cell(say(lang, f"{words} 목표 ({basis})", f"{words} target ({basis})"))
    words = say(lang, "계획 총액", "planned total")
    if comparison.per is None:
        return Cell(words)
    divisor = ds.name("measures", comparison.per, lang)
    if comparison.per == "jobs":
        divisor = say(lang, "목표 일자리", "target jobs")
    return Cell(f"{words} ÷ {divisor}")


def _place(
    ds: Dataset, comparison: Comparison, row: Mapping[str, Any], known: int, refs: References, lang: str
) -> tuple[Cell, ...]:
    if not row["claims"]:
        return Cell(say(lang, "비교할 수치 없음", "no comparable figure")), Cell(MISSING), Cell(MISSING)
    low, high = row["rank_low"], row["rank_high"]
    return (
        _value(ds, comparison, row, refs, lang),
        Cell(say(lang, f"{known}곳 가운데 {row['rank']}위", f"{row['rank']}\u00a0of\u00a0{known}")),
        Cell(f"{low}" if low == high else f"{low}–{high}"),
    )


def _value(ds: Dataset, comparison: Comparison, row: Mapping[str, Any], refs: References, lang: str) -> Cell:
    claim = ds.record("claims", row["claim_id"])
    text = ds.amount(claim, lang) if comparison.per is None else comparison.amount(row["value"], lang)
    numbers = sorted({refs.number(source) for source in _sources(comparison, row)})
    return Cell(text, tuple(numbers), row["claim_id"])


def _first(ds: Dataset, comparison: Comparison, row: Mapping[str, Any], refs: References, lang: str) -> Cell:
    value = _value(ds, comparison, row, refs, lang)
    return Cell(f"{ds.selection_name(row['selection_id'], lang)}: {value.text}", value.refs, value.claim)
