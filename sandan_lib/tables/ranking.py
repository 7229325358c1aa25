"""A comparison as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import Comparison, measure_and_kind
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.tables.cells import MISSING, notes_on, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = ["left_out", "ranged", "remarks", "standing"]


def standing(ds: Dataset, comparison: Comparison, refs: References, lang: str = "ko") -> Table:
    """List a comparison with ranks, and the ranks that other admissible figures would give."""
    rows = []
    for row in comparison.rows:
        name = f"{ds.name('regions', row['region_id'], lang)} {row['round_year']}"
        if not row["claims"]:
            gap = Cell(MISSING)
            words = Cell(say(lang, "비교할 수치 없음", "no comparable figure"))
            rows.append((gap, Cell(name), words, gap, gap, gap))
            continue
        low, high = row["rank_low"], row["rank_high"]
        rows.append(
            (
                Cell(str(row["rank"])),
                Cell(name),
                _value(ds, comparison, row, refs, lang),
                _span(comparison, row, refs, lang),
                Cell(f"{low}" if low == high else f"{low}–{high}"),
                Cell(f"{row['claims']} ({row['origins']})"),
            )
        )
    columns = (
        Column("rank", say(lang, "순위", "rank"), numeric=True),
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("value", say(lang, "값", "value"), numeric=True),
        Column("range", say(lang, "적힌 값의 범위", "printed range"), numeric=True),
        Column("rank_range", say(lang, "있을 수 있는 순위", "possible ranks"), numeric=True),
        Column("claims", say(lang, "글 (발표)", "texts (releases)"), numeric=True),
    )
    caveats = tuple(caveat[0 if lang == "ko" else 1] for caveat in comparison.caveats)
    caption = measure_and_kind(ds, comparison, lang)
    caption += say(lang, ": 선정 지역의 순위", ": ranking of the selections")
    return Table(
        f"standing-{comparison.measure_id}", caption, columns, tuple(rows), caveats, "", _records(comparison)
    )


def remarks(ds: Dataset, comparison: Comparison, refs: References, lang: str = "ko") -> tuple[str, ...]:
    """Give the remarks on the figures that were compared: what a reader should know of each."""
    keys = comparison.frame["claim_id"].dropna()
    return notes_on(ds, [dict(ds.record("claims", key)) for key in keys], refs, lang)


def left_out(ds: Dataset, comparison: Comparison, lang: str = "ko") -> Table:
    """List the figures of the measure that were not compared, and why not."""
    rows, records = [], []
    for row in rows_of(comparison.left_out):
        claim = ds.record("claims", row["claim_id"])
        name = f"{ds.name('regions', claim['region_id'], lang)} {claim['round_year']}"
        rows.append(
            (Cell(row["claim_id"]), Cell(name), Cell(ds.amount(claim, lang)), Cell(row[f"reason_{lang}"]))
        )
        records.append({"measure_id": comparison.measure_id} | row)
    columns = (
        Column("claim_id", say(lang, "수치", "claim"), short=True),
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("value", say(lang, "값", "value"), numeric=True),
        Column("reason", say(lang, "견주지 않은 까닭", "why not")),
    )
    return Table(
        f"left-out-{comparison.measure_id}",
        say(lang, "비교하지 않은 수치", "Figures that were not compared"),
        columns,
        tuple(rows),
        (),
        say(lang, "모두 비교했다.", "All were compared."),
        tuple(records),
        folds=True,
    )


def _value(ds: Dataset, comparison: Comparison, row: Mapping[str, Any], refs: References, lang: str) -> Cell:
    if comparison.per is None:
        text, sources = ds.amount(ds.record("claims", row["claim_id"]), lang), [row["source_id"]]
    else:
        text, sources = comparison.amount(row["value"], lang), [row["source_id"], row["per_source_id"]]
    numbers = sorted({refs.number(source) for source in sources})
    return Cell(text, tuple(numbers), row["claim_id"])


def _span(comparison: Comparison, row: Mapping[str, Any], refs: References, lang: str) -> Cell:
    if row["low"] == row["high"]:
        return Cell(MISSING)
    low, high = (comparison.amount(row[key], lang) for key in ("low", "high"))
    numbers = tuple(sorted({refs.number(row[f"{end}_source_id"]) for end in ("low", "high")}))
    return Cell(ranged(low, high, lang), numbers)


def _records(comparison: Comparison) -> tuple[dict[str, Any], ...]:
    about = {
        "measure_id": comparison.measure_id,
        "component": comparison.component,
        "status_class": comparison.status_class.value,
        "basis": comparison.basis,
        "year": comparison.year,
        "scope": comparison.scope,
        "unit": comparison.unit.value,
        "rule": comparison.rule.value,
        "per": comparison.per,
    }
    return tuple({**about, **row} for row in comparison.rows)


def ranged(low: str, high: str, lang: str) -> str:
    """Write two amounts as one range, with the words that they share only once."""
    if lang == "ko":
        low = low.partition("/")[0]
        return f"{low.removesuffix(' 원')} ~ {high}" if " 원" in high else f"{low} ~ {high}"
    low = low.partition(" per ")[0]
    shared = "KRW " if high.startswith("KRW ") else ""
    ending = " bn" if low.endswith(" bn") and high.endswith(" bn") else ""
    return f"{low.removesuffix(ending)}–{high.removeprefix(shared)}"
