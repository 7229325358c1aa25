"""One workbook: what it is, the codebook, and a sheet for each table."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandan_lib.errors import DataError
from sandan_lib.export.codebook import about, column_rows, table_rows, value_rows
from sandan_lib.export.content import Content, cell_text
from sandan_lib.export.reading import for_reading

__all__ = ["is_exact", "sheet_name", "write_xlsx"]

_NARROWEST, _WIDEST = 8, 60
_LONGEST_NAME = 31
_CODEBOOK = (
    *("kind", "table_name", "column_name", "value", "type", "unit", "required", "refers_to"),
    *("label_ko", "label_en", "description_ko", "description_en"),
)


def write_xlsx(content: Content, folder: Path) -> None:
    """Write the workbook.

    Parameters
    ----------
    content : Content
        What is exported.
    folder : pathlib.Path
        Where.

    Raises
    ------
    DataError
        If xlsxwriter is not installed, or a table or text is too long for a workbook.
    """
    content = for_reading(content)
    made = io.BytesIO()
    book = _xlsxwriter().Workbook(
        made,
        {
            "in_memory": True,  # else the times of temporary files would get into it
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "title": content.text("title", "en"),
            "subject": content.text("title", "ko"),
            "author": ", ".join(content.authors),
            "comments": " ".join(content.licence),
            "created": dt.datetime.combine(content.package.created, dt.time(), dt.UTC),
        }
    )
    writer = _Sheets(book)
    facts = [dict(zip(("item", "English", "한국어"), row[1:], strict=True)) for row in about(content)]
    writer.add("about", ("item", "English", "한국어"), facts, wrap=True)
    writer.add("codebook", _CODEBOOK, list(_codebook(content)))
    measured = {(row["table_name"], row["column_name"]) for row in column_rows(content) if row["unit"]}
    for name, table in content.package.tables.items():
        amounts = {
            column.name
            for column in table.fields
            if column.type == "number" or (name, column.name) in measured
        }
        writer.add(name, table.columns, content.tables[name], grouped=amounts)
    book.close()
    (folder / f"{content.package.name}.xlsx").write_bytes(made.getvalue())


def _xlsxwriter() -> Any:
    try:
        import xlsxwriter  # noqa: PLC0415 - optional
    except ImportError:
        raise DataError(
            "workbooks need xlsxwriter: pip install 'sandan-lib[export]'.",
            "xlsx 파일에는 xlsxwriter가 필요합니다: pip install 'sandan-lib[export]'.",
        ) from None
    return xlsxwriter


def _codebook(content: Content) -> Iterator[dict[str, Any]]:
    """Give the codebook as one list: each table, its columns, and the words of each."""
    columns, values = list(column_rows(content)), list(value_rows(content))
    for table in table_rows(content):
        yield {"kind": "table", **table}
        for column in columns:
            if column["table_name"] != table["table_name"]:
                continue
            yield {"kind": "column", **column, "required": "yes" if column["required"] else None}
            place = (column["table_name"], column["column_name"])
            yield from (
                {"kind": "value", **word}
                for word in values
                if (word["table_name"], word["column_name"]) == place
            )


class _Sheets:
    """Adds sheets to a workbook, all in one style."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.taken: set[str] = set()
        self.bold = book.add_format({"bold": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = book.add_format({"num_format": "0"})
        self.grouped = book.add_format({"num_format": "#,##0"})

    def add(
        self,
        name: str,
        columns: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
        *,
        grouped: Collection[str] = (),
        wrap: bool = False,
    ) -> None:
        """Add a sheet; ``grouped`` are the columns whose thousands are set apart."""
        sheet = self.book.add_worksheet(sheet_name(name, self.taken))
        if len(rows) >= sheet.xls_rowmax:
            raise _too_long(name, f"{len(rows)} > {sheet.xls_rowmax - 1}")
        last_row, last_column = len(rows), len(columns) - 1
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, self.bold)
            whole = self.grouped if column in grouped else self.plain
            style = self.wrapped if wrap else None
            for line, row in enumerate(rows, start=1):
                self._write(sheet, (line, place), row.get(column), whole, style)
            cells = [column, *(cell_text(row.get(column)) for row in rows)]
            sheet.set_column(place, place, min(max(map(_width, cells)) + 2, _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last_row, last_column)
        # Codes such as 01 are text on purpose: no green triangles.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})

    @staticmethod
    def _write(sheet: Any, place: tuple[int, int], cell: Any, whole: Any, style: Any) -> None:
        done = 0
        if isinstance(cell, bool):
            done = sheet.write_boolean(*place, cell)
        elif isinstance(cell, int | Decimal) and is_exact(cell):
            done = sheet.write_number(*place, cell, whole if cell == int(cell) else style)
        elif cell is not None:
            done = sheet.write_string(*place, cell_text(cell), style)
        if done != 0:
            raise _too_long(f"{sheet.get_name()}, row {place[0] + 1}", cell_text(cell)[:40] + "…")


def is_exact(number: int | Decimal) -> bool:
    """Tell whether whoever opens a workbook finds the very number that was put there.

    A workbook holds binary fractions, and xlsxwriter writes 16 digits of them. What comes back
    must be the same fraction, and its shortest writing the number.

    Examples
    --------
    >>> is_exact(2**53), is_exact(2**53 + 2), is_exact(Decimal("0.1")), is_exact(Decimal("0.084"))
    (True, False, True, True)
    >>> is_exact(Decimal("0.12345678901234567"))
    False
    """
    if not -(2**53) <= number <= 2**53:
        return False
    near = float(number)
    return Decimal(repr(near)) == number and float(f"{near:.16G}") == near


def sheet_name(table: str, taken: set[str]) -> str:
    """Give a table's sheet a name that a workbook allows and no other sheet has.

    Parameters
    ----------
    table : str
        Name of the table.
    taken : set of str
        Names of the sheets so far, in small letters; the new one is entered.

    Returns
    -------
    str

    Examples
    --------
    >>> taken = {"about"}
    >>> sheet_name("about", taken), sheet_name("statistics_of_industrial_complexes", taken)
    ('about~2', 'statistics_of_industrial_comple')
    """
    name, number = table[:_LONGEST_NAME], 1
    while name.lower() in taken or name.lower() == "history":  # Excel keeps that name for itself
        number += 1
        name = f"{table[: _LONGEST_NAME - len(str(number)) - 1]}~{number}"
    taken.add(name.lower())
    return name


def _width(text: str) -> int:
    """Count how wide a text is; Korean letters take two places."""
    if text.isascii():
        return max(len(text), _NARROWEST)
    return max(sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text), _NARROWEST)


def _too_long(place: str, what: str) -> DataError:
    return DataError(
        f"{place}: too long for a workbook ({what}); nothing was written. The forms csv, parquet and "
        "sqlite hold it.",
        f"{place}: xlsx 파일에 담기에는 너무 길어({what}) 쓰지 않았습니다. "
        "csv, parquet, sqlite 형식에는 담을 수 있습니다.",
    )
