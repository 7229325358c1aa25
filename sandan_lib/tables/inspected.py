"""What stands behind a mark: its claims, what else is printed of the same, and the texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandan_lib.cite import cited
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.model import StatusClass
from sandan_lib.tables.cells import MISSING, claim_records, kind, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = ["inspected"]

_SAME = ("measure_id", "component", "basis", "scope", "unit", "period_end")


def inspected(ds: Dataset, ids: Iterable[str], lang: str = "ko") -> Table:
    """List the claims behind some ids, then other prints of the same figures, with links to the texts.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    ids : iterable of str
        Ids that a mark of a chart carries: claims, sources, selections and others.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
        Claims first; then claims of the same selection, measure, component, status class, basis,
        scope and year that another text prints, and whether they differ; then texts that print no
        figure but tell of it.

    Raises
    ------
    UnknownName
        If an id is none of the data's.
    """
    claims, refs = cited(ds, ids)
    others = [row for claim in claims for row in _others(ds, claim)]
    shown = {claim["claim_id"] for claim in claims}
    others = [
        row for row in {row["claim_id"]: row for row in others}.values() if row["claim_id"] not in shown
    ]
    rows = [_row(ds, claim, say(lang, "이 수치", "this figure"), lang) for claim in claims]
    rows += [_row(ds, row, _relation(row, claims, lang), lang) for row in others]
    used = {row["source_id"] for row in (*claims, *others)}
    rows += [
        (
            Cell(say(lang, "알린 글", "told by")),
            *(Cell(MISSING) for _ in range(3)),
            Cell(item.published or say(lang, "날짜 모름", "undated")),
            Cell(f"{item.publisher}, {item.title}", href=item.url),
            Cell(item.source_id),
        )
        for item in refs.items
        if item.source_id not in used
    ]
    columns = (
        Column("relation", say(lang, "관계", "relation"), short=True),
        Column("what", say(lang, "무엇", "what")),
        Column("as_printed", say(lang, "적힌 그대로", "as printed"), numeric=True),
        Column("kind", say(lang, "어떤 수치인가", "kind of figure")),
        Column("published", say(lang, "게재일", "published"), short=True),
        Column("source", say(lang, "글", "text")),
        Column("id", say(lang, "번호", "id"), short=True),
    )
    records = claim_records(dict(row) for row in (*claims, *others))
    caption = say(lang, "이 표시 뒤의 수치와 글", "The figures and texts behind this mark")
    empty = say(lang, "이 표시에는 수치가 없다.", "This mark carries no figure.")
    return Table("inspected", caption, columns, tuple(rows), (), empty, records)


def _others(ds: Dataset, claim: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give all claims of the same kind about the same selection."""
    if not claim["selection_id"]:
        return []
    frame = ds.claims_about(claim["measure_id"], [claim["selection_id"]], list(ds.peek("claims").columns))
    status = StatusClass.of(claim["status"])
    return [
        row
        for row in rows_of(frame)
        if all(row[name] == claim[name] for name in _SAME)
        and row["project_id"] == claim["project_id"]
        and row["scope_note_en"] == claim["scope_note_en"]
        and StatusClass.of(row["status"]) is status
    ]


def _relation(row: Mapping[str, Any], claims: Iterable[Mapping[str, Any]], lang: str) -> str:
    if any(row["value"] == claim["value"] and row["value_high"] == claim["value_high"] for claim in claims):
        return say(lang, "같은 값을 적은 글", "prints the same")
    return say(lang, "다른 값을 적은 글", "prints another")


def _row(ds: Dataset, claim: Mapping[str, Any], relation: str, lang: str) -> tuple[Cell, ...]:
    source = ds.record("sources", claim["source_id"])
    whose = ds.selection_name(claim["selection_id"], lang) if claim["selection_id"] else ""
    what = " ".join(filter(None, (whose, ds.name("measures", claim["measure_id"], lang))))
    note = claim[f"note_{lang}"]
    return (
        Cell(relation),
        Cell(f"{what}. {note}" if note else what),
        Cell(f"{claim['as_printed']}{claim['printed_unit'] or ''}", claim=claim["claim_id"]),
        Cell(kind(ds, dict(claim), lang)),
        Cell(claim["published"] or say(lang, "날짜 모름", "undated")),
        Cell(f"{source['publisher']}, {source['title']}", href=source["url"]),
        Cell(claim["claim_id"]),
    )
