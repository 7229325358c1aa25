"""Run every rule over a data folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandan_lib.checks.claims import check_claims, check_precision
from sandan_lib.checks.columns import check_columns, check_references
from sandan_lib.checks.problems import Problem
from sandan_lib.checks.read import RawTable, read_table
from sandan_lib.checks.records import (
    check_corrections,
    check_industries,
    check_leads,
    check_lookups,
    check_order_of_dates,
    check_regions,
    check_verdicts,
)
from sandan_lib.checks.release import check_spellings, check_stability, check_usage
from sandan_lib.schema import DESCRIPTOR, Package, read_package

__all__ = ["CheckedPackage", "check_package", "digest_of"]


_RULES: tuple[Callable[[Mapping[str, RawTable]], None], ...] = (
    *(check_claims, check_corrections, check_leads, check_regions, check_verdicts, check_lookups),
    *(check_industries, check_order_of_dates, check_spellings, check_usage, check_stability),
)


@dataclass(frozen=True, slots=True)
class CheckedPackage:
    """A data folder after the checks.

    Attributes
    ----------
    package : Package
        Its description.
    tables : Mapping[str, RawTable]
        Its tables as text.
    problems : tuple of Problem
        All broken rules, in the order of files and lines.
    digest : str
        SHA-256 over description and tables: what the data were.
    """

    package: Package
    tables: Mapping[str, RawTable]
    problems: tuple[Problem, ...]
    digest: str


def check_package(folder: Path) -> CheckedPackage:
    """Check every rule of the data package.

    Parameters
    ----------
    folder : pathlib.Path
        Folder with ``datapackage.json`` and its tables.

    Returns
    -------
    CheckedPackage

    Raises
    ------
    DataError
        If there is no readable ``datapackage.json``: without it there are no rules.
    """
    package = read_package(folder)
    tables = {name: read_table(folder, table) for name, table in package.tables.items()}
    for raw in tables.values():
        check_columns(raw, package.created)
    check_references(tables)
    for name in ("claims", "sources"):
        check_precision(tables[name])
    for rule in _RULES:
        rule(tables)
    problems = sorted(problem for raw in tables.values() for problem in raw.problems)
    return CheckedPackage(package, tables, tuple(problems), digest_of(folder, package))


def digest_of(folder: Path, package: Package) -> str:
    """Give the SHA-256 over description and tables: what the data are.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    package : Package
        Its description.

    Returns
    -------
    str
    """
    content = hashlib.sha256()
    for name in (DESCRIPTOR, *sorted(table.path for table in package.tables.values())):
        path = folder / name
        content.update(name.encode())
        content.update(path.read_bytes() if path.exists() else b"")
    return content.hexdigest()
