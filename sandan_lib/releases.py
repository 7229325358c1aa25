"""What releases print: one speaking figure of each, and the money of a plan as each parts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from sandan_lib.compare import choose, restates, significant_digits
from sandan_lib.dataset import Dataset, cells_of, rows_of
from sandan_lib.model import Basis, Component, Rule, Scope, StatusClass, last_possible_day

__all__ = [
    "LOCAL",
    "WHOLE",
    "budget_splits",
    "day_of",
    "of_whole_plan",
    "oldest_of",
    "plan_rows",
    "releases_of",
    "rows_about",
    "splits_of",
]

LOCAL = (Component.LOCAL, Component.PROVINCIAL, Component.MUNICIPAL)
_SAME_FIGURE = (
    *(
        "origin_id",
        "programme_id",
        "region_id",
        "complex_id",
        "project_id",
        "measure_id",
        "scope",
        "scope_note_en",
    ),
    *("basis", "component", "status", "misprint"),
)
WHOLE = (Scope.PLAN, Scope.PLAN_EXCL_SMART_GREEN)


def of_whole_plan(
    rows: Iterable[Mapping[str, Any]],
    measure_id: str,
    classes: Sequence[StatusClass],
    cells: Mapping[str, str],
) -> list[Mapping[str, Any]]:
    """Give the claims of one measure about the whole plan: see ``Profile.whole_plan``."""
    return [
        row
        for row in rows
        if row["measure_id"] == measure_id
        and row["scope"] in WHOLE
        and not row["misprint"]
        and (not classes or StatusClass.of(row["status"]) in classes)
        and all(row[column] == cell for column, cell in cells.items())
    ]


def releases_of(ds: Dataset, claims: pd.DataFrame | Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give one speaking claim per release, oldest first: see ``Profile.releases``."""
    given = rows_of(claims) if isinstance(claims, pd.DataFrame) else claims
    groups: dict[tuple[Any, ...], list[list[Mapping[str, Any]]]] = {}
    for row in sorted(given, key=lambda row: -significant_digits(row["value"])):
        versions = groups.setdefault(_kind_of_figure(row), [])
        for version in versions:
            if restates(row, version[0]):
                version.append(row)
                break
        else:
            versions.append([row])
    found = []
    for rows in (version for versions in groups.values() for version in versions):
        dates = sorted((row["published"] for row in rows if row["published"]), key=last_possible_day)
        speaker = choose(rows, ds, Rule.FIRST)
        sources = tuple(dict.fromkeys(row["source_id"] for row in rows))
        first = dates[0] if dates else None
        found.append({**speaker, "prints": len(rows), "sources": sources, "first": first})
    return sorted(found, key=lambda row: (day_of(row["first"]), row["claim_id"]))


def splits_of(ds: Dataset, claims: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give a plan's money by release, parted by whose it is: see ``Profile.splits``."""
    budget = of_whole_plan(claims, "budget", (StatusClass.BID, StatusClass.PLAN), {"basis": Basis.CUMULATIVE})
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in releases_of(ds, budget):
        group = StatusClass.of(row["status"])
        item = found.setdefault(
            (row["origin_id"], row["scope"], group),
            {"origin_id": row["origin_id"], "first": row["first"], "status_class": group}
            | {"scope": row["scope"], "total": None, "national": None, "private": None, "local": []},
        )
        if row["component"] in LOCAL:
            item["local"].append(row)
        else:
            item[row["component"]] = row
    for item in found.values():
        # Where a release prints the local sum and its parts, the sum speaks for them.
        sums = [claim for claim in item["local"] if claim["component"] == Component.LOCAL]
        item["local"] = sums[:1] or item["local"]
    return list(found.values())


def budget_splits(ds: Dataset, selection_id: str) -> list[dict[str, Any]]:
    """Give what ``Profile.splits`` gives, without gathering all else that is known of a selection.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    selection_id : str
        Whose money.

    Returns
    -------
    list of dict

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = budget_splits(load(), "2020-KR-29")
    >>> any(split["national"] and split["private"] for split in found)
    True
    """
    return splits_of(ds, rows_about(ds, selection_id))


def rows_about(ds: Dataset, selection_id: str) -> tuple[Mapping[str, Any], ...]:
    """Give the claims about a selection, oldest first, as read-only rows.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    selection_id : str
        Which selection.

    Returns
    -------
    tuple of Mapping
    """
    found: tuple[Mapping[str, Any], ...] = ds.remembered(_rows_about, selection_id)
    return found


def plan_rows(
    ds: Dataset, selection_id: str, measure_id: str, *classes: StatusClass, **cells: str
) -> list[Mapping[str, Any]]:
    """Give what ``Profile.rows_of_plan`` gives, without gathering all else that is known of a selection."""
    return of_whole_plan(rows_about(ds, selection_id), measure_id, classes, cells)


def _rows_about(ds: Dataset, selection_id: str) -> tuple[Mapping[str, Any], ...]:
    claims = ds.peek("claims")
    own = oldest_of(claims, claims["selection_id"] == selection_id)
    return tuple(MappingProxyType(row) for row in rows_of(own))


def day_of(published: str | None) -> dt.date:
    """Give the day to sort by; what has no date comes last."""
    return last_possible_day(published) if published else dt.date.max


def _kind_of_figure(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give what two printings must share to be printings of one figure of one release."""
    year = row["period_end"] if row["basis"] == Basis.ANNUAL else None
    return (*(row[column] for column in _SAME_FIGURE), year)


def oldest_of(claims: pd.DataFrame, wanted: pd.Series[bool]) -> pd.DataFrame:
    """Give the wanted claims, oldest first; no others are sorted or copied."""
    places = wanted.fillna(value=False).to_numpy(dtype=bool).nonzero()[0].tolist()
    dates, keys = (cells_of(claims[column].iloc[places]) for column in ("published", "claim_id"))
    order = sorted(range(len(places)), key=lambda number: (day_of(dates[number]), keys[number]))
    return claims.iloc[[places[number] for number in order]].reset_index(drop=True)
