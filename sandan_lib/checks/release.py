"""Rules between tables and between releases: nothing unused, no id lost or reused."""

from __future__ import annotations

from collections.abc import Mapping

from sandan_lib.checks.columns import split_list
from sandan_lib.checks.read import RawTable, Row
from sandan_lib.names import fold

__all__ = ["STABLE_TABLES", "anchor_of", "check_spellings", "check_stability", "check_usage"]

# Tables whose ids are promised for ever, and the columns that tell what an id stands for.
# A claim stands for what one text prints about one thing: whoever corrects its reading keeps
# the id, whoever puts another figure in its place must not.
STABLE_TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "claims": ("claim_id", ("source_id", "as_printed")),
    "complexes": ("complex_id", ("name_ko",)),
    "events": ("event_id", ("region_id", "kind")),
    "organisations": ("organisation_id", ("name_ko",)),
    "projects": ("project_id", ("name_ko",)),
    "selections": ("selection_id", ("selection_id",)),
    "sources": ("source_id", ("publisher",)),
}


def anchor_of(table: str, row: Row | Mapping[str, str]) -> str:
    """Give the words by which the reuse of an id is noticed."""
    return " · ".join(str(row[column]) for column in STABLE_TABLES[table][1])


# Columns whose spellings name the id in the key column.
_SPELLINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("region_aliases", "region_id", ("alias",)),
    ("complexes", "complex_id", ("complex_id", "name_ko", "name_en", "aliases")),
    ("measures", "measure_id", ("measure_id", "name_ko", "name_en")),
)


def check_spellings(tables: Mapping[str, RawTable]) -> None:
    """Check that no spelling means two things."""
    for table, key, columns in _SPELLINGS:
        meant: dict[str, tuple[str, int]] = {}
        for row in tables[table].rows:
            for column in columns:
                for spelling in split_list(row[column]):
                    target, line = meant.setdefault(fold(spelling), (row[key], row.line))
                    if target != row[key]:
                        tables[table].complain(
                            "ambiguous", row.line, column, value=spelling, found=target, other=line
                        )


def check_usage(tables: Mapping[str, RawTable]) -> None:
    """Check that every source, measure and project is used by some row."""
    for table, key in (("sources", "source_id"), ("measures", "measure_id"), ("projects", "project_id")):
        pointing = [(raw, columns) for raw in tables.values() if (columns := _pointing(raw, table, key))]
        if not all(raw.present for raw, _ in pointing):
            continue  # who knows what the table used that could not be read
        used = {
            value
            for raw, columns in pointing
            for row in raw.rows
            for column in columns
            for value in split_list(row[column])
        }
        for row in tables[table].rows:
            if row[key] not in used:
                tables[table].complain("unused", row.line, key, value=row[key], table="data/*.csv")


def _pointing(raw: RawTable, table: str, key: str) -> list[str]:
    """Give the columns of another table that point to a key."""
    if raw.table.name == table:
        return []
    return [
        column.name
        for column in raw.table.fields
        if key == column.name or column.references == f"{table}.{key}"
    ]


def check_stability(tables: Mapping[str, RawTable]) -> None:
    """Check that every released id still stands for what it stood for."""
    ledger = tables["released_ids"]
    for row in ledger.rows:
        name = row["table"]
        if name not in STABLE_TABLES:
            ledger.complain(
                "vocabulary", row.line, "table", value=name, expected=", ".join(STABLE_TABLES), hint=""
            )
            continue
        target = tables[name]
        if not target.present:
            continue
        key = STABLE_TABLES[name][0]
        current = target.find(key, row["id"])
        if current is None:
            if not row["withdrawn"]:
                ledger.complain("vanished", row.line, "id", value=row["id"], expected=row["release"])
        elif row["withdrawn"] or anchor_of(name, current) != row["anchor"]:
            target.complain(
                "reused",
                current.line,
                key,
                value=row["id"],
                expected=row["anchor"],
                found=anchor_of(name, current),
            )
