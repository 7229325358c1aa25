"""Read the CSV files strictly, and go on after each kind of damage.

One row is one physical line (a rule of the package), so a broken quote spoils its own line
and no other. A file that a spreadsheet saved in a form of its own is not read at all.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandan_lib.checks.parquet import cells_as_text, is_parquet
from sandan_lib.checks.problems import Problem
from sandan_lib.errors import DataError, nearest
from sandan_lib.schema import Table

__all__ = ["RawTable", "Row", "read_table"]

_SOME = 5  # more lines than these that are no UTF-8 were hardly damaged one by one


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, as text."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(slots=True)
class RawTable:
    """A table as it stands in its file; not ``present`` if nothing of it could be read."""

    table: Table
    file: str
    present: bool = True
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _indexes: dict[str, dict[str, Row]] = field(default_factory=dict)

    def find(self, key: str, value: str) -> Row | None:
        """Give the first row whose ``key`` is ``value``; None for an empty value."""
        if key not in self._indexes:
            # Built from the last row to the first, so that the first of equal keys stays.
            self._indexes[key] = {row[key]: row for row in reversed(self.rows)}
        return self._indexes[key].get(value) if value else None

    def complain(self, rule: str, line: int = 0, column: str = "", **facts: object) -> None:
        """Record a problem of this file."""
        self.problems.append(Problem.of(rule, self.file, line, column, **facts))


def read_table(folder: Path, table: Table) -> RawTable:
    """Read one table of a data folder.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    table : Table
        Its description.

    Returns
    -------
    RawTable
        Rows that could be read, and the problems met on the way.
    """
    raw = RawTable(table, f"{folder.name}/{table.path}")
    if is_parquet(table) and (folder / table.path).exists():
        _read_parquet(raw, folder / table.path)
        return raw
    try:
        content = (folder / table.path).read_bytes()
    except FileNotFoundError:
        raw.present = False
        raw.complain("missing-file")
        return raw
    if _saved_otherwise(raw, content):
        raw.present = False
        return raw
    if content.startswith(codecs.BOM_UTF8):
        content = content[3:]
        raw.complain("bom", 1)
    if b"\r" in content:
        raw.complain("line-end", content[: content.index(b"\r")].count(b"\n") + 1)
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # Bytes that are no UTF-8 survive as surrogates, so that the rest of the row can be checked.
    lines = content.decode("utf-8", errors="surrogateescape").split("\n")
    _read_lines(raw, lines)
    return raw


def _saved_otherwise(raw: RawTable, content: bytes) -> bool:
    """Say once, of the whole file, that a spreadsheet saved it in another form."""
    encoding = _other_encoding(content)
    if encoding:
        raw.complain("encoding", found=encoding)
        return True
    header = content.removeprefix(codecs.BOM_UTF8).split(b"\n", 1)[0]
    separator = next((mark for mark in ("\t", ";") if mark.encode() in header), "")
    if separator and b"," not in header and len(raw.table.columns) > 1:
        raw.complain("separator", 1, found=separator)
        return True
    return False


def _other_encoding(content: bytes) -> str:
    """Name the encoding of Korean Windows in which a whole file was saved; empty for UTF-8, even damaged."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    if _decodes(content, "utf-8"):
        return ""
    strange = sum(not _decodes(line, "utf-8") for line in content.split(b"\n"))
    return "CP949" if strange > _SOME and _decodes(content, "cp949") else ""


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _read_parquet(raw: RawTable, path: Path) -> None:
    try:
        header, rows = cells_as_text(path)
    except DataError as error:
        raw.present = False
        raw.complain("unreadable", detail=error)
        return
    _check_header(raw, header)
    raw.rows += [Row(number, dict(zip(header, row, strict=True))) for number, row in enumerate(rows, start=2)]


def _read_lines(raw: RawTable, lines: list[str]) -> None:
    parsed = _parsed(raw, lines)
    header = next(parsed, None)
    if header is None:
        raw.complain("empty-file", 1)
        return
    _check_header(raw, header[1])
    for number, cells in parsed:
        if len(cells) != len(header[1]):
            raw.complain("field-count", number, found=len(cells), expected=len(header[1]))
            continue
        row = Row(number, dict(zip(header[1], cells, strict=True)))
        _check_bytes(raw, row)
        raw.rows.append(row)


def _parsed(raw: RawTable, lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, start=1):
        if not line:
            if number < len(lines):  # all but what follows the last line end
                raw.complain("field-count", number, found=0, expected=len(raw.table.fields))
            continue
        try:
            (cells,) = csv.reader([line], strict=True)
        except csv.Error as error:
            raw.complain("quoting", number, detail=error)
            continue
        yield number, cells


def _check_header(raw: RawTable, header: list[str]) -> None:
    expected = raw.table.columns
    _check_bytes(raw, Row(1, {name: name for name in header}))
    for name in dict.fromkeys(name for name in header if header.count(name) > 1):
        raw.complain("duplicate", 1, name, value=name, other=1)
    for name in header:
        if name not in expected:
            near = nearest(name, expected, count=1)
            raw.complain("unknown-column", 1, name, value=name, hint=f" ({near[0]}?)" if near else "")
    for name in expected:
        if name not in header:
            raw.complain("missing-column", 1, name)
    known = [name for name in header if name in expected]
    if sorted(known, key=expected.index) != known:
        raw.complain("column-order", 1)


def _check_bytes(raw: RawTable, row: Row) -> None:
    for column, cell in row.cells.items():
        strange = next((char for char in cell if "\udc80" <= char <= "\udcff"), None)
        if strange is not None:
            raw.complain("not-utf8", row.line, column, byte=f"{ord(strange) - 0xDC00:02x}")
