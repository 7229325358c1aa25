"""The rounds of selection: who applied, who was chosen, and how each plan's money went on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandan_lib.compare.ballots import choose
from sandan_lib.compare.cells import ballots, cells
from sandan_lib.dataset import Dataset, Selection, rows_of
from sandan_lib.dataset.rows import known_by
from sandan_lib.errors import ParameterError
from sandan_lib.model import Basis, Component, Rule
from sandan_lib.names import listed

__all__ = [
    "STAGES",
    "Application",
    "Stage",
    "applications",
    "region_ids",
    "round_claim",
    "round_years",
    "secured",
    "stages",
]

# Stage -> statuses of the claims that tell of it, and which of several releases speaks.
STAGES = {
    "bid": (("applied",), Rule.LATEST),
    "selected": (("planned",), Rule.FIRST),
    "revised": (("revised",), Rule.LATEST),
}


@dataclass(frozen=True, slots=True)
class Application:
    """One region's bid in one round, as far as it is known.

    Attributes
    ----------
    selection_id, region_id : str
        Identifiers.
    round_year : int
        Round.
    outcome : str
        ``selected``, ``not_selected``, or ``pending`` where a vintage lies before the choice.
    applied : str or None
        Date of the bid, as far as known.
    sites : tuple of Mapping
        Rows of ``selection_sites`` that texts had named by the day of the vintage, hubs first.
    sources : tuple of str
        Sources that tell of the bid and its outcome.
    """

    selection_id: str
    region_id: str
    round_year: int
    outcome: str
    applied: str | None
    sites: tuple[Mapping[str, Any], ...]
    sources: tuple[str, ...]

    @property
    def hubs(self) -> tuple[Mapping[str, Any], ...]:
        """The hubs among the sites; none where no text found names one."""
        return tuple(site for site in self.sites if site["role"] == "hub")


@dataclass(frozen=True, slots=True)
class Stage:
    """Money of one kind for one selection.

    Attributes
    ----------
    selection : Selection
        Whose money.
    stage : str
        ``bid``, ``selected`` (the plan as first printed after the choice), ``revised`` (its newest
        revision), or ``secured``.
    year : int or None
        For yearly money, its year.
    component, basis : str
        Whose money it is, and whether of one year or of all.
    cell : Mapping
        ``value``, ``low``, ``high`` in won with their claims and sources; ``claims`` is 0 where
        no text prints such a figure.
    """

    selection: Selection
    stage: str
    year: int | None
    component: str
    basis: str
    cell: Mapping[str, Any]

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of the chosen, the lowest and the highest figure."""
        if not self.cell["claims"]:
            return ()
        keys = ("source_id", "low_source_id", "high_source_id")
        return tuple(dict.fromkeys(self.cell[key] for key in keys))


def round_years(ds: Dataset, round_year: int = 0) -> tuple[int, ...]:
    """Give the rounds asked for: one, or all for 0.

    Raises
    ------
    ParameterError
        If there was no such round.

    Examples
    --------
    >>> from sandan_lib import load
    >>> round_years(load()), round_years(load(), 2021)
    ((2020, 2021, 2022), (2021,))
    """
    known = sorted(ds.records("rounds"))
    if not round_year:
        return tuple(known)
    if round_year in known:
        return (round_year,)
    listed = ", ".join(map(str, known))
    raise ParameterError(
        f"there was no round {round_year}. Rounds: {listed}; 0 stands for all.",
        f"{round_year}년 선정은 없었습니다. 차수: {listed}, 모두는 0.",
    )


def region_ids(ds: Dataset, regions: str = "") -> frozenset[str]:
    """Read regions written with commas between.

    Parameters
    ----------
    ds : Dataset
        The data.
    regions : str
        Any spellings; all regions when empty.

    Returns
    -------
    frozenset of str

    Raises
    ------
    UnknownName
        If there is no such region.

    Examples
    --------
    >>> from sandan_lib import load
    >>> sorted(region_ids(load(), "충북, Busan"))
    ['KR-26', 'KR-43']
    """
    names = listed(regions)
    return frozenset(map(ds.region, names)) if names else frozenset(ds.records("regions"))


def applications(ds: Dataset, round_year: int = 0) -> tuple[Application, ...]:
    """Give all known bids of a round, or of all rounds for 0, in the order of rounds and regions.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    round_year : int
        The round; 0 for all.

    Returns
    -------
    tuple of Application

    Examples
    --------
    >>> from sandan_lib import load
    >>> [item.outcome for item in applications(load(), 2022)]
    ['selected', 'selected', 'selected', 'selected', 'selected']
    """
    years = round_years(ds, round_year)
    sites: dict[str, list[dict[str, Any]]] = {}
    for row in ds.rows("selection_sites"):
        sites.setdefault(row["selection_id"], []).append(row)
    found = (
        _application(ds, item, sites.get(item.selection_id, []))
        for item in ds.selections(selected_only=False)
        if item.round_year in years
    )
    # What only later texts told of was not known on the day of a vintage.
    return tuple(item for item in found if item.sources)


def _application(ds: Dataset, item: Selection, sites: list[dict[str, Any]]) -> Application:
    record = ds.record("selections", item.selection_id)
    ordered = sorted(sites, key=lambda row: row["site_no"])
    told = [row for row in ordered if _told(ds, row["source_id"])]
    sources = [key for key in record["source_ids"].split(";") if _told(ds, key)]
    decided = ds.vintage is None or known_by(ds.record("rounds", item.round_year)["preselected"], ds.vintage)
    return Application(
        selection_id=item.selection_id,
        region_id=item.region_id,
        round_year=item.round_year,
        outcome=record["outcome"] if decided else "pending",
        applied=record["applied"],
        sites=tuple(sorted(told, key=lambda row: row["role"] != "hub")),
        sources=tuple(dict.fromkeys([*sources, *(row["source_id"] for row in told)])) if sources else (),
    )


def _told(ds: Dataset, source_id: str) -> bool:
    return ds.vintage is None or known_by(ds.record("sources", source_id)["published"], ds.vintage)


def round_claim(ds: Dataset, year: int, measure_id: str) -> dict[str, Any] | None:
    """Give the newest printed count of a whole round, such as of the regions that applied.

    Parameters
    ----------
    ds : Dataset
        The data.
    year : int
        Round.
    measure_id : str
        ``"regions_applied"`` or ``"regions_selected"``.

    Returns
    -------
    dict or None
        A row of ``claims``.
    """
    claims = ds.peek("claims")
    about = (claims["measure_id"] == measure_id) & (claims["round_year"] == year)
    counted = about & (claims["scope"] == "round") & (claims["status"] == "observed") & ~claims["misprint"]
    rows = rows_of(claims[counted.fillna(value=False)])
    return choose(rows, ds, Rule.LATEST) if rows else None


def stages(ds: Dataset, round_year: int) -> list[Stage]:
    """Give the total money of each plan of a round: in the bid, when selected, as last revised.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    round_year : int
        The round.

    Returns
    -------
    list of Stage
        Three of each selection, known or not. Only totals of the whole plan over all its years.
    """
    (year,) = round_years(ds, round_year)
    chosen = [item for item in ds.selections() if item.round_year == year]
    claims = _money(ds, chosen)
    whole = claims[(claims["component"] == Component.TOTAL) & (claims["basis"] == Basis.CUMULATIVE)]
    found = []
    for stage, (statuses, rule) in STAGES.items():
        own = ballots(whole[whole["status"].isin(statuses)])
        found += [
            Stage(item, stage, None, "total", "cumulative", cell)
            for item, cell in zip(chosen, cells(ds, own, chosen, rule), strict=True)
        ]
    return sorted(found, key=lambda item: chosen.index(item.selection))


def secured(ds: Dataset, round_year: int) -> list[Stage]:
    """Give the money secured by the plans of a round, each kind and year for itself, nothing added.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    round_year : int
        The round.

    Returns
    -------
    list of Stage
        Only what texts print: selections without a printed figure are not in it.
    """
    (year,) = round_years(ds, round_year)
    chosen = [item for item in ds.selections() if item.round_year == year]
    claims = _money(ds, chosen)
    claims = claims[(claims["status"] == "secured") & (claims["unit"] == "KRW")]
    kinds = {
        (row["component"], row["basis"], row["period_end"] if row["basis"] == Basis.ANNUAL else None)
        for row in rows_of(claims)
    }
    found = []
    for component, basis, end in sorted(kinds, key=str):
        own = claims[(claims["component"] == component) & (claims["basis"] == basis)]
        own = own[own["period_end"] == end] if end else own
        found += [
            Stage(item, "secured", end, component, basis, cell)
            for item, cell in zip(chosen, cells(ds, ballots(own), chosen, Rule.LATEST), strict=True)
            if cell["claims"]
        ]
    return sorted(found, key=lambda item: (chosen.index(item.selection), item.basis, item.year or 0))


def _money(ds: Dataset, chosen: Iterable[Selection]) -> Any:
    claims = ds.peek("claims")
    keys = [item.selection_id for item in chosen]
    about = (claims["measure_id"] == "budget") & claims["selection_id"].isin(keys)
    return claims[(about & (claims["scope"] == "plan") & ~claims["misprint"]).fillna(value=False)]
