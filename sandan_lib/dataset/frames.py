"""Tables as typed frames, from typed cells or from parquet files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from sandan_lib.checks.parquet import read_arrow
from sandan_lib.schema import Table

__all__ = ["exact_numbers", "framed", "read_parquet", "with_corrections"]

_ARROW = {"string": "string", "integer": "int64", "boolean": "bool"}
_DTYPES = {"string": "string", "integer": "Int64", "boolean": "boolean", "number": "object"}


def framed(cells: Mapping[str, Sequence[Any]], kinds: Mapping[str, str]) -> pd.DataFrame:
    """Make a frame of typed cells.

    Parameters
    ----------
    cells : Mapping of str to sequence
        Columns; missing cells are ``None``.
    kinds : Mapping of str to str
        Their types, as ``datapackage.json`` calls them.

    Returns
    -------
    pandas.DataFrame
    """
    return pd.DataFrame(
        {
            name: pd.Series([pd.NA if cell is None else cell for cell in column], dtype=_DTYPES[kinds[name]])
            for name, column in cells.items()
        }
    )


def read_parquet(folder: Path, table: Table) -> pd.DataFrame:
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
