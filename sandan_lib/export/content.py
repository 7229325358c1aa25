"""What is exported: the description and the rows of every table, the same for all forms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandan_lib.dataset import Dataset, data_folder, rows_of
from sandan_lib.errors import DataError, ParameterError
from sandan_lib.export.vintage import Tables, cut
from sandan_lib.schema import DESCRIPTOR, Package, read_package

__all__ = ["Content", "cell_text", "gather"]


@dataclass(frozen=True)
class Content:
    """Everything that an export holds.

    Attributes
    ----------
    ds : Dataset
        Where it comes from.
    package : Package
        The description as the library knows it.
    description : Mapping
        ``datapackage.json``, in full.
    tables : Mapping
        Table → rows; a row has the columns of the description in their order, ``None`` for
        what is missing.
    """

    ds: Dataset
    package: Package
    description: Mapping[str, Any]
    tables: Tables

    @property
    def authors(self) -> list[str]:
        """Who made the package."""
        return [str(person["title"]) for person in self.description.get("contributors", ())]

    @property
    def licence(self) -> tuple[str, str]:
        """Name and address of the licence."""
        for licence in self.description.get("licenses", ()):
            return str(licence.get("name", "")), str(licence.get("path", ""))
        return "", ""

    def text(self, key: str, lang: str) -> str:
        """Give ``title`` or ``description`` of the package in a language."""
        return str(self.description.get(f"{key}_ko" if lang == "ko" else key, ""))


def gather(ds: Dataset, source: Path | None = None) -> Content:
    """Collect what is to be exported.

    Parameters
    ----------
    ds : Dataset
        The data.
    source : pathlib.Path, optional
        The folder they were loaded from.

    Returns
    -------
    Content

    Raises
    ------
    ParameterError
        If the folder describes other data.

    Examples
    --------
    >>> from sandan_lib import load
    >>> content = gather(load())
    >>> list(content.tables["regions"][0])[:2]
    ['region_id', 'name_ko']
    """
    description = _described(ds, source)
    tables: Tables = {
        # Not `misprint`, which the library adds to the claims: it follows from another table (reading.py).
        name: rows_of(ds.table(name), table.columns)
        for name, table in ds.package.tables.items()
    }
    if ds.vintage is not None:
        tables, notes = cut(ds, tables)
        description["as_of"] = ds.vintage.isoformat()
        for key in ("description", "description_ko"):
            description[key] = f"{description.get(key, '')} {notes[key]}".strip()
    return Content(ds, ds.package, description, tables)


def _described(ds: Dataset, source: Path | None) -> dict[str, Any]:
    folder = source if source is not None else data_folder()
    if read_package(folder) != ds.package:
        raise ParameterError(
            f"these data are described otherwise than those in {folder}; say which folder they were "
            "loaded from: export(..., source=FOLDER).",
            f"이 자료의 설명이 {folder}의 것과 다릅니다. 어느 폴더에서 읽었는지 알려 주십시오: "
            "export(..., source=FOLDER).",
        )
    for name in (ds.package.name, *ds.package.tables):
        if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", name):  # it becomes the name of a file
            raise DataError(
                f"{name!r} in {folder / DESCRIPTOR} is no name for a file; use a-z, 0-9, _, -, and dots.",
                f"{folder / DESCRIPTOR}의 {name!r}은(는) 파일 이름이 될 수 없습니다. "
                "a-z, 0-9, _, -, 점만 쓰십시오.",
            )
    described: dict[str, Any] = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    return described


def cell_text(cell: object) -> str:
    """Write a cell as the tables of the package do.

    Examples
    --------
    >>> cell_text(True), cell_text(Decimal("1E+3")), cell_text(Decimal("12.50")), cell_text(None)
    ('true', '1000', '12.50', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
