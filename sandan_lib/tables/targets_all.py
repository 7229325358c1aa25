"""What all plans promise: increases and levels apart, against present size, and beside the rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import Comparison
from sandan_lib.dataset import Dataset
from sandan_lib.model import Basis, Unit
from sandan_lib.tables.cells import MISSING, claim_records, kind, say
from sandan_lib.tables.ranking import ranged
from sandan_lib.tables.table import Cell, Column, Table
from sandan_lib.trends import MEASURES, Ratio, RoundFigure, compared, growth, ratios, round_figures, set_apart
from sandan_lib.units import format_value

__all__ = ["round_targets", "sources_of_targets", "target_ratios", "targets_apart", "targets_compared"]


def sources_of_targets(ds: Dataset) -> tuple[str, ...]:
    """Give the sources of all that the report on targets shows."""
    found: list[str] = []
    for measure_id in (*MEASURES, "jobs_direct"):
        for basis in (Basis.INCREASE, Basis.LEVEL):
            comparison = compared(ds, measure_id, basis)
            found += comparison.sources if comparison is not None else ()
    for ratio in ratios(ds):
        found += ratio.size.sources if ratio.size is not None else ()
        moved = growth(ds, ratio.selection.region_id, ratio.measure_id)
        found += (moved[3],) if moved else ()
    found += [claim["source_id"] for item in round_figures(ds) for claim in item.printed]
    found += [source for _, claim in set_apart(ds) for source in claim["sources"]]
    return tuple(dict.fromkeys(found))


def _name(ds: Dataset, region_id: str, year: int, lang: str) -> str:
    return f"{ds.name('regions', region_id, lang)} {year}"


def _span(low: Any, high: Any, unit: Unit, lang: str) -> str:
    if low == high:
        return MISSING
    return ranged(format_value(low, unit, lang), format_value(high, unit, lang), lang)


def targets_compared(ds: Dataset, refs: References, basis: str = "increase", lang: str = "ko") -> Table:
    """List the targets of one basis: jobs, output and exports of every plan that has one.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    basis : {"increase", "level"}
        Increases and levels never stand in one table.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
        With the printed range, the rank within the measure and the ranks it could be.
    """
    rows, records, notes = [], [], []
    for measure_id in MEASURES:
        comparison = compared(ds, measure_id, Basis(basis))
        measure = ds.name("measures", measure_id, lang)
        if comparison is None:
            notes.append(
                say(
                    lang,
                    f"{measure}: 이런 목표를 적은 글이 없다.",
                    f"No text prints such a target for {measure}.",
                )
            )
            continue
        for row in comparison.rows:
            if row["claims"]:
                rows.append(_target_row(ds, comparison, row, refs, lang))
                records.append({"measure_id": measure_id, "basis": basis, **row})
        missing = [row for row in comparison.rows if not row["claims"]]
        names = ", ".join(_name(ds, row["region_id"], row["round_year"], lang) for row in missing)
        if names:
            notes.append(
                say(lang, f"{measure} 수치가 없는 곳: {names}.", f"No figure for {measure}: {names}.")
            )
    columns = (
        Column("measure", say(lang, "무엇", "what")),
        Column("rank", say(lang, "순위 (폭)", "rank (possible)"), numeric=True),
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("value", say(lang, "목표", "target"), numeric=True),
        Column("range", say(lang, "적힌 값의 범위", "printed range"), numeric=True),
        Column("claims", say(lang, "글 (발표)", "texts (releases)"), numeric=True),
    )
    label = ds.label("claims", "basis", basis, lang)
    caption = say(lang, f"목표: {label}", f"Targets, printed as: {label}")
    empty = say(lang, "이런 목표를 적은 글이 없다.", "No text prints such a target.")
    return Table(f"targets-{basis}", caption, columns, tuple(rows), tuple(notes), empty, tuple(records))


def _target_row(
    ds: Dataset, comparison: Comparison, row: Mapping[str, Any], refs: References, lang: str
) -> tuple[Cell, ...]:
    low, high = row["rank_low"], row["rank_high"]
    amount = ds.amount(ds.record("claims", row["claim_id"]), lang)
    return (
        Cell(ds.name("measures", comparison.measure_id, lang)),
        Cell(f"{row['rank']}" if low == high else f"{row['rank']} ({low}–{high})"),
        Cell(_name(ds, row["region_id"], row["round_year"], lang)),
        Cell(amount, (refs.number(row["source_id"]),), row["claim_id"]),
        Cell(_span(row["low"], row["high"], comparison.unit, lang)),
        Cell(f"{row['claims']} ({row['origins']})"),
    )


def target_ratios(ds: Dataset, refs: References, lang: str = "ko", of: str = "") -> Table:
    """List target increases in percent of the present size of the plan's complexes.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.
    of : str, optional
        The one selection to list; all when empty.

    Returns
    -------
    Table
        With the growth of the region's manufacturing over the years known, as a yardstick.
    """
    found = [item for item in ratios(ds) if of in ("", item.selection.selection_id)]
    columns: tuple[Column, ...] = (
        Column("measure", say(lang, "무엇", "what")),
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("target", say(lang, "늘리려는 양", "target increase"), numeric=True),
        Column("size", say(lang, "2023년 말 크기", "size, end of 2023"), numeric=True),
        Column("ratio", say(lang, "비율", "ratio"), numeric=True),
        Column(
            "growth", say(lang, "지역 제조업의 변화", "growth of the region's manufacturing"), numeric=True
        ),
        Column(
            "lacking",
            say(lang, "크기에 빠졌거나 구역별로 센 단지", "complexes left out, or counted by parts"),
        ),
    )
    columns = columns[:1] + columns[1 + bool(of) :]
    notes = (
        say(
            lang,
            "크기는 선정 뒤인 2023년 4분기의 것이고 목표는 그 전 해부터 센다. "
            "그 사이 늘거나 준 것이 크기에 들어 있으므로 비율은 어림이다. "
            "단지가 아닌 연계 지역은 크기에 없다.",
            "Sizes are of the fourth quarter of 2023, after selection, while targets count from earlier "
            "years, so that the size already holds what was gained or lost in between. "
            "Linked areas that are no complexes are not in it.",
        ),
        say(
            lang,
            "지역 제조업의 변화는 통계가 있는 해에 그 지역 제조업 전체의 고용과 출하액이 실제로 변한 "
            "비율이다. 수출은 한 해치뿐이라 없다. "
            "단지의 통계는 한 해뿐이어서 단지 스스로의 변화는 알 수 없다. "
            "목표가 단지 밖의 일자리를 셀 수도 있다.",
            "The growth shown is the actual change in employment and shipments of all manufacturing in the "
            "region over the years with statistics; for exports only one year is known. Statistics of the "
            "complexes cover one year, so their own growth is not known. "
            "A target may count jobs outside the complexes.",
        ),
    )
    records = tuple(
        {"measure_id": item.measure_id, "size": item.size.value if item.size else None} | dict(item.row)
        for item in found
    )
    rows = []
    for item in found:
        cells = _ratio_row(ds, item, refs, lang)
        rows.append(cells[:1] + cells[1 + bool(of) :])
    empty = say(lang, "늘리겠다는 목표를 적은 글이 없다.", "No text prints a target increase.")
    caption = say(lang, "목표 증가분과 지금의 크기", "Target increases against present size")
    return Table("target-ratios", caption, columns, tuple(rows), notes if rows else (), empty, records)


def _ratio_row(ds: Dataset, item: Ratio, refs: References, lang: str) -> tuple[Cell, ...]:
    claim = ds.record("claims", item.row["claim_id"])
    moved = growth(ds, item.selection.region_id, item.measure_id)
    past = Cell(MISSING)
    if moved is not None:
        signed = f"{moved[0]:+.1f}% ({moved[1]}–{moved[2]})".replace("-", "−")
        past = Cell(signed, (refs.number(moved[3]),))
    size, lacking = Cell(MISSING), []
    if item.size is not None:
        where = tuple(refs.number(source) for source in item.size.sources)
        size = Cell(format_value(item.size.rounded, claim["unit"], lang), where)
        lacking = [site.name(lang) for site in item.size.lacking]
        parts = say(lang, "통계가 있는 구역", "its parts with statistics")
        lacking += [f"{site.name(lang)} ({parts})" for site in item.size.in_part]
    return (
        Cell(ds.name("measures", item.measure_id, lang)),
        Cell(_name(ds, item.selection.region_id, item.selection.round_year, lang)),
        Cell(ds.amount(claim, lang), (refs.number(claim["source_id"]),), claim["claim_id"]),
        size,
        Cell(ratio_words(item)),
        past,
        Cell(", ".join(lacking) or say(lang, "없음", "none")),
    )


def ratio_words(item: Ratio) -> str:
    """Write a ratio with its doubt."""
    if item.percent is None:
        return MISSING
    value, low, high = item.percent
    return f"{value}%" if low == high else f"{value}% ({low}–{high}%)"


def round_targets(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """List what the ministries print for a round beside the sum of the regions' own targets.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
        Each sum says how many selections it counts and which it lacks.
    """
    found = round_figures(ds)
    columns = (
        Column("measure", say(lang, "무엇 (증가분)", "what (increase)")),
        Column("round", say(lang, "차수", "round"), numeric=True),
        Column("printed", say(lang, "부처의 차수 목표 (날짜)", "ministries' round target (date)")),
        Column("total", say(lang, "지역 수치의 합", "sum of the selections"), numeric=True),
        Column("range", say(lang, "합의 범위", "range of the sum"), numeric=True),
        Column("counted", say(lang, "더한 선정", "counted"), numeric=True),
        Column("lacking", say(lang, "합에 없는 선정", "the sum lacks")),
    )
    notes = (
        say(
            lang,
            "직접고용은 2022년 3월 부처가 다듬은 목표로, 지역이 내세운 일자리와 다른 측정값이다. "
            "두 행을 서로 견주지 않는다.",
            "Direct hires are the ministries' refined targets of March 2022, another measure than the "
            "jobs that regions state: the rows are not compared with each other.",
        ),
    )
    rows = tuple(_round_row(ds, item, refs, lang) for item in found)
    claims = [dict(claim) for item in found for claim in item.printed]
    empty = say(lang, "차수 목표를 적은 글이 없다.", "No text prints targets of a round.")
    caption = say(lang, "차수 목표와 지역 목표의 합", "Targets of the rounds and sums of the selections")
    return Table("round-targets", caption, columns, rows, notes, empty, claim_records(claims))


def _round_row(ds: Dataset, item: RoundFigure, refs: References, lang: str) -> tuple[Cell, ...]:
    words = "; ".join(f"{ds.amount(claim, lang)} ({claim['published']})" for claim in item.printed)
    numbers = tuple(dict.fromkeys(refs.number(claim["source_id"]) for claim in item.printed))
    keys = " ".join(claim["claim_id"] for claim in item.printed) or None
    total, span, counted, lacking = (Cell(MISSING),) * 4
    if item.total is not None and item.parts is not None:
        unit = item.parts.unit
        own = tuple(sorted({refs.number(source) for source in item.parts.sources}))
        total = Cell(format_value(item.total.value, unit, lang), own)
        span = Cell(_span(item.total.low, item.total.high, unit, lang))
        counted = Cell(f"{item.total.counted} / {item.total.counted + len(item.total.missing)}")
        gone = [ds.record("selections", key) for key in item.total.missing]
        lacking = Cell(", ".join(ds.name("regions", row["region_id"], lang) for row in gone) or MISSING)
    return (
        Cell(ds.name("measures", item.measure_id, lang)),
        Cell(str(item.round_year)),
        Cell(words or MISSING, numbers, keys),
        total,
        span,
        counted,
        lacking,
    )


_WHY = {
    "induced": ("모형으로 어림한 유발효과이며 목표가 아니다", "an effect induced by models, no target"),
    "estimate": ("기대 효과로 적혔다", "printed as an estimated effect"),
    "bid": ("선정 전 신청 때의 수치다", "a figure of the bid"),
    "rate": ("비율이나 증감률이다", "a share or growth rate"),
}


def targets_apart(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """List what stands apart from the targets: induced effects, estimates, bids, rates.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
    """
    rows, claims = [], []
    for why, claim in set_apart(ds):
        numbers = tuple(sorted(refs.number(source) for source in claim["sources"]))
        rows.append(
            (
                Cell(ds.name("measures", claim["measure_id"], lang)),
                Cell(_name(ds, claim["region_id"], claim["round_year"], lang)),
                Cell(ds.amount(claim, lang), numbers, claim["claim_id"]),
                Cell(kind(ds, dict(claim), lang)),
                Cell(say(lang, *_WHY[why])),
            )
        )
        claims.append(dict(claim))
    columns = (
        Column("measure", say(lang, "무엇", "what")),
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("value", say(lang, "값", "value"), numeric=True),
        Column("kind", say(lang, "어떤 수치인가", "kind of figure")),
        Column("why", say(lang, "따로 둔 까닭", "why apart")),
    )
    caption = say(lang, "목표와 함께 견주지 않은 수치", "Figures that are not compared with the targets")
    empty = say(lang, "따로 둔 수치가 없다.", "Nothing stands apart.")
    return Table("targets-apart", caption, columns, tuple(rows), (), empty, claim_records(claims))
