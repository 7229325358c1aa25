"""Rules that the description itself states: types, vocabularies, keys and references."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from sandan_lib.checks.read import RawTable, Row
from sandan_lib.errors import nearest
from sandan_lib.model import last_possible_day
from sandan_lib.schema import Field

__all__ = ["Cell", "check_columns", "check_references", "convert", "split_list", "to_decimal"]

Cell = str | int | Decimal | bool | None

# Days on which somebody did what the row tells of: none lies after the day of the package's making.
_DONE = frozenset({"published", "checked", "sought"})
# Forms of columns whose description states none.
_FORMS = {"url": r"^https?://\S+$"}


def convert(column: Field, text: str) -> Cell:
    """Turn a cell's text into its typed value.

    Parameters
    ----------
    column : Field
        Description of the column.
    text : str
        The cell.

    Returns
    -------
    str, int, Decimal, bool or None
        ``None`` for an empty cell.

    Raises
    ------
    ValueError
        If the text is no value of the column's type.
    """
    return _CONVERTERS[column.type](text) if text else None


def _to_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _to_int(text: str) -> int:
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]{0,17})", text):
        raise ValueError(text)
    return int(text)


def to_decimal(text: str) -> Decimal:
    """Read a plain decimal number, and nothing else that ``Decimal`` would take (NaN, 1e9, 1_000, 1.50)."""
    if not re.fullmatch(r"-?[0-9]{1,27}(?:\.[0-9]{0,26}[1-9])?", text):
        raise ValueError(text)
    return Decimal(text)


_CONVERTERS: Mapping[str, Callable[[str], Cell]] = {
    "string": str,
    "integer": _to_int,
    "number": to_decimal,
    "boolean": _to_bool,
}


def split_list(cell: str) -> list[str]:
    """Split a cell that holds several values, ``s0001;s0002``."""
    return [item.strip() for item in cell.split(";") if item.strip()]


def check_columns(raw: RawTable, today: dt.date) -> None:
    """Check each cell of a table by its column's description, and the table's key and order.

    Parameters
    ----------
    raw : RawTable
        The table; problems are recorded in it.
    today : datetime.date
        Day of the package's making; what lies after it cannot have been printed or looked up.
    """
    present = set(raw.rows[0].cells) if raw.rows else set()
    for column in raw.table.fields:
        if column.name not in present:
            continue
        seen: dict[str, int] = {}
        for row in raw.rows:
            _check_cell(raw, column, row, today)
            value = row[column.name]
            if column.unique and value:
                if value in seen:
                    raw.complain("duplicate", row.line, column.name, value=value, other=seen[value])
                seen.setdefault(value, row.line)
    _check_key(raw)
    for row in raw.rows:
        if bool(row["note_ko"]) != bool(row["note_en"]):
            raw.complain("note-pair", row.line, "note_en" if row["note_ko"] else "note_ko")


def _check_cell(raw: RawTable, column: Field, row: Row, today: dt.date) -> None:
    text = row[column.name]
    place = (row.line, column.name)
    if not text:
        if column.required:
            raw.complain("required", *place)
        return
    if column.partial_date:
        _check_date(raw, column, row, today)
        return
    try:
        convert(column, text)
    except ValueError:
        raw.complain("type", *place, value=text, expected=column.type)
        return
    if column.values and text not in column.values:
        near = nearest(text, column.values, count=1)
        hint = f" ({near[0]}?)" if near else ""
        raw.complain("vocabulary", *place, value=text, expected=", ".join(column.values), hint=hint)
        return
    pattern = column.pattern or _FORMS.get(column.name)
    if pattern and not re.search(pattern, text):
        raw.complain("pattern", *place, value=text, expected=pattern)


def _check_date(raw: RawTable, column: Field, row: Row, today: dt.date) -> None:
    text = row[column.name]
    if column.pattern and not re.search(column.pattern, text):
        raw.complain("date", row.line, column.name, value=text, detail="YYYY-MM-DD, YYYY-MM, YYYY")
        return
    try:
        last_possible_day(text)
    except ValueError as error:
        raw.complain("date", row.line, column.name, value=text, detail=error)
        return
    if column.name in _DONE and text > today.isoformat():
        raw.complain("future", row.line, column.name, value=text, expected=today)


def _check_key(raw: RawTable) -> None:
    """Check that key values are unique and rows sorted by them."""
    key = raw.table.primary_key
    fields = [raw.table.field(name) for name in key]
    seen: dict[tuple[str, ...], int] = {}
    last: tuple[tuple[int, str], ...] | None = None
    for row in raw.rows:
        values = tuple(row[name] for name in key)
        if values in seen and not fields[0].unique:
            raw.complain("duplicate", row.line, key[0], value=" ".join(values), other=seen[values])
        seen.setdefault(values, row.line)
        order = tuple(_sort_key(column, row[column.name]) for column in fields)
        if last is not None and order < last:
            raw.complain("order", row.line, key[0], other=row.line - 1, expected=", ".join(key))
        last = order


def _sort_key(column: Field, text: str) -> tuple[int, str]:
    if column.type == "integer" and re.fullmatch("[0-9]{1,18}", text):
        return int(text), ""
    return 0, text


def check_references(tables: Mapping[str, RawTable]) -> None:
    """Check that each foreign key, single or in a list, stands in the table it points to."""
    for raw in tables.values():
        for key in raw.table.foreign_keys:
            _check_reference(raw, tables[key.table], key.field, key.reference, several=False)
        for column in raw.table.fields:
            if column.references is not None:
                table, _, reference = column.references.partition(".")
                _check_reference(raw, tables[table], column.name, reference, several=True)


def _check_reference(raw: RawTable, target: RawTable, column: str, reference: str, *, several: bool) -> None:
    if not target.present or (target.rows and reference not in target.rows[0].cells):
        return  # said already; each row's reference would only repeat it
    known = {row[reference] for row in target.rows}
    for row in raw.rows:
        cell = row[column]
        for value in split_list(cell) if several else [cell] if cell else []:
            if value in known:
                continue
            place, table = (row.line, column), target.table
            if several and "," in value:
                raw.complain("list", *place, value=value, table=table.path)
            else:
                hint = _hint(table.field(reference), value, known)
                raw.complain("reference", *place, value=value, table=table.path, hint=hint)


def _hint(column: Field, value: str, known: Iterable[str]) -> str:
    """Suggest the known value that was meant; among numbers none is nearer to the right one."""
    numbered = column.type == "integer" or (
        r"\d" in (column.pattern or "") and re.search(str(column.pattern), value)
    )
    near = [] if numbered else nearest(value, known, count=1)
    return f" ({near[0]}?)" if near else ""
