"""How the printed totals of the plans moved between releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandan_lib.compare import choose, restates, significant_digits
from sandan_lib.dataset import Dataset, Selection, rows_of
from sandan_lib.model import (
    Basis,
    Component,
    Rule,
    Scope,
    StatusClass,
    first_possible_day,
    last_possible_day,
)
from sandan_lib.releases import plan_rows, releases_of

__all__ = ["ONE_TIME", "Path", "Revision", "moments", "paths", "percent", "revisions"]

ONE_TIME = 7  # days within which unlike texts speak of one announcement, not of a revision
FIRST_YEAR, LAST_YEAR = 2020, 2025


@dataclass(frozen=True, eq=False)
class Path:
    """The printed totals of one selection's whole plan, one per release.

    Attributes
    ----------
    selection : Selection
        Whose plan.
    releases : tuple of Mapping
        The dated ones, of bid and plan, oldest first: claims with ``first``, the release's first
        date, and ``prints``, how many texts print it.
    undated : tuple of Mapping
        Those without a date, which have no place in time.
    otherwise : tuple of Mapping
        Those of another scope (without the smart-green complex), which are no steps of the plan.
    contested : tuple of tuple of Mapping
        Pairs of dated plan releases that print unlike totals at times that cannot be told apart.
    """

    selection: Selection
    releases: tuple[Mapping[str, Any], ...]
    undated: tuple[Mapping[str, Any], ...]
    otherwise: tuple[Mapping[str, Any], ...]
    contested: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]

    @property
    def plans(self) -> tuple[Mapping[str, Any], ...]:
        """The dated releases of the plan, without those of the bid."""
        return tuple(claim for claim in self.releases if not is_bid(claim))

    @property
    def steps(self) -> tuple[Mapping[str, Any], ...]:
        """The plan releases whose order in time is certain, so that a line may join them."""
        found: list[Mapping[str, Any]] = []
        # A day is surer than a month: what is known to the day keeps its place.
        for claim in sorted(self.plans, key=lambda claim: (-len(claim["first"]), claim["first"])):
            if not any(_of_one_time(claim, other) and not _alike(claim, other) for other in found):
                found.append(claim)
        return tuple(sorted(found, key=lambda claim: last_possible_day(claim["first"])))


@dataclass(frozen=True, eq=False)
class Revision:
    """From the first to the newest printed total of a plan.

    Attributes
    ----------
    selection : Selection
        Whose plan.
    first, newest : Mapping
        The claims, chosen as :func:`sandan_lib.compare.compare` chooses.
    change : int
        Newest less first, in won.
    low, high : int
        The least and the most it is when either end may be any release that cannot be told apart
        in time from it.
    releases : int
        Number of dated plan releases.
    contested : tuple of tuple of Mapping
        Pairs of releases of one time that contradict each other.
    """

    selection: Selection
    first: Mapping[str, Any]
    newest: Mapping[str, Any]
    change: int
    low: int
    high: int
    releases: int
    contested: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]

    @property
    def percent(self) -> Decimal:
        """The change in percent of the first total."""
        return percent(self.change, self.first["value"])


def percent(part: int, whole: int) -> Decimal:
    """Give a share in percent, to a tenth.

    Examples
    --------
    >>> percent(372, 2533), percent(-1, 3)
    (Decimal('14.7'), Decimal('-33.3'))
    """
    return round(Decimal(100 * part) / Decimal(whole), 1)


def is_bid(claim: Mapping[str, Any]) -> bool:
    """Tell whether a figure is one of the bid."""
    return StatusClass.of(claim["status"]) is StatusClass.BID


def paths(ds: Dataset) -> tuple[Path, ...]:
    """Give the printed totals of every selection over time.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.

    Returns
    -------
    tuple of Path
        In the order of rounds and regions; one for each selection, also where nothing is printed.

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = paths(load())
    >>> len(found), [claim["first"] for claim in found[2].releases]
    (15, ['2020-05-10'])
    """
    found: tuple[Path, ...] = ds.remembered(_paths)
    return found


def _paths(ds: Dataset) -> tuple[Path, ...]:
    return tuple(_path(ds, item) for item in ds.selections())


def _path(ds: Dataset, selection: Selection) -> Path:
    part = {"component": Component.TOTAL, "basis": Basis.CUMULATIVE}
    claims = plan_rows(ds, selection.selection_id, "budget", StatusClass.BID, StatusClass.PLAN, **part)
    all_ = releases_of(ds, claims)
    whole = [claim for claim in all_ if claim["scope"] == Scope.PLAN]
    dated = tuple(claim for claim in whole if claim["first"])
    plans = [claim for claim in dated if not is_bid(claim)]
    return Path(
        selection=selection,
        releases=dated,
        undated=tuple(claim for claim in whole if not claim["first"]),
        otherwise=tuple(claim for claim in all_ if claim["scope"] != Scope.PLAN),
        contested=tuple(
            (one, other)
            for number, one in enumerate(plans)
            for other in plans[number + 1 :]
            if _of_one_time(one, other) and not _alike(one, other)
        ),
    )


def _of_one_time(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two releases may be of the same days."""
    slack = dt.timedelta(days=ONE_TIME)
    begins, ends = (
        [function(claim["first"]) for claim in (one, other)]
        for function in (first_possible_day, last_possible_day)
    )
    return begins[0] <= ends[1] + slack and begins[1] <= ends[0] + slack


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two releases print one figure, or one a rounding of the other."""
    coarse, fine = sorted((one, other), key=lambda claim: significant_digits(claim["value"]))
    return restates(dict(coarse), dict(fine))


def revisions(ds: Dataset) -> tuple[Revision, ...]:
    """Give for each plan with two dated releases or more how far its total went.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.

    Returns
    -------
    tuple of Revision
        The largest change (in won, up or down) first. Where first and newest release cannot be
        told apart in time there is no revision.

    Examples
    --------
    >>> from sandan_lib import load
    >>> largest = revisions(load())[0]
    >>> largest.selection.selection_id, largest.change < 0
    ('2020-KR-46', True)
    """
    found = [_revision(ds, path) for path in paths(ds)]
    known = [revision for revision in found if revision is not None]
    return tuple(sorted(known, key=lambda item: (-abs(item.change), item.selection.selection_id)))


def _revision(ds: Dataset, path: Path) -> Revision | None:
    plans = path.plans
    if len(plans) < 2:
        return None
    first, newest = (_chosen(ds, plans, rule) for rule in (Rule.FIRST, Rule.LATEST))
    if first["claim_id"] == newest["claim_id"] or _of_one_time(first, newest):
        return None
    starts, ends = (
        [claim["value"] for claim in plans if claim is near or _rivals(path, near, claim)]
        for near in (first, newest)
    )
    return Revision(
        selection=path.selection,
        first=first,
        newest=newest,
        change=newest["value"] - first["value"],
        low=min(ends) - max(starts),
        high=max(ends) - min(starts),
        releases=len(plans),
        contested=path.contested,
    )


def _chosen(ds: Dataset, plans: tuple[Mapping[str, Any], ...], rule: Rule) -> Mapping[str, Any]:
    # Each speaking claim counts from its release's first date, as in a comparison.
    rows = [dict(claim) | {"published": claim["first"]} for claim in plans]
    key = choose(rows, ds, rule)["claim_id"]
    return next(claim for claim in plans if claim["claim_id"] == key)


def _rivals(path: Path, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    keys = {one["claim_id"], other["claim_id"]}
    return any({pair[0]["claim_id"], pair[1]["claim_id"]} == keys for pair in path.contested)


def moments(ds: Dataset) -> tuple[str, ...]:
    """Give the days whose knowledge is compared: the ends of the years 2020 to 2025.

    Of a vintage only those that it has reached, and the vintage's own day as the last.

    Examples
    --------
    >>> from sandan_lib import load
    >>> moments(load())[0], moments(load().as_of("2021-06-30"))
    ('2020-12-31', ('2020-12-31', '2021-06-30'))
    """
    days = [f"{year}-12-31" for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    if ds.vintage is None:
        return tuple(days)
    today = ds.vintage.isoformat()
    return tuple(dict.fromkeys([*(day for day in days if day <= today), today]))


def rows_by_selection(frame: Any) -> dict[str, dict[str, Any]]:
    """Give a comparison's rows by selection."""
    return {row["selection_id"]: row for row in rows_of(frame)}
