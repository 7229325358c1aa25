"""The tables of a package: read at once, made into frames when they are first looked at.

Most who load the data look at a few tables. Who only wants to know which regions were selected
needs no frame at all, and no pandas, whose import takes longer than all the rest.
"""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandan_lib.checks.columns import convert
from sandan_lib.checks.parquet import is_parquet
from sandan_lib.checks.read import RawTable
from sandan_lib.schema import Field, Package, Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Tables"]

# A column that the file does not have: whether a claim stands in `corrections`.
_CLAIMS, _MISPRINT = "claims", "misprint"


class Tables(Mapping[str, "pd.DataFrame"]):
    """Tables by name, as frames.

    Parameters
    ----------
    tables : Mapping of str to Table
        Their descriptions.
    """

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._texts: dict[str, str] = {}
        self._cells: dict[str, dict[str, list[Any]]] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._making = threading.RLock()

    @classmethod
    def read(cls, folder: Path, package: Package) -> Tables:
        """Read tables that are known to be sound, without checking them again.

        Parameters
        ----------
        folder : pathlib.Path
            The data folder.
        package : Package
            Its description.

        Returns
        -------
        Tables
            What the files hold later is nothing to it.
        """
        made = cls(package.tables)
        for name, table in package.tables.items():
            if is_parquet(table):  # of which there may be a million rows, so that nothing is held twice
                from sandan_lib.dataset.frames import read_parquet  # noqa: PLC0415 - imports pandas

                made._frames[name] = read_parquet(folder, table)
            else:
                made._texts[name] = (folder / table.path).read_text(encoding="utf-8")
        if _CLAIMS in made._frames:
            from sandan_lib.dataset.frames import with_corrections  # noqa: PLC0415 - imports pandas

            made._frames[_CLAIMS] = with_corrections(made._frames[_CLAIMS], made["corrections"])
        return made

    @classmethod
    def checked(cls, tables: Mapping[str, RawTable]) -> Tables:
        """Type tables that have been checked."""
        made = cls({name: raw.table for name, raw in tables.items()})
        for name, raw in tables.items():
            columns = {column.name: [row[column.name] for row in raw.rows] for column in raw.table.fields}
            made._cells[name] = _typed(raw.table.fields, list(columns.values()))
        made._cells[_CLAIMS] = made._marked(made._cells[_CLAIMS])
        return made

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Give a table's rows as dictionaries of the caller's own, with ``None`` for what is missing."""
        with self._making:
            if name in self._frames:
                from sandan_lib.dataset.rows import rows_of  # noqa: PLC0415 - imports pandas

                return rows_of(self._frames[name])
            cells = self._read(name)
        return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]

    def __getitem__(self, name: str) -> pd.DataFrame:
        with self._making:
            if name not in self._frames:
                from sandan_lib.dataset.frames import framed  # noqa: PLC0415 - imports pandas

                kinds = {column.name: column.type for column in self._tables[name].fields}
                self._frames[name] = framed(self._read(name), kinds | {_MISPRINT: "boolean"})
                del self._cells[name]
            return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def _read(self, name: str) -> dict[str, list[Any]]:
        """Give a table's cells by column."""
        if name not in self._cells:
            fields = self._tables[name].fields
            reader = csv.reader(io.StringIO(self._texts[name], newline=""))
            next(reader)
            columns = list(zip(*reader, strict=True)) or [()] * len(fields)
            cells = _typed(fields, columns)
            self._cells[name] = self._marked(cells) if name == _CLAIMS else cells
            del self._texts[name]  # not before: whoever is interrupted may ask again
        return self._cells[name]

    def _marked(self, claims: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Mark the claims that are known to be misprints."""
        wrong = {row["claim_id"] for row in self.rows("corrections")}
        return claims | {_MISPRINT: [key in wrong for key in claims["claim_id"]]}


def _typed(fields: Sequence[Field], columns: Sequence[Sequence[str]]) -> dict[str, list[Any]]:
    typed: dict[str, list[Any]] = {}
    for column, cells in zip(fields, columns, strict=True):
        if column.type == "string":
            typed[column.name] = [cell or None for cell in cells]
            continue
        values = [convert(column, cell) for cell in cells]
        typed[column.name] = [_whole(value) for value in values] if column.type == "number" else values
    return typed


def _whole(cell: Any) -> Any:
    # Money and counts are whole: an int says so, and prints as one.
    return int(cell) if cell is not None and cell == int(cell) else cell
