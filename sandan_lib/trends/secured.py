"""How much of the national money in the plans is known to be secured, by budget year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandan_lib.compare import choose, compare
from sandan_lib.dataset import Dataset, Selection
from sandan_lib.errors import NotComparable
from sandan_lib.model import Basis, Component, Rule, Scope, StatusClass
from sandan_lib.releases import plan_rows, releases_of
from sandan_lib.trends.totals import percent, rows_by_selection

__all__ = ["Share", "Year", "shares"]

_PLAN_YEARS = 3  # each plan runs over the three budget years after its round


@dataclass(frozen=True, eq=False)
class Year:
    """National money secured up to a budget year.

    Attributes
    ----------
    year : int or None
        Budget year; ``None`` for a printed sum without years.
    claim : Mapping
        The claim that speaks for the year.
    others : tuple of Mapping
        Claims of other releases for the same year that print other amounts.
    so_far, low, high : int
        Sum of this and the earlier known years, in won; of the chosen, the lowest and the highest.
    lacking : tuple of int
        Budget years of the plan up to this one that no text found prints: the sum lacks them.
    """

    year: int | None
    claim: Mapping[str, Any]
    others: tuple[Mapping[str, Any], ...]
    so_far: int
    low: int
    high: int
    lacking: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Share:
    """Secured national money beside the plan's national part.

    Attributes
    ----------
    selection : Selection
        Whose plan.
    years : tuple of Year
        What is secured, by budget year; both sides are of the whole plan.
    plan : Mapping or None
        The claim of the plan's national part; ``None`` where none is printed.
    plan_low, plan_high : int or None
        The lowest and highest national part that texts print.
    moved : Mapping or None
        A total printed later than the release of the national part, if it is another sum: then
        the national part is not the newest plan's.
    """

    selection: Selection
    years: tuple[Year, ...]
    plan: Mapping[str, Any] | None
    plan_low: int | None
    plan_high: int | None
    moved: Mapping[str, Any] | None

    def percent(self, year: Year) -> tuple[Decimal, Decimal, Decimal] | None:
        """Give the share in percent: chosen, lowest and highest; none without a national part."""
        if self.plan is None or self.plan_low is None or self.plan_high is None:
            return None
        return (
            percent(year.so_far, self.plan["value"]),
            percent(year.low, self.plan_high),
            percent(year.high, self.plan_low),
        )


def shares(ds: Dataset) -> tuple[Share, ...]:
    """Give the secured national money of the plans for which any is printed for the whole plan.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.

    Returns
    -------
    tuple of Share
        Money in draft budgets, money of parts of a plan, and money whose giver is not the state
        are left out.

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = {item.selection.selection_id: item for item in shares(load())}
    >>> ulsan = found["2021-KR-31"]
    >>> ulsan.percent(ulsan.years[0])[0]
    Decimal('14.7')
    """
    found: tuple[Share, ...] = ds.remembered(_shares)
    return found


def _shares(ds: Dataset) -> tuple[Share, ...]:
    national, totals = _cells(ds, Component.NATIONAL), _cells(ds, Component.TOTAL)
    found = []
    for item in ds.selections():
        years = _years(ds, item)
        if years:
            key = item.selection_id
            found.append(_share(ds, item, years, national.get(key), totals.get(key)))
    return tuple(found)


def _cells(ds: Dataset, component: Component) -> dict[str, dict[str, Any]]:
    try:
        frame = compare(ds, "budget", component=component, status=StatusClass.PLAN).frame
    except NotComparable:
        return {}
    return {key: row for key, row in rows_by_selection(frame).items() if row["claims"]}


def _share(
    ds: Dataset,
    selection: Selection,
    years: tuple[Year, ...],
    part: dict[str, Any] | None,
    total: dict[str, Any] | None,
) -> Share:
    if part is None:
        return Share(selection, years, None, None, None, None)
    claim = ds.record("claims", part["claim_id"])
    newest = ds.record("claims", total["claim_id"]) if total else None
    later = newest is not None and _moved(ds, claim, newest)
    return Share(selection, years, claim, part["low"], part["high"], newest if later else None)


def _moved(ds: Dataset, part: Mapping[str, Any], newest: Mapping[str, Any]) -> bool:
    """Tell whether the newest total is another sum than the total of the part's own release."""
    if newest["origin_id"] == part["origin_id"]:
        return False
    own = {
        row["value"]
        for row in ds.records("claims").values()
        if row["origin_id"] == part["origin_id"]
        and (row["selection_id"], row["measure_id"]) == (part["selection_id"], "budget")
        and (row["component"], row["scope"]) == (Component.TOTAL, Scope.PLAN)
    }
    return newest["value"] not in own


def _years(ds: Dataset, selection: Selection) -> tuple[Year, ...]:
    """Cumulate the secured national money, and list printed sums that name no years."""
    part = {"component": Component.NATIONAL, "scope": Scope.PLAN}
    claims = plan_rows(ds, selection.selection_id, "budget", StatusClass.SECURED, **part)
    releases = [claim for claim in releases_of(ds, claims) if claim["first"]]
    by_year: dict[int, list[dict[str, Any]]] = {}
    for claim in releases:
        if claim["basis"] == Basis.ANNUAL and claim["period_end"]:
            by_year.setdefault(claim["period_end"], []).append(claim)
    begin, known = selection.round_year + 1, sorted(by_year)
    found, so_far, low, high = [], 0, 0, 0
    for year in known:
        rows = by_year[year]
        chosen = _latest(ds, rows)
        so_far, low = so_far + chosen["value"], low + min(row["value"] for row in rows)
        high += max(row["value"] for row in rows)
        others = tuple(row for row in rows if row["value"] != chosen["value"])
        lacking = tuple(gap for gap in range(begin, min(year, begin + _PLAN_YEARS)) if gap not in by_year)
        found.append(Year(year, chosen, others, so_far, low, high, lacking))
    sums = [claim for claim in releases if claim["basis"] == Basis.CUMULATIVE]
    found += [Year(None, row, (), row["value"], row["value"], row["value"], ()) for row in sums]
    return tuple(found)


def _latest(ds: Dataset, rows: list[dict[str, Any]]) -> dict[str, Any]:
    key = choose([row | {"published": row["first"]} for row in rows], ds, Rule.LATEST)["claim_id"]
    return next(row for row in rows if row["claim_id"] == key)
