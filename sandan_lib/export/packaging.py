"""What the data packages among the forms share: their description, and the check they must pass."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from sandan_lib.dataset import read_checked, vouch
from sandan_lib.errors import DataError
from sandan_lib.export.content import Content
from sandan_lib.schema import DESCRIPTOR

__all__ = ["check_and_vouch", "table_file", "write_description"]

_MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def table_file(table: str, form: str) -> str:
    """Give the name of a table's file.

    Examples
    --------
    >>> table_file("claims", "parquet")
    'claims.parquet'
    """
    return f"{table}.{form}"


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
