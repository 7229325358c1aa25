"""What the plans promise, against the present size of their complexes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandan_lib.compare import Comparison, Total, compare
from sandan_lib.dataset import Dataset, Selection, rows_of
from sandan_lib.errors import NotComparable
from sandan_lib.model import Basis, Scope, StatusClass, Unit, last_possible_day
from sandan_lib.profile import Site, sites_of
from sandan_lib.releases import of_whole_plan, releases_of, rows_about
from sandan_lib.trends.totals import percent

__all__ = [
    "MEASURES",
    "Ratio",
    "RoundFigure",
    "Size",
    "compared",
    "growth",
    "present_size",
    "ratios",
    "round_figures",
    "set_apart",
]

# Measure of the target → column of the statistics of complexes.
MEASURES = {"jobs": "employees", "output": "output_krw", "exports": "exports_usd"}
_INDUCED = ("output_induced", "value_added_induced")
_ROUNDS = ("jobs", "jobs_direct", "output", "exports")
# Yearly figures of the region that show how fast such a thing has moved of late.
_HISTORIC = {"jobs": "manufacturing_employees", "output": "manufacturing_shipments"}


@dataclass(frozen=True, eq=False)
class Size:
    """Present size of a selection's complexes in one respect.

    Attributes
    ----------
    value : int
        Sum over the sites that have the figure.
    counted : tuple of Site
        Those sites.
    lacking : tuple of Site
        Complexes of the plan without the figure: withheld, or not in the statistics.
    in_part : tuple of Site
        Complexes for which the statistics list parts only, so that something may be missing.
    """

    value: int
    counted: tuple[Site, ...]
    lacking: tuple[Site, ...]
    in_part: tuple[Site, ...]

    @property
    def rounded(self) -> int:
        """The size for reading: amounts of money to four digits."""
        step = 10 ** max(len(str(self.value)) - 4, 0) if self.value >= 10**8 else 1
        return (self.value + step // 2) // step * step

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of the statistics."""
        return tuple(dict.fromkeys(site.statistics["source_id"] for site in self.counted))


@dataclass(frozen=True, eq=False)
class Ratio:
    """A target increase in percent of the present size.

    Attributes
    ----------
    selection : Selection
        Whose plan.
    measure_id : str
        ``jobs``, ``output`` or ``exports``.
    row : Mapping
        The row of the comparison: chosen, lowest and highest target.
    size : Size or None
        Present size; ``None`` where no site has the figure.
    """

    selection: Selection
    measure_id: str
    row: Mapping[str, Any]
    size: Size | None

    @property
    def percent(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """Chosen, lowest and highest ratio in percent; none without a size."""
        if self.size is None:
            return None
        return (
            percent(self.row["value"], self.size.value),
            percent(self.row["low"], self.size.value),
            percent(self.row["high"], self.size.value),
        )


@dataclass(frozen=True, eq=False)
class RoundFigure:
    """What the ministries print for a round, and what the regions' own figures add up to.

    Attributes
    ----------
    round_year : int
        The round.
    measure_id : str
        What is promised.
    printed : tuple of Mapping
        The ministries' figures of the round, oldest first, each once.
    total : Total or None
        Sum of the selections' own figures, with what it lacks; ``None`` where there are none.
    parts : Comparison or None
        The comparison that was added up.
    """

    round_year: int
    measure_id: str
    printed: tuple[Mapping[str, Any], ...]
    total: Total | None
    parts: Comparison | None


def compared(
    ds: Dataset, measure_id: str, basis: Basis = Basis.INCREASE, round_year: int | None = None
) -> Comparison | None:
    """Compare targets of one measure and basis; nothing where no claim answers.

    Examples
    --------
    >>> from sandan_lib import load
    >>> compared(load(), "exports", Basis.LEVEL) is None
    True
    """
    try:
        return compare(ds, measure_id, status=StatusClass.TARGET, basis=basis, round_year=round_year)
    except NotComparable:
        return None


def present_size(ds: Dataset, selection: Selection, column: str) -> Size | None:
    """Add up a column of the complex statistics over the hub and the linked complexes.

    Parameters
    ----------
    ds : Dataset
        The data.
    selection : Selection
        Whose sites.
    column : {"employees", "output_krw", "exports_usd"}
        What to add up: persons, won in a year, dollars in a year.

    Returns
    -------
    Size or None
        ``None`` where no site has the figure. Areas that are no complexes are not counted.
    """
    sites = sites_of(ds, selection.selection_id)
    complexes = [site for site in sites if site.complex_id]
    counted = tuple(site for site in complexes if site.statistics.get(column) is not None)
    if not counted:
        return None
    # A complex without a row of its own whose parts follow it is known in part.
    wholes = [one for one, after in itertools.pairwise(sites) if after.part and not one.part]
    lacking = tuple(site for site in complexes if site not in counted and site not in wholes)
    return Size(sum(int(site.statistics[column]) for site in counted), counted, lacking, tuple(wholes))


def ratios(ds: Dataset) -> tuple[Ratio, ...]:
    """Give every target increase against the present size of the plan's complexes.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.

    Returns
    -------
    tuple of Ratio
        By measure, the largest ratio first; those without a size last.

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = [item for item in ratios(load()) if item.measure_id == "exports"]
    >>> found[0].selection.selection_id, found[0].percent[0] > 200
    ('2022-KR-43', True)
    """
    found: tuple[Ratio, ...] = ds.remembered(_ratios)
    return found


def _ratios(ds: Dataset) -> tuple[Ratio, ...]:
    selections = {item.selection_id: item for item in ds.selections()}
    found: list[Ratio] = []
    for measure_id, column in MEASURES.items():
        comparison = compared(ds, measure_id)
        if comparison is None:
            continue
        own = [
            Ratio(item := selections[row["selection_id"]], measure_id, row, present_size(ds, item, column))
            for row in comparison.rows
            if row["claims"]
        ]
        found += sorted(own, key=lambda ratio: -(ratio.percent or (Decimal(-1),))[0])
    return tuple(found)


def growth(ds: Dataset, region_id: str, measure_id: str) -> tuple[Decimal, int, int, str] | None:
    """Give by how much the region's manufacturing grew over the years known.

    Parameters
    ----------
    ds : Dataset
        The data.
    region_id : str
        Region.
    measure_id : str
        Target measure: ``jobs`` is set beside employees, ``output`` beside shipments.

    Returns
    -------
    tuple of (Decimal, int, int, str) or None
        Percent, first and last year, source; ``None`` for exports, of which only one year is known.
    """
    rows = [
        row
        for row in ds.rows("baselines")
        if row["region_id"] == region_id and row["measure_id"] == _HISTORIC.get(measure_id)
    ]
    if len(rows) < 2:
        return None
    first, last = (function(rows, key=lambda row: row["year"]) for function in (min, max))
    return (
        percent(last["value"] - first["value"], first["value"]),
        first["year"],
        last["year"],
        last["source_id"],
    )


def round_figures(ds: Dataset) -> tuple[RoundFigure, ...]:
    """Give the ministries' figures for each round beside the sum of the regions' own.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.

    Returns
    -------
    tuple of RoundFigure
        Target increases of jobs, direct hires, output and exports, where either side is printed.
    """
    found = []
    rounds = sorted({item.round_year for item in ds.selections()})
    for measure_id in _ROUNDS:
        for year in rounds:
            parts = compared(ds, measure_id, round_year=year)
            printed = _printed(ds, measure_id, year)
            if printed or parts is not None:
                total = None if parts is None else parts.total()
                found.append(RoundFigure(year, measure_id, printed, total, parts))
    return tuple(found)


def _printed(ds: Dataset, measure_id: str, year: int) -> tuple[Mapping[str, Any], ...]:
    claims = ds.peek("claims")
    wanted = claims[
        (claims["measure_id"] == measure_id)
        & (claims["scope"] == Scope.ROUND)
        & (claims["round_year"] == year)
        & (claims["basis"] == Basis.INCREASE)
        & claims["status"].isin([status.value for status in StatusClass.TARGET.statuses])
        & ~claims["misprint"]
    ]
    found: dict[tuple[str, Any], Mapping[str, Any]] = {}
    for row in sorted(rows_of(wanted), key=_when):
        found.setdefault((row["origin_id"], row["value"]), row)
    return tuple(found.values())


def _when(claim: Mapping[str, Any]) -> tuple[str, str]:
    published = claim["published"]
    return (last_possible_day(published).isoformat() if published else "9", claim["claim_id"])


def set_apart(ds: Dataset) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Give what plans print beside targets of increase and level, each release once.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.

    Returns
    -------
    tuple of (str, Mapping)
        Why it stands apart (``induced``, ``bid``, ``estimate``, ``rate``) and the claim.
    """
    found: list[tuple[str, Mapping[str, Any]]] = []
    for item in ds.selections():
        rows = rows_about(ds, item.selection_id)
        for measure_id in (*MEASURES, *_INDUCED):
            claims = of_whole_plan(rows, measure_id, (), {"scope": Scope.PLAN})
            for claim in releases_of(ds, claims):
                why = _why_apart(claim)
                if why:
                    found.append((why, claim))
    order = ("induced", "estimate", "bid", "rate")
    return tuple(sorted(found, key=lambda pair: order.index(pair[0])))


def _why_apart(claim: Mapping[str, Any]) -> str | None:
    if claim["measure_id"] in _INDUCED:
        return "induced"
    if claim["unit"] in (Unit.PERCENT, Unit.PERCENT_POINTS):
        return "rate"
    group = StatusClass.of(claim["status"])
    return {StatusClass.BID: "bid", StatusClass.ESTIMATE: "estimate"}.get(group)
