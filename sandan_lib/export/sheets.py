"""A workbook of some tables, for parts of the library that have rows and need a file."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import re
from collections.abc import Sequence
from decimal import Decimal

from sandan_lib.export.as_xlsx import _Sheets, _xlsxwriter, is_exact

__all__ = ["workbook", "writer_is_there"]

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_CREATED = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)  # the same bytes each time


def writer_is_there() -> bool:
    """Tell whether workbooks can be written."""
    return importlib.util.find_spec("xlsxwriter") is not None


def workbook(title: str, sheets: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """Write tables as a workbook, a sheet each.

    Parameters
    ----------
    title : str
        Title of the workbook.
    sheets : sequence of (str, rows)
        Name and rows of text, of which the first is the head. A column that holds nothing but
        plain numbers becomes one of numbers; all else is text, and nothing a formula or a link.

    Returns
    -------
    bytes
        The same tables give the same bytes.

    Raises
    ------
    DataError
        If xlsxwriter is not installed, or a text is too long for a workbook.

    Examples
    --------
    >>> workbook("try", [("jobs", [["region", "jobs"], ["충북", "9600"]])])[:2]
    b'PK'
    """
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    options |= {"strings_to_urls": False, "strings_to_numbers": False}
    book = _xlsxwriter().Workbook(made, options)
    book.set_properties({"title": title, "created": _CREATED})
    writer = _Sheets(book)
    for name, rows in sheets:
        head, body = list(rows[0]), rows[1:]
        columns = [_column([row[place] for row in body]) for place in range(len(head))]
        cells = [dict(zip(head, row, strict=True)) for row in zip(*columns, strict=True)]
        writer.add(name, head, cells)
    book.close()
    return made.getvalue()


def _column(texts: Sequence[str]) -> list[str | Decimal | None]:
    """Give a column as numbers if it is one of numbers: ``01`` and ``2022-04`` are none."""
    if all(not text or (_NUMBER.fullmatch(text) and is_exact(Decimal(text))) for text in texts):
        return [Decimal(text) if text else None for text in texts]
    return [text or None for text in texts]
