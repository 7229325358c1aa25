"""Everything known of one selection, gathered and ordered, with what is not known."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from sandan_lib.dataset import Dataset, Selection, rows_of
from sandan_lib.model import Component, Scope, StatusClass, last_possible_day
from sandan_lib.releases import (
    LOCAL,
    WHOLE,
    day_of,
    of_whole_plan,
    oldest_of,
    releases_of,
    rows_about,
    splits_of,
)

__all__ = ["Profile", "Site", "profile", "sites_of"]

# What a reader may expect to find of a plan: measure, component, status classes.
# Each one without a single claim is listed in the report as not known.
_EXPECTED: tuple[tuple[str, str | None, tuple[StatusClass, ...]], ...] = (
    ("budget", Component.TOTAL, (StatusClass.PLAN,)),
    ("budget", Component.NATIONAL, (StatusClass.PLAN,)),
    ("budget", Component.LOCAL, (StatusClass.PLAN,)),
    ("budget", Component.PRIVATE, (StatusClass.PLAN,)),
    ("budget", Component.NATIONAL, (StatusClass.SECURED,)),
    ("budget", Component.TOTAL, (StatusClass.EXECUTED,)),
    ("subprojects", None, (StatusClass.PLAN,)),
    ("jobs", None, (StatusClass.TARGET,)),
    ("jobs", None, (StatusClass.RESULT,)),
    ("output", None, (StatusClass.TARGET,)),
    ("output", None, (StatusClass.RESULT,)),
    ("exports", None, (StatusClass.TARGET,)),
    ("exports", None, (StatusClass.RESULT,)),
)


@dataclass(frozen=True, slots=True)
class Site:
    """A hub, linked complex or linked area.

    Attributes
    ----------
    role : str
        ``hub``, ``linked_complex`` or ``linked_area``.
    name_ko, name_en : str
        Its names.
    complex_id : str or None
        Identifier where it is an industrial complex.
    statistics : Mapping[str, object]
        Its row of ``complex_statistics``; empty where there is none.
    source_id : str
        Where it is named as a site of the plan.
    part : bool
        Whether it is a part of the site before it, for which alone there are statistics.
    """

    role: str
    name_ko: str
    name_en: str
    complex_id: str | None
    statistics: Mapping[str, Any]
    source_id: str
    part: bool = False

    def name(self, lang: str) -> str:
        """Give the site's name in ``lang``."""
        return self.name_ko if lang == "ko" else self.name_en


@dataclass(frozen=True, eq=False, repr=False)
class Profile:
    """What is known of one selection.

    Attributes
    ----------
    dataset : Dataset
        The data (of one vintage) it was drawn from.
    selection : Selection
        Which selection.
    record : Mapping[str, object]
        Its row of ``selections``.
    sites : tuple of Site
        Hub first.
    claims : pandas.DataFrame
        Claims about the selection, oldest first.
    related : pandas.DataFrame
        Claims about neighbouring programmes of the region.
    round_claims : pandas.DataFrame
        Claims about the round as a whole.
    events : pandas.DataFrame
        Events of selection and round, oldest first.
    bodies : pandas.DataFrame
        Bodies and their part in events of the selection.
    memberships : pandas.DataFrame
        Other programmes that the sites are in (rows of ``programme_sites``).
    unknown : tuple of (str, str or None, str)
        Measure, component and status class of what was expected and not found.
    sources : tuple of str
        Sources of all of the above, oldest first.
    """

    dataset: Dataset
    selection: Selection
    record: Mapping[str, Any]
    sites: tuple[Site, ...]
    claims: pd.DataFrame
    related: pd.DataFrame
    round_claims: pd.DataFrame
    events: pd.DataFrame
    bodies: pd.DataFrame
    memberships: pd.DataFrame
    unknown: tuple[tuple[str, str | None, str], ...]
    sources: tuple[str, ...]

    def __repr__(self) -> str:
        """Say whose profile it is."""
        return (
            f"<Profile of {self.selection.selection_id}: {len(self.claims)} claims, {len(self.sites)} sites>"
        )

    @functools.cached_property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """The claims once more, as read-only rows: to ask a frame takes a hundred times as long."""
        return tuple(MappingProxyType(row) for row in rows_of(self.claims))

    def region_name(self, lang: str) -> str:
        """Give the region's short name in ``lang``."""
        return self.dataset.name("regions", self.selection.region_id, lang)

    def whole_plan(self, measure_id: str, *classes: StatusClass, **cells: str) -> pd.DataFrame:
        """Give the claims of one measure about the whole plan, without likely misprints.

        Parameters
        ----------
        measure_id : str
            The measure.
        *classes : StatusClass
            Status classes; all when none is given.
        **cells : str
            What other columns must hold: ``component="total"``.

        Returns
        -------
        pandas.DataFrame
        """
        keys = [row["claim_id"] for row in self.rows_of_plan(measure_id, *classes, **cells)]
        return self.claims[self.claims["claim_id"].isin(keys)]

    def rows_of_plan(self, measure_id: str, *classes: StatusClass, **cells: str) -> list[Mapping[str, Any]]:
        """Give the claims that :meth:`whole_plan` gives, as read-only rows."""
        return of_whole_plan(self.rows, measure_id, classes, cells)

    def releases(self, claims: pd.DataFrame | Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Give one speaking claim per release, oldest first: how a figure changed over time.

        Parameters
        ----------
        claims : pandas.DataFrame or sequence of Mapping
            Claims of one kind, from several texts.

        Returns
        -------
        list of dict
            For each origin, scope, basis and component its most precise claim, with the number
            of texts that print it as ``prints`` and its first date as ``first``.
        """
        return releases_of(self.dataset, claims)

    def splits(self) -> list[dict[str, Any]]:
        """Give the plan's money by release, parted by whose it is.

        Returns
        -------
        list of dict
            ``origin_id``, ``first`` (date), ``status_class``, ``scope``, and the claims under
            ``total``, ``national``, ``local`` (list, since province and city may be printed
            apart) and ``private``; absent parts are ``None`` or empty.
        """
        return splits_of(self.dataset, self.rows)


def profile(ds: Dataset, region: str, round_year: int | None = None) -> Profile:
    """Gather what is known of a region's selection.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    region : str
        Any spelling of a region.
    round_year : int, optional
        Round; may be left out for a region selected once.

    Returns
    -------
    Profile

    Raises
    ------
    UnknownName, UnknownSelection
        If the region is unknown, or was not selected in that round.

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = profile(load(), "충북", 2022)
    >>> found.sites[0].role, found.sites[0].name_en
    ('hub', 'Cheongju Industrial Complex')
    """
    known: Profile = ds.remembered(_profile, ds.selection(region, round_year))
    # Whoever changes a frame changes one of his own, also where he changes the array of a column.
    own = replace(known, **{name: getattr(known, name).copy() for name in _FRAMES})
    vars(own)["rows"] = known.rows
    return own


_FRAMES = ("claims", "related", "round_claims", "events", "bodies", "memberships")


def _profile(ds: Dataset, selection: Selection) -> Profile:
    key, year = selection.selection_id, selection.round_year
    claims = ds.peek("claims")
    own = oldest_of(claims, claims["selection_id"] == key)
    elsewhere = claims["selection_id"].isna()
    related = oldest_of(claims, elsewhere & (claims["region_id"] == selection.region_id))
    of_round = elsewhere & (claims["round_year"] == year) & (claims["scope"] == Scope.ROUND)
    round_claims = oldest_of(claims, of_round)
    events = _events(ds, selection)
    bodies = ds.peek("selection_organisations")
    bodies = bodies[bodies["event_id"].isin(events["event_id"])].reset_index(drop=True)
    sites = sites_of(ds, key)
    record = ds.record("selections", key)
    sources = [*record["source_ids"].split(";"), ds.record("rounds", year)["source_id"]]
    sources += [*(site.source_id for site in sites)]
    sources += [site.statistics["source_id"] for site in sites if site.statistics]
    memberships = _memberships(ds, sites)
    for frame in (own, related, round_claims, events, bodies, memberships):
        sources += list(frame["source_id"])
    rows = rows_about(ds, key)
    made = Profile(
        dataset=ds,
        selection=selection,
        record=MappingProxyType(record),
        sites=sites,
        claims=own,
        related=related,
        round_claims=round_claims,
        events=events,
        bodies=bodies,
        memberships=memberships,
        unknown=_unknown(rows),
        sources=_oldest_first(ds, sources),
    )
    vars(made)["rows"] = rows  # which else would be made of the frame again
    return made


def _memberships(ds: Dataset, sites: tuple[Site, ...]) -> pd.DataFrame:
    """Give the rows that name the sites, or the complexes they are part of, as sites of programmes."""
    keys = {site.complex_id for site in sites if site.complex_id}
    keys |= {ds.record("complexes", key)["part_of"] for key in keys}
    rows = ds.peek("programme_sites")
    found = rows[rows["complex_id"].isin([key for key in keys if key])]
    return found.sort_values(["date", "programme_id", "site_no"]).reset_index(drop=True)


def _events(ds: Dataset, selection: Selection) -> pd.DataFrame:
    """Give the selection's events, and those of the round or programme that concern all."""
    events = ds.peek("events")
    own = events["selection_id"] == selection.selection_id
    general = events["region_id"].isna() & (
        (events["round_year"] == selection.round_year)
        | (events["round_year"].isna() & (events["programme_id"] == "sandan-renewal"))
    )
    neighbours = (events["region_id"] == selection.region_id) & events["round_year"].isna()
    keep = own.fillna(value=False) | general.fillna(value=False) | neighbours.fillna(value=False)
    found = events[keep]
    days = found["date"].map(last_possible_day)
    return (
        found.assign(_day=days).sort_values(["_day", "event_id"]).drop(columns="_day").reset_index(drop=True)
    )


def sites_of(ds: Dataset, selection_id: str) -> tuple[Site, ...]:
    """Give the sites of a selection, hub first, with the parts that statistics know of them.

    Parameters
    ----------
    ds : Dataset
        The data.
    selection_id : str
        Which selection.

    Returns
    -------
    tuple of Site

    Examples
    --------
    >>> from sandan_lib import load
    >>> sites_of(load(), "2022-KR-43")[0].name_en
    'Cheongju Industrial Complex'
    """
    found: tuple[Site, ...] = ds.remembered(_all_sites).get(selection_id, ())
    return found


def _all_sites(ds: Dataset) -> Mapping[str, tuple[Site, ...]]:
    statistics = {row["complex_id"]: row for row in ds.rows("complex_statistics")}
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(ds.rows("selection_sites"), key=lambda row: row["site_no"]):
        rows.setdefault(row["selection_id"], []).append(row)
    return MappingProxyType({key: _sites(ds, own, statistics) for key, own in rows.items()})


def _sites(
    ds: Dataset, rows: Sequence[Mapping[str, Any]], statistics: Mapping[str, Mapping[str, Any]]
) -> tuple[Site, ...]:
    found = []
    for row in rows:
        complex_id = row["complex_id"]
        names = ds.record("complexes", complex_id) if complex_id else row
        prefix = "name" if complex_id else "area"
        found.append(
            Site(
                role=row["role"],
                name_ko=names[f"{prefix}_ko"],
                name_en=names[f"{prefix}_en"],
                complex_id=complex_id,
                statistics=MappingProxyType(statistics.get(complex_id, {})),
                source_id=row["source_id"],
            )
        )
        if complex_id and complex_id not in statistics:
            found += _parts_of(ds, found[-1], statistics)
    return tuple(found)


def _parts_of(ds: Dataset, whole: Site, statistics: Mapping[str, Mapping[str, Any]]) -> list[Site]:
    """Give the parts of a complex that the statistics list only in parts; nothing is added up."""
    return [
        Site(
            role=whole.role,
            name_ko=row["name_ko"],
            name_en=row["name_en"],
            complex_id=key,
            statistics=MappingProxyType(statistics[key]),
            source_id=whole.source_id,
            part=True,
        )
        for key, row in ds.records("complexes").items()
        if row["part_of"] == whole.complex_id and key in statistics
    ]


def _unknown(claims: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str | None, str], ...]:
    """Find what was expected of a plan and is not there."""
    there = {
        (row["measure_id"], part, StatusClass.of(row["status"]))
        for row in claims
        if row["scope"] in WHOLE and not row["misprint"]
        for part in ({Component.LOCAL.value} if row["component"] in LOCAL else {row["component"]})
    }
    return tuple(
        (measure, component, classes[0])
        for measure, component, classes in _EXPECTED
        if not any((measure, component, group) in there for group in classes)
    )


def _oldest_first(ds: Dataset, sources: list[str]) -> tuple[str, ...]:
    records = {key: ds.record("sources", key) for key in dict.fromkeys(sources)}
    return tuple(sorted(records, key=lambda key: (day_of(records[key]["published"]), key)))
