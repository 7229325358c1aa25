"""Cells and remarks that several tables share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandan_lib.cite import References
from sandan_lib.dataset import Dataset
from sandan_lib.tables.table import Cell
from sandan_lib.units import format_quantity, parse_quantity

__all__ = [
    "MISSING",
    "claim_records",
    "date_cell",
    "figure_cell",
    "kind",
    "notes_on",
    "part_name",
    "period",
    "right_amount",
    "say",
    "sorted_by_measure",
]


MISSING = "–"  # the usual sign for "none", in either language
_CLAIM_COLUMNS = (
    *("claim_id", "programme_id", "selection_id", "region_id", "measure_id", "component", "status", "basis"),
    *("scope", "scope_note_ko", "scope_note_en", "period_start", "period_end", "project_id"),
    *("value", "value_high", "unit", "qualifier", "as_printed", "printed_unit", "misprint"),
    *("source_id", "locator", "published", "origin_id", "note_ko", "note_en"),
)


def say(lang: str, ko: str, en: str) -> str:
    """Choose the words of the language."""
    return ko if lang == "ko" else en


def figure_cell(ds: Dataset, claim: dict[str, Any] | None, refs: References, lang: str) -> Cell:
    """Show a claim's figure, with its source and its claim id."""
    if claim is None:
        return Cell(MISSING)
    printed_by = claim.get("sources") or (claim["source_id"],)
    numbers = tuple(sorted(refs.number(source) for source in printed_by))
    return Cell(ds.amount(claim, lang), numbers, claim["claim_id"])


def claim_records(claims: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Give claims as the rows of a CSV: all that makes a figure usable, nothing rounded."""
    return tuple({column: claim[column] for column in _CLAIM_COLUMNS} for claim in claims)


def date_cell(text: str | None, lang: str) -> Cell:
    """Show a date, as far as it is known."""
    return Cell(text or say(lang, "날짜 모름", "undated"))


def period(claim: dict[str, Any]) -> str:
    """Write the years that a claim speaks of."""
    start, end = claim["period_start"], claim["period_end"]
    if start and end:
        return f"{start}" if start == end else f"{start}–{end}"
    return f"–{end}" if end else f"{start}–" if start else ""


def kind(ds: Dataset, claim: dict[str, Any], lang: str) -> str:
    """Say what kind of figure it is: status, basis and, unless it is the whole plan, scope."""
    words = [ds.label("claims", "status", claim["status"], lang)]
    words.append(ds.label("claims", "basis", claim["basis"], lang))
    if claim["scope"] != "plan":
        words.append(part_name(ds, claim, lang))
    if claim["misprint"]:
        words.append(_correction(ds, claim, lang))
    return ", ".join(words)


def part_name(ds: Dataset, claim: Mapping[str, Any], lang: str) -> str:
    """Name what a figure covers: a sub-project, a part, or the scope itself."""
    project = claim["project_id"]
    words = [ds.name("projects", project, lang)] if project else []
    words += filter(None, (claim[f"scope_note_{lang}"],))
    return " · ".join(words) or ds.label("claims", "scope", claim["scope"], lang)


def _correction(ds: Dataset, claim: Mapping[str, Any], lang: str) -> str:
    """Say that a figure is a misprint, and what is right where that is known."""
    amount = right_amount(ds, claim, lang)
    if amount is None:
        return say(lang, "오기로 보임", "likely misprint")
    return say(lang, f"오기로 보임, 바른 값 {amount}", f"likely misprint for {amount}")


def right_amount(ds: Dataset, claim: Mapping[str, Any], lang: str) -> str | None:
    """Write what a misprinted figure should have been, where that is known."""
    right = (ds.correction(claim["claim_id"]) or {}).get("right_value")
    if right is None:
        return None
    quantity = parse_quantity(right, unit=claim["unit"], printed_unit=claim["printed_unit"])
    return format_quantity(quantity, lang)


def notes_on(ds: Dataset, claims: Iterable[dict[str, Any]], refs: References, lang: str) -> tuple[str, ...]:
    """Give the remarks on some claims, each once, with the source they belong to."""
    found: dict[str, list[int]] = {}
    for claim in claims:
        record = ds.correction(claim["claim_id"]) or {}
        for note in filter(None, (record.get(f"why_{lang}"), claim[f"note_{lang}"])):
            numbers = found.setdefault(note, [])
            number = refs.number(claim["source_id"])
            if number not in numbers:
                numbers.append(number)
    return tuple(f"[{', '.join(map(str, numbers))}] {note}" for note, numbers in found.items())


def sorted_by_measure(ds: Dataset, claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bring claims into the order of the measures, keeping their order within each."""
    order = {key: measure["sort_order"] for key, measure in ds.records("measures").items()}
    return sorted(claims, key=lambda claim: order[claim["measure_id"]])
