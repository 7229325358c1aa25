"""Tables in parquet files: the same cells as in CSV, quick to load in great numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from sandan_lib.errors import DataError
from sandan_lib.schema import Table

__all__ = ["arrow", "cells_as_text", "is_parquet", "read_arrow"]


def is_parquet(table: Table) -> bool:
    """Tell whether a table lies in a parquet file."""
    return table.path.endswith(".parquet")


def arrow() -> Any:
    """Import pyarrow, an optional part.

    Raises
    ------
    DataError
        If it is not installed; the message says how to install it.
    """
    try:
        import pyarrow.parquet  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        raise DataError(
            "parquet files need pyarrow: pip install 'sandan-lib[export]'.",
            "parquet 파일에는 pyarrow가 필요합니다: pip install 'sandan-lib[export]'.",
        ) from None
    return pyarrow


def read_arrow(path: Path) -> Any:
    """Read a parquet file as an arrow table.

    Raises
    ------
    DataError
        If it is not readable as one.
    """
    pa = arrow()
    try:
        return pa.parquet.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        why = str(error).splitlines()[0]
        raise DataError(
            f"{path} is no readable parquet file ({why}).",
            f"{path}을(를) parquet 파일로 읽을 수 없습니다 ({why}).",
        ) from None


def cells_as_text(path: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """Give column names and rows of a parquet file as the text that CSV would hold.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    tuple of (list of str, list of tuple of str)
    """
    table = read_arrow(path)
    columns = [[_text(cell) for cell in table.column(name).to_pylist()] for name in table.column_names]
    return list(table.column_names), list(zip(*columns, strict=True))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        text = f"{cell:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(cell)
