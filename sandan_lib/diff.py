"""What one release of the data changed against another, with the reasons that it gives."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandan_lib.errors import DataError
from sandan_lib.schema import Package, read_package

__all__ = ["Change", "Difference", "difference"]

CHANGELOG = "CHANGELOG.md"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is not what it was.

    Attributes
    ----------
    table, key : str
        Which row.
    kind : str
        ``added``, ``changed`` or ``withdrawn``.
    columns : Mapping of str to (str, str)
        For a changed row, each changed column with its old and new text.
    reason : str or None
        The line of the new release's changelog that names the row.
    """

    table: str
    key: str
    kind: str
    columns: Mapping[str, tuple[str, str]]
    reason: str | None

    @property
    def only_words(self) -> bool:
        """Whether only remarks changed, and no figure or meaning."""
        return self.kind == "changed" and set(self.columns) <= {"note_ko", "note_en"}


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two releases.

    Attributes
    ----------
    old_version, new_version : str
        Releases.
    changes : tuple of Change
        In the order of tables and keys.
    """

    old_version: str
    new_version: str
    changes: tuple[Change, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """Count the changes: table → kind → number."""
        found: dict[str, dict[str, int]] = {}
        for change in self.changes:
            kinds = found.setdefault(change.table, {"added": 0, "changed": 0, "withdrawn": 0})
            kinds[change.kind] += 1
        return found


def difference(old: Path, new: Path) -> Difference:
    """Compare two data folders row by row.

    Each is read by its own description: a release is not bound to the rules of a later one.

    Parameters
    ----------
    old, new : pathlib.Path
        Folders with ``datapackage.json`` and tables in CSV.

    Returns
    -------
    Difference
        Columns that only one of the two releases has are no change of a row.

    Raises
    ------
    DataError
        If a folder holds no readable data package.

    Examples
    --------
    >>> from sandan_lib.dataset import data_folder
    >>> difference(data_folder(), data_folder()).changes
    ()
    """
    packages = [read_package(folder, complete=False) for folder in (old, new)]
    # The changelog tells of this release against the one before, not of an edit of the same release.
    reasons = _reasons(new) if packages[0].version != packages[1].version else {}
    changes: list[Change] = []
    for name in dict.fromkeys((*packages[1].tables, *packages[0].tables)):
        before, after = (
            _rows(folder, package, name) for folder, package in zip((old, new), packages, strict=True)
        )
        changes += _table_changes(name, before, after, reasons)
    return Difference(packages[0].version, packages[1].version, tuple(changes))


def _table_changes(
    table: str,
    before: Mapping[str, Mapping[str, str]],
    after: Mapping[str, Mapping[str, str]],
    reasons: Mapping[str, str],
) -> list[Change]:
    found = []
    for key in sorted(before.keys() | after.keys()):
        reason = reasons.get(key)
        if key not in before:
            found.append(Change(table, key, "added", {}, reason))
        elif key not in after:
            found.append(Change(table, key, "withdrawn", {}, reason))
        else:
            shared = before[key].keys() & after[key].keys()
            columns = {
                column: (before[key][column], after[key][column])
                for column in after[key]
                if column in shared and before[key][column] != after[key][column]
            }
            if columns:
                found.append(Change(table, key, "changed", columns, reason))
    return found


def _rows(folder: Path, package: Package, name: str) -> dict[str, dict[str, str]]:
    """Give a table's rows by their key; none where the release has no such table."""
    table = package.tables.get(name)
    if table is None:
        return {}
    path = folder / table.path
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
            return {" · ".join(row[column] for column in table.primary_key): row for row in rows}
    except (OSError, UnicodeDecodeError, KeyError, TypeError, csv.Error) as error:
        raise DataError(
            f"{path} cannot be read as a table ({type(error).__name__}: {error}); `sandan check` says more.",
            f"{path}을(를) 표로 읽을 수 없습니다 ({type(error).__name__}: {error}). "
            "`sandan check`를 보십시오.",
        ) from None


def _reasons(folder: Path) -> dict[str, str]:
    """Find, in the newest section of the changelog, the line that names each id."""
    try:
        text = (folder / CHANGELOG).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    sections = re.split(r"^## ", text, flags=re.MULTILINE)
    newest = sections[1] if len(sections) > 1 else ""
    items = re.split(r"^- ", newest, flags=re.MULTILINE)[1:]
    found: dict[str, str] = {}
    for item in items:
        line = " ".join(item.split())
        for key in re.findall(r"\b[cesgkpq][0-9]{3,5}\b", line):
            found.setdefault(key, line)
    return found
