"""What the forms share: the licence; and the data packages among them a description and a check."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from sandan_lib.dataset import data_folder, read_checked, vouch
from sandan_lib.errors import DataError
from sandan_lib.export.content import Content
from sandan_lib.schema import DESCRIPTOR

__all__ = ["LICENCE", "check_and_vouch", "copy_licence", "table_file", "write_description"]

LICENCE = "LICENSE.txt"

_MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def table_file(table: str, form: str) -> str:
    """Give the name of a table's file.

    Examples
    --------
    >>> table_file("claims", "parquet")
    'claims.parquet'
    """
    return f"{table}.{form}"


def copy_licence(source: Path | None, folder: Path) -> None:
    """Put a copy of the licence of the data beside what is made of them.

    Parameters
    ----------
    source : pathlib.Path or None
        The data folder; None for the usual one. One without a licence gives none.
    folder : pathlib.Path
        Where.
    """
    place = source if source is not None else data_folder()
    for name in ("LICENSE", LICENCE):  # as it is called in an earlier export
        if (place / name).is_file():
            (folder / LICENCE).write_bytes((place / name).read_bytes())
            return


def write_description(content: Content, folder: Path, form: str) -> None:
    """Write ``datapackage.json`` for tables in one form.

    Parameters
    ----------
    content : Content
        What is exported.
    folder : pathlib.Path
        Where.
    form : {"csv", "parquet"}
        Form of the tables.
    """
    description: dict[str, Any] = copy.deepcopy(dict(content.description))
    for resource in description["resources"]:
        resource |= {
            "path": table_file(resource["name"], form),
            "format": form,
            "mediatype": _MEDIA_TYPES[form],
        }
        if form == "parquet":
            resource.pop("encoding", None)
        else:
            resource.setdefault("encoding", "utf-8")
    text = json.dumps(description, ensure_ascii=False, indent=1)
    (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8", newline="\n")


def check_and_vouch(folder: Path) -> None:
    """Check a finished data package by every rule, and leave the record of it.

    Parameters
    ----------
    folder : pathlib.Path
        The package.

    Raises
    ------
    DataError
        If it breaks a rule.
    """
    checked = read_checked(folder)
    if checked.problems:
        first, count = checked.problems[0], len(checked.problems)
        raise DataError(
            f"{count} problems in the tables as they would go out; nothing was written. {first.text('en')}",
            f"내보낼 표에 문제 {count}개가 있어 쓰지 않았습니다. {first.text('ko')}",
        )
    vouch(folder, checked)
