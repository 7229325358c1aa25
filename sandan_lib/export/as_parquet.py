"""The data package with parquet tables: the same cells, quick to load in great numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from sandan_lib.checks.parquet import arrow
from sandan_lib.errors import DataError
from sandan_lib.export.content import Content, cell_text
from sandan_lib.export.packaging import check_and_vouch, table_file, write_description
from sandan_lib.schema import Field, Table

__all__ = ["write_parquet"]

_DIGITS, _PLACES = 38, 9
_LARGEST = 2**63 - 1  # whole numbers are read as int64


def write_parquet(content: Content, folder: Path) -> None:
    """Write the data package with parquet tables, checked and vouched for.

    Parameters
    ----------
    content : Content
        What is exported.
    folder : pathlib.Path
        Where.

    Raises
    ------
    DataError
        If pyarrow is not installed, or a number does not fit exactly.
    """
    pa = arrow()
    write_description(content, folder, "parquet")
    compression = "zstd" if pa.Codec.is_available("zstd") else "snappy"
    for name, table in content.package.tables.items():
        arrays = [_array(pa, content, table, column) for column in table.fields]
        path = folder / table_file(name, "parquet")
        pa.parquet.write_table(pa.table(arrays, names=list(table.columns)), path, compression=compression)
    check_and_vouch(folder)


def _array(pa: Any, content: Content, table: Table, column: Field) -> Any:
    rows = content.tables[table.name]
    cells = [row[column.name] for row in rows]
    if column.type == "string":
        return pa.array(cells, pa.string()).dictionary_encode()
    if column.type == "number":
        exact = []
        for row, cell in zip(rows, cells, strict=True):
            if cell is not None and not _fits(cell):
                raise _unfit(table, column, row)
            exact.append(None if cell is None else Decimal(cell))
        return pa.array(exact, pa.decimal128(_DIGITS, _PLACES))
    return pa.array(cells, pa.int64() if column.type == "integer" else pa.bool_())


def _fits(number: int | Decimal) -> bool:
    whole, _, fraction = cell_text(number).lstrip("-").partition(".")
    fraction = fraction.rstrip("0")
    if not fraction:
        return abs(int(number)) <= _LARGEST
    return len(whole) <= _DIGITS - _PLACES and len(fraction) <= _PLACES


def _unfit(table: Table, column: Field, row: dict[str, Any]) -> DataError:
    place = f"{table.name} {'/'.join(str(row[key]) for key in table.primary_key)}, {column.name}"
    number = cell_text(row[column.name])
    return DataError(
        f"{place}: {number} does not fit a parquet column of {_PLACES} decimal places; nothing was "
        "written. The forms csv and sqlite hold any number.",
        f"{place}: {number}은(는) 소수 {_PLACES}자리의 parquet 열에 들어가지 않아 쓰지 않았습니다. "
        "csv와 sqlite 형식에는 어떤 수든 담을 수 있습니다.",
    )
