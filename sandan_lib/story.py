"""One region's programmes beside each other: what happened when, and over which years money was planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandan_lib.compare import choose
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.errors import UnknownSelection
from sandan_lib.model import Basis, Rule, Scope, StatusClass, last_possible_day
from sandan_lib.profile import Profile, profile

__all__ = ["Story", "around", "story"]

_PARTS = ("total", "national", "local", "provincial", "municipal", "private")


@dataclass(frozen=True, eq=False, repr=False)
class Story:
    """The programmes of one region.

    Attributes
    ----------
    dataset : Dataset
        The data, of one vintage.
    region_id : str
        The region.
    plan : Profile or None
        Its renewal plan; none where the vintage lies before the selection.
    why_ko, why_en : str
        Why there is no plan; else empty.
    programmes : tuple of str
        Programmes with an event or a sum of money, in order of their first event.
    events : tuple of dict
        Events of the region, oldest first, each with its ``number``.
    money : tuple of dict
        Whole sums of the programmes, one per release: ``programme_id``, ``complex_id``, ``first``, and
        under ``parts`` the claims by component.
    sources : tuple of str
        Sources of events and money.
    """

    dataset: Dataset
    region_id: str
    plan: Profile | None
    why_ko: str
    why_en: str
    programmes: tuple[str, ...]
    events: tuple[dict[str, Any], ...]
    money: tuple[dict[str, Any], ...]
    sources: tuple[str, ...]

    def __repr__(self) -> str:
        """Say whose story it is."""
        return f"<Story of {self.region_id}: {len(self.events)} events, {len(self.money)} sums>"


def story(ds: Dataset, region: str, round_year: int) -> Story:
    """Gather the programmes of a region around its renewal plan.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    region : str
        Any spelling of a region.
    round_year : int
        Round of its renewal plan. Before the selection the story has no plan, and says so.

    Returns
    -------
    Story

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = story(load(), "충북", 2022)
    >>> found.programmes[0], found.plan is None
    ('competitiveness-district', False)
    >>> story(load().as_of("2020-06-30"), "충북", 2022).why_en
    'Chungbuk had not been selected by 2020-06-30; it was selected on 2022-04-26.'
    """
    region_id = ds.region(region)
    plan, why = None, ("", "")
    try:
        plan = profile(ds, region, round_year)
    except UnknownSelection as error:
        why = error.ko, error.en
    own = ds.peek("events")
    own = own[(own["region_id"] == region_id).fillna(value=False)]
    dated = sorted(rows_of(own), key=lambda row: (last_possible_day(row["date"]), row["event_id"]))
    return _told(ds, region_id, plan, why, (dated, _money(ds, region_id)))


def around(plan: Profile) -> Story:
    """Gather the programmes around one plan: its own events, those of its round, its neighbours'.

    Parameters
    ----------
    plan : Profile
        Of one selection. What belongs to another plan of the same region stays out.

    Returns
    -------
    Story
        Its events are the plan's, numbered in their order.

    Examples
    --------
    >>> from sandan_lib import load, profile
    >>> plan = profile(load(), "경북", 2020)
    >>> found = around(plan)
    >>> [row["event_id"] for row in found.events] == list(plan.events["event_id"])
    True
    """
    ds, key = plan.dataset, plan.selection.selection_id
    money = tuple(
        item
        for item in _money(ds, plan.selection.region_id)
        if {part["selection_id"] for part in item["parts"].values()} <= {key, None}
    )
    return _told(ds, plan.selection.region_id, plan, ("", ""), (rows_of(plan.events), money))


def _told(
    ds: Dataset,
    region_id: str,
    plan: Profile | None,
    why: tuple[str, str],
    found: tuple[list[dict[str, Any]], tuple[dict[str, Any], ...]],
) -> Story:
    dated, money = found
    events = tuple(row | {"number": number} for number, row in enumerate(dated, 1))
    order = [row["programme_id"] for row in (*events, *money)]
    sources = [row["source_id"] for row in events]
    sources += [source for item in money for part in item["parts"].values() for source in part["sources"]]
    return Story(
        dataset=ds,
        region_id=region_id,
        plan=plan,
        why_ko=why[0],
        why_en=why[1],
        programmes=tuple(dict.fromkeys(key for key in order if key)),
        events=events,
        money=money,
        sources=tuple(dict.fromkeys(sources)),
    )


def _money(ds: Dataset, region_id: str) -> tuple[dict[str, Any], ...]:
    """Give whole sums of the region's programmes by release; parts and sub-projects stay out."""
    groups: dict[tuple[Any, ...], dict[str, list[Mapping[str, Any]]]] = {}
    for row in ds.records("claims").values():
        if (row["region_id"], row["measure_id"], row["scope"]) != (region_id, "budget", Scope.PLAN):
            continue
        if row["misprint"] or row["basis"] not in (Basis.CUMULATIVE, Basis.ANNUAL):
            continue
        whose = (row["programme_id"], row["complex_id"], row["origin_id"], StatusClass.of(row["status"]))
        # One release may speak of two phases; a text that names no years repeats one that does.
        years = row["period_end"] if row["programme_id"] == "innovation-cluster" else None
        parts = groups.setdefault((*whose, row["basis"], years), {})
        parts.setdefault(row["component"], []).append(row)
    found = []
    for (programme, complex_id, *_), parts in groups.items():
        every = [row for rows in parts.values() for row in rows]
        dates = sorted((row["published"] for row in every if row["published"]), key=last_possible_day)
        speaking = {part: _speaker(ds, parts[part]) for part in _PARTS if part in parts}
        item = {"programme_id": programme, "complex_id": complex_id, "parts": speaking}
        found.append(item | {"first": dates[0] if dates else None})
    return tuple(sorted(found, key=lambda item: (item["programme_id"], item["first"] or "9999")))


def _speaker(ds: Dataset, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    sources = tuple(dict.fromkeys(row["source_id"] for row in rows))
    return {**choose(rows, ds, Rule.FIRST), "sources": sources}
