"""Tables as typed frames, from text or from parquet files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from sandan_lib.checks.columns import convert
from sandan_lib.checks.parquet import is_parquet, read_arrow
from sandan_lib.checks.read import RawTable
from sandan_lib.schema import Field, Table

__all__ = ["exact_numbers", "frame_of", "read_frame", "with_corrections"]

_ARROW = {"string": "string", "integer": "int64", "boolean": "bool"}
_DTYPES = {"string": "string", "integer": "Int64", "boolean": "boolean", "number": "object"}


def frame_of(raw: RawTable) -> pd.DataFrame:
    """Type a checked table by its description."""
    return pd.DataFrame(
        {column.name: _typed(column, [row[column.name] for row in raw.rows]) for column in raw.table.fields}
    )


def read_frame(folder: Path, table: Table) -> pd.DataFrame:
    """Read a table that is known to be sound, without checking it again.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    table : Table
        Its description.

    Returns
    -------
    pandas.DataFrame
    """
    if is_parquet(table):
        return _from_parquet(folder, table)
    with (folder / table.path).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        columns = list(zip(*reader, strict=True)) or [()] * len(table.fields)
    return pd.DataFrame(
        {column.name: _typed(column, cells) for column, cells in zip(table.fields, columns, strict=True)}
    )


def _typed(column: Field, cells: Sequence[str]) -> pd.Series[Any]:
    if column.type == "string":
        return pd.Series([cell or pd.NA for cell in cells], dtype="string")
    values = [convert(column, cell) for cell in cells]
    if column.type == "number":
        values = [_whole(value) for value in values]
    return pd.Series([pd.NA if value is None else value for value in values], dtype=_DTYPES[column.type])


def _whole(cell: Any) -> Any:
    # Money and counts are whole: an int says so, and prints as one.
    return int(cell) if cell is not None and cell == int(cell) else cell


def _from_parquet(folder: Path, table: Table) -> pd.DataFrame:
    arrow = read_arrow(folder / table.path)
    columns: dict[str, pd.Series[Any]] = {}
    for column in table.fields:
        cells = arrow.column(column.name)
        if column.type == "number":
            columns[column.name] = exact_numbers(cells)
        else:
            dtype = pd.api.types.pandas_dtype(_DTYPES[column.type])
            plain = cells.cast(_ARROW[column.type])
            columns[column.name] = plain.to_pandas(types_mapper={plain.type: dtype}.get)
    return pd.DataFrame(columns)


def exact_numbers(cells: Any) -> pd.Series[Any]:
    """Give an arrow column of decimals as ``int`` where they are whole, else ``Decimal``.

    A million Python decimals would take seconds; nearly all figures are whole, and whole ones
    are converted all at once.
    """
    import numpy as np  # noqa: PLC0415 - comes with the optional pyarrow
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    cells = pa.chunked_array(cells).combine_chunks()
    small = pc.less(pc.abs(cells), pa.scalar(Decimal(2**62), cells.type))
    whole = pc.fill_null(pc.and_(small, pc.equal(pc.floor(cells), cells)), fill_value=False)
    kept = pc.if_else(whole, cells, pa.scalar(Decimal(0), cells.type))
    values = kept.cast(pa.int64()).to_numpy(zero_copy_only=False).astype(object)
    others = np.flatnonzero(~whole.to_numpy(zero_copy_only=False))
    exact = cells.take(pa.array(others)).to_pylist()
    values[others] = [pd.NA if value is None else _trimmed(value) for value in exact]
    return pd.Series(values, dtype="object")


def _trimmed(value: Decimal) -> int | Decimal:
    """Drop needless zeros; ``Decimal.normalize`` would round to the digits of the context."""
    text = f"{value:f}".rstrip("0") if "." in f"{value:f}" else f"{value:f}"
    return int(text.rstrip(".")) if text.endswith(".") or "." not in text else Decimal(text)


def with_corrections(claims: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Mark the claims that are known to be misprints (column ``misprint``)."""
    return claims.assign(misprint=claims["claim_id"].isin(corrections["claim_id"]).astype("boolean"))
