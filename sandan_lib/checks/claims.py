"""Rules of meaning: what makes one printed figure a sound claim."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal

from sandan_lib.checks.columns import to_decimal
from sandan_lib.checks.read import RawTable, Row
from sandan_lib.errors import UnitError
from sandan_lib.model import Basis, Component, Qualifier, Scope, Unit
from sandan_lib.units import parse_quantity

__all__ = ["check_claims", "check_precision"]

Tables = Mapping[str, RawTable]

# What a scope must be about. One of the columns of each group has to be filled.
_SCOPE_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    Scope.PLAN: (("selection_id", "region_id"), ("programme_id",)),
    Scope.PLAN_EXCL_SMART_GREEN: (("selection_id",),),
    Scope.PART: (("project_id", "scope_note_ko"), ("project_id", "scope_note_en")),
    Scope.PROGRAMME: (("programme_id",),),
    Scope.ROUND: (("round_year",),),
    Scope.COMPLEX: (("complex_id",),),
    Scope.EVENT: (("event_id",),),
}
# What makes two rows the same figure of the same source, and what the parts of one split share.
_SAME = (
    *(
        "source_id",
        "programme_id",
        "round_year",
        "selection_id",
        "region_id",
        "complex_id",
        "event_id",
        "project_id",
    ),
    *("scope", "scope_note_en", "measure_id", "component", "status", "basis"),
    *("period_start", "period_end", "as_printed"),
)
_SPLIT = (
    *("source_id", "origin_id", "programme_id", "selection_id", "region_id", "complex_id"),
    *("project_id", "scope", "scope_note_en"),
    *("measure_id", "status", "basis", "period_start", "period_end"),
)
# A growth rate is printed in percent, a change of a share in percentage points.
_RELATIVE_UNITS = (Unit.PERCENT.value, Unit.PERCENT_POINTS.value)
_EARLIEST, _LATEST = 1950, 2060


def check_claims(tables: Tables) -> None:
    """Check all claims; problems are recorded in the table of claims.

    Parameters
    ----------
    tables : Mapping[str, RawTable]
        All tables of the package.
    """
    claims = tables["claims"]
    for row in claims.rows:
        for rule in _ROW_RULES:
            rule(tables, claims, row)
    _check_repeats(claims)
    if tables["corrections"].present:
        _check_parts(claims, {row["claim_id"] for row in tables["corrections"].rows})


def _check_value(tables: Tables, claims: RawTable, row: Row) -> None:
    """Check that the value follows from what is printed."""
    if row["unit"] not in tuple(Unit) or not row["as_printed"]:
        return
    try:
        printed = parse_quantity(
            row["as_printed"], unit=row["unit"], printed_unit=row["printed_unit"] or None
        )
    except UnitError as error:
        claims.complain(
            "reparse", row.line, "value", value=row["value"], printed=row["as_printed"], detail=error
        )
        return
    for column, read in (("value", printed.value), ("value_high", printed.value_high)):
        if _number(row[column]) != read:
            claims.complain(
                "reparse", row.line, column, value=row[column], printed=row["as_printed"], detail=read
            )
    if row["qualifier"] != printed.qualifier and not (
        printed.qualifier is Qualifier.EXACT and row["note_ko"]
    ):
        claims.complain(
            "qualifier",
            row.line,
            "qualifier",
            value=row["qualifier"],
            printed=row["as_printed"],
            expected=printed.qualifier.value,
        )


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return to_decimal(text)
    except ValueError:
        return Decimal("NaN")  # equals nothing: the column's own rule says what is wrong


def _check_measure(tables: Tables, claims: RawTable, row: Row) -> None:
    """Check unit and component against the measure."""
    measure = tables["measures"].find("measure_id", row["measure_id"])
    if measure is None:
        return
    relative = row["basis"] in (Basis.SHARE, Basis.CHANGE_RATE)
    expected = " / ".join(_RELATIVE_UNITS) if relative else measure["unit"]
    if row["unit"] not in (_RELATIVE_UNITS if relative else (expected,)):
        claims.complain(
            "unit", row.line, "unit", value=row["unit"], measure=row["measure_id"], expected=expected
        )
    if bool(row["component"]) != (measure["family"] == "money"):
        claims.complain("component", row.line, "component")


def _check_period(_: Tables, claims: RawTable, row: Row) -> None:
    start, end = row["period_start"], row["period_end"]
    years = [int(year) for year in (start, end) if re.fullmatch("[0-9]{4}", year)]
    if any(not _EARLIEST <= year <= _LATEST for year in years) or years != sorted(years):
        claims.complain("period", row.line, "period_start", value=f"{start}–{end}")


def _check_follows(tables: Tables, claims: RawTable, row: Row) -> None:
    """Check columns that follow from a key: region and round from the selection, and so on."""
    chain = (
        ("selections", "selection_id", ("region_id", "round_year")),
        ("complexes", "complex_id", ("region_id",)),
        ("projects", "project_id", ("region_id",)),
    )
    for table, key, columns in chain:
        target = tables[table].find(key, row[key])
        for column in columns if target is not None else ():
            if target is not None and row[column] != target[column]:
                claims.complain(
                    "follows", row.line, column, value=row[column], key=row[key], expected=target[column]
                )
    if row["selection_id"] and not row["programme_id"]:
        claims.complain("required", row.line, "programme_id")
    # A project of a plan may be run, and have its money printed, under another programme.
    project = tables["projects"].find("project_id", row["project_id"])
    if project is not None and row["selection_id"] not in ("", project["selection_id"]):
        claims.complain(
            "follows",
            row.line,
            "selection_id",
            value=row["selection_id"],
            key=row["project_id"],
            expected=project["selection_id"],
        )


def _check_scope(_: Tables, claims: RawTable, row: Row) -> None:
    for group in _SCOPE_NEEDS.get(row["scope"], ()):
        if not any(row[column] for column in group):
            claims.complain("scope", row.line, "scope", value=row["scope"], expected=" / ".join(group))


def _check_source_date(tables: Tables, claims: RawTable, row: Row) -> None:
    source = tables["sources"].find("source_id", row["source_id"])
    if source is None:
        return
    for column in ("published", "published_precision"):
        if row[column] != source[column]:
            claims.complain(
                "source-date",
                row.line,
                column,
                value=row[column],
                source=row["source_id"],
                expected=source[column],
            )


_ROW_RULES: tuple[Callable[[Tables, RawTable, Row], None], ...] = (
    _check_value,
    _check_measure,
    _check_period,
    _check_follows,
    _check_scope,
    _check_source_date,
)


def _check_repeats(claims: RawTable) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for row in claims.rows:
        same = tuple(row[column] for column in _SAME)
        if same in seen:
            claims.complain("repeated-claim", row.line, "claim_id", other=seen[same])
        seen.setdefault(same, row.line)


def _check_parts(claims: RawTable, misprints: set[str]) -> None:
    """Check printed splits: parts add up to their total, or a note or correction says why not."""
    splits: dict[tuple[str, ...], dict[str, Row]] = defaultdict(dict)
    for row in claims.rows:
        if row["component"]:
            splits[tuple(row[column] for column in _SPLIT)].setdefault(row["component"], row)
    for parts in splits.values():
        total = parts.pop(Component.TOTAL, None)
        if total is None or len(parts) < 2:
            continue
        expected = _number(total["value"])
        if Component.LOCAL in parts:  # the sum of the two, where a text prints all three
            parts.pop(Component.PROVINCIAL, None)
            parts.pop(Component.MUNICIPAL, None)
        found = sum((_number(part["value"]) or Decimal(0) for part in parts.values()), Decimal(0))
        explained = total["note_ko"] or any(row["claim_id"] in misprints for row in (total, *parts.values()))
        if found != expected and not explained:
            claims.complain("parts", total.line, "value", found=found, expected=expected)


def check_precision(raw: RawTable) -> None:
    """Check that a date's stated precision is that of the date (sources and claims)."""
    form = {0: "unknown", 4: "year", 7: "month", 10: "day"}
    for row in raw.rows:
        date, precision = row["published"], row["published_precision"]
        if precision and form.get(len(date)) != precision:
            raw.complain("precision", row.line, "published_precision", value=precision, found=date)
