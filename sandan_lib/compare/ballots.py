"""Which claim speaks for a cell, and between what figures: all cells of a comparison at once.

The release decides, not the reprint: claims of one origin are one piece of evidence, dated by its
first appearance and spoken for by its most precise printing. Otherwise a mayor's rounding a month
later would displace the figure it rounds. Where only month or year is known, a release is the
latest, or the first, only if it is so on every day it can mean.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from sandan_lib.compare.evidence import rounds, significant_digits
from sandan_lib.dataset import Dataset
from sandan_lib.model import Rule, first_possible_day, last_possible_day

__all__ = ["PRINT", "Ballots", "Outcome", "choose"]

# What choosing needs of a claim.
PRINT = ("origin_id", "value", "value_high", "qualifier", "published", "claim_id", "source_id")
_AUTHORITY_ORDER = ("central", "regional", "agency", "assembly", "press")
_NEVER = dt.date.max.toordinal()
_Claim = TypeVar("_Claim", bound=Mapping[str, Any])
Numbers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Release: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the claims of one cell come to.

    Attributes
    ----------
    speaker, low, high : int
        Rows of the claim that speaks, and of those with the lowest and the highest figure.
    claims, origins : int
        How many claims and releases there are.
    """

    speaker: int
    low: int
    high: int
    claims: int
    origins: int


class Ballots:
    """The claims that answer a question, by cell and release.

    There may be hundreds of thousands, so they are kept as columns and counted as arrays; a row is
    a claim's place in these columns.

    Parameters
    ----------
    cells : sequence of str
        The cell of each claim.
    prints : Mapping of str to sequence
        The columns ``PRINT`` of the claims.
    """

    def __init__(self, cells: Sequence[str], prints: Mapping[str, Sequence[Any]]) -> None:
        self._prints = prints
        self._cells, self._cell = _coded(cells)
        self._origins, origin = _coded(prints["origin_id"])
        keys = self._cell * max(len(self._origins), 1) + origin
        self._keys, self._release, self._sizes = np.unique(keys, return_inverse=True, return_counts=True)
        self._cell_of, self._origin_of = np.divmod(self._keys, max(len(self._origins), 1))
        highs = prints["value_high"]
        ranged = [row for row, high in enumerate(highs) if high is not None]
        self._universe, ranks = _coded([*prints["value"], *(highs[row] for row in ranged)])
        self._value, self._upper = ranks[: len(cells)], ranks[: len(cells)].copy()
        self._upper[ranged] = ranks[len(cells) :]
        self._ranged = np.zeros(len(cells), dtype=bool)
        self._ranged[ranged] = True
        pairs = [_days(date) for date in prints["published"]]
        # First and last day that a claim's date can mean.
        self._first, self._last = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        # Of equal claims the one of the least id is taken.
        self._place = np.empty(len(cells), dtype=np.int64)
        self._place[sorted(range(len(cells)), key=prints["claim_id"].__getitem__)] = np.arange(len(cells))

    def print(self, row: int) -> dict[str, Any]:
        """Give the columns ``PRINT`` of a row."""
        return {name: column[row] for name, column in self._prints.items()}

    def upper_end(self, row: int) -> Any:
        """Give a row's figure, or the upper end of a printed range."""
        return self._universe[self._upper[row]]

    @functools.cached_property
    def releases(self) -> list[Release]:
        """The cells and origins of all releases, in the order of their numbers."""
        pairs = zip(self._cell_of.tolist(), self._origin_of.tolist(), strict=True)
        return [(self._cells[cell], self._origins[origin]) for cell, origin in pairs]

    def with_zero(self) -> set[Release]:
        """Give the releases that print a zero: nothing can be divided by them."""
        zero = np.array([not value for value in self._universe], dtype=bool)[self._value]
        releases = self.releases
        return {releases[number] for number in np.unique(self._release[zero]).tolist()}

    def has(self, cells: Sequence[str], origins: Sequence[str]) -> Flags:
        """Tell of each pair of a cell and an origin whether it is a release here."""
        return np.asarray(self._numbers(cells, origins) >= 0)

    def within(self, wanted: Iterable[Release]) -> Flags:
        """Mark the claims that belong to some releases."""
        pairs = list(wanted)
        numbers = self._numbers([cell for cell, _ in pairs], [origin for _, origin in pairs])
        marked = np.zeros(len(self._keys), dtype=bool)
        marked[numbers[numbers >= 0]] = True
        return np.asarray(marked[self._release])

    def _numbers(self, cells: Sequence[str], origins: Sequence[str]) -> Numbers:
        """Give the numbers of releases; -1 for what is none here."""
        cell = _places(self._cell_places, cells)
        origin = _places(self._origin_places, origins)
        keys = _places(pd.Index(self._keys), cell * max(len(self._origins), 1) + origin)
        return np.where((cell >= 0) & (origin >= 0), keys, -1)

    @functools.cached_property
    def _cell_places(self) -> pd.Index[Any]:
        places: pd.Index[Any] = pd.Index(self._cells, dtype=object)
        return places

    @functools.cached_property
    def _origin_places(self) -> pd.Index[Any]:
        places: pd.Index[Any] = pd.Index(self._origins, dtype=object)
        return places

    def only(self, wanted: Iterable[Release]) -> Ballots:
        """Give the claims of some releases alone."""
        rows = np.flatnonzero(self.within(wanted)).tolist()
        prints = {name: [column[row] for row in rows] for name, column in self._prints.items()}
        return Ballots([self._cells[self._cell[row]] for row in rows], prints)

    def outcomes(self, ds: Dataset, rule: Rule) -> dict[str, Outcome]:
        """Choose for every cell the claim that speaks, and those that bound it.

        Parameters
        ----------
        ds : Dataset
            For the authority of sources.
        rule : Rule
            Newest release, oldest, or that of the highest authority.

        Returns
        -------
        dict of str to Outcome
        """
        rows = np.flatnonzero(self._own())
        low = rows[_first_of(self._cell[rows], self._value[rows], self._place[rows])]
        high = rows[_first_of(self._cell[rows], -self._upper[rows], self._place[rows])]
        columns = (
            *(self.speaking(ds, rule), low, high),
            *(np.bincount(self._cell), np.bincount(self._cell_of)),
        )
        outcomes = zip(*(column.tolist() for column in columns), strict=True)
        return {cell: Outcome(*outcome) for cell, outcome in zip(self._cells, outcomes, strict=True)}

    def speaking(self, ds: Dataset, rule: Rule) -> Numbers:
        """Give the row of the claim that speaks for each cell."""
        return np.asarray(self._speakers()[self._speaking(ds, rule)])

    def speakers(self) -> dict[Release, int]:
        """Give the row of the claim that speaks for each release: its most precise printing."""
        return dict(zip(self.releases, self._speakers().tolist(), strict=True))

    def figures(self) -> dict[Release, list[int]]:
        """Give the rows of each release's figures; a rounding of one is no figure of its own."""
        releases = self.releases
        found: dict[Release, list[int]] = {}
        for row in np.flatnonzero(self._own()).tolist():
            found.setdefault(releases[self._release[row]], []).append(row)
        return found

    def _own(self) -> Flags:
        """Mark the claims that print a figure of their own, and not a rounding in their release."""
        order = np.lexsort((self._place, self._ranged, self._upper, self._value, self._release))
        columns = (self._release, self._value, self._upper, self._ranged)
        repeated = np.ones(len(order) - 1 if len(order) else 0, dtype=bool)
        for column in columns:
            repeated &= column[order][1:] == column[order][:-1]
        own = np.ones(len(order), dtype=bool)
        own[order[1:][repeated]] = False
        several = (np.bincount(self._release[own]) > 1)[self._release] & own
        by_release: dict[int, list[int]] = {}
        for row in np.flatnonzero(several).tolist():
            by_release.setdefault(int(self._release[row]), []).append(row)
        for rows in by_release.values():
            own[self._roundings(rows)] = False
        return own

    def _roundings(self, rows: Iterable[int]) -> list[int]:
        values, highs = self._prints["value"], self._prints["value_high"]
        kept: list[int] = []
        found: list[int] = []
        for row in sorted(rows, key=lambda row: -significant_digits(values[row])):
            figure = (values[row], highs[row])
            rounding = any(rounds(figure, (values[fine], highs[fine])) for fine in kept)
            (found if rounding else kept).append(row)
        return found

    def _speakers(self) -> Numbers:
        """Give each release's most precise claim: most digits, exact, earliest, last id."""
        found = _first_of(self._release)
        rows = np.flatnonzero((self._sizes > 1)[self._release])
        of_rows = rows.tolist()
        digits = [significant_digits(self._prints["value"][row]) for row in of_rows]
        vague = [self._prints["qualifier"][row] != "exact" for row in of_rows]
        dates = np.where(self._last > 0, self._last, _NEVER)[rows]
        several, releases = np.unique(self._release[rows], return_inverse=True)
        best = _first_of(
            releases,
            -np.array(digits, dtype=np.int64),
            np.array(vague, dtype=bool),
            dates,
            -self._place[rows],
        )
        found[several] = rows[best]
        return found

    def _speaking(self, ds: Dataset, rule: Rule) -> Numbers:
        """Give the release that speaks for each cell."""
        first, last = self._released()
        eligible = self._official(ds) if rule is Rule.OFFICIAL else np.ones(len(first), dtype=bool)
        # An undated release can be neither first nor last while dated ones are there.
        dated = eligible & (first > 0)
        has_dated = np.zeros(len(self._cells), dtype=bool)
        has_dated[self._cell_of[dated]] = True
        eligible &= dated | ~has_dated[self._cell_of]
        places = np.flatnonzero(eligible)
        first, last, origin = first[places], last[places], self._origin_of[places]
        keys = (last, first, origin) if rule is Rule.FIRST else (-first, -last, -origin)
        return places[_first_of(self._cell_of[places], *keys)]

    def _released(self) -> tuple[Numbers, Numbers]:
        """Give the first and last day on which each release can have appeared; 0 for undated ones."""
        found = []
        for days in (self._first, self._last):
            earliest = np.full(len(self._sizes), _NEVER)
            np.minimum.at(earliest, self._release, np.where(days > 0, days, _NEVER))
            found.append(np.where(earliest < _NEVER, earliest, 0))
        return found[0], found[1]

    def _official(self, ds: Dataset) -> Flags:
        """Mark the releases that the highest authority of their cell prints."""
        sources = self._prints["source_id"]
        known = {key: _AUTHORITY_ORDER.index(ds.record("sources", key)["authority"]) for key in set(sources)}
        authority = np.array([known[key] for key in sources], dtype=np.int64)
        of_release = np.full(len(self._sizes), len(_AUTHORITY_ORDER))
        np.minimum.at(of_release, self._release, authority)
        of_cell = np.full(len(self._cells), len(_AUTHORITY_ORDER))
        np.minimum.at(of_cell, self._cell_of, of_release)
        return np.asarray(of_release == of_cell[self._cell_of])


def _coded(values: Sequence[Any]) -> tuple[list[Any], Numbers]:
    """Give the different values in order, and the place of each value among them."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    codes, known = pd.factorize(column)
    order = sorted(range(len(known)), key=known.__getitem__)
    places = np.empty(len(known), dtype=np.int64)
    places[order] = np.arange(len(known))
    return [known[place] for place in order], np.asarray(places[codes])


def _places(known: pd.Index[Any], asked: Any) -> Numbers:
    """Give the place of each asked value among the known ones; -1 for unknown ones."""
    return np.asarray(known.get_indexer(pd.Index(asked, dtype=known.dtype)), dtype=np.int64)


def _first_of(group: Numbers, *keys: npt.NDArray[Any]) -> Numbers:
    """Give the row of each group (0, 1, 2 …) that is least by ``keys``; the first of equal ones."""
    order = np.lexsort((*reversed(keys), group))
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    return np.asarray(order[starts])


@functools.lru_cache(maxsize=1 << 16)
def _days(published: str | None) -> tuple[int, int]:
    """Give the first and last day that a date can mean, as numbers; (0, 0) for none."""
    if not published:
        return 0, 0
    return first_possible_day(published).toordinal(), last_possible_day(published).toordinal()


def choose(claims: Sequence[_Claim], ds: Dataset, rule: Rule) -> _Claim:
    """Choose the claim that speaks for a cell.

    What :class:`Ballots` does for hundreds of thousands as arrays, here for a handful; a test holds the
    two against each other.

    Parameters
    ----------
    claims : sequence of Mapping
        Admissible claims of one cell.
    ds : Dataset
        For the authority of sources.
    rule : Rule
        How to choose; see :class:`Ballots`.

    Returns
    -------
    Mapping
        One of ``claims``.
    """
    if len(claims) == 1:
        return claims[0]
    releases: dict[str, list[_Claim]] = {}
    for claim in claims:
        releases.setdefault(claim["origin_id"], []).append(claim)
    if rule is Rule.OFFICIAL:
        ranks = {key: min(map(functools.partial(_authority, ds), of)) for key, of in releases.items()}
        best = min(ranks.values())
        releases = {key: of for key, of in releases.items() if ranks[key] == best}
    spans = {key: _span(of) for key, of in releases.items()}
    # An undated release can be neither first nor last while dated ones are there.
    dated = {key: span for key, span in spans.items() if span[0]} or spans
    if rule is Rule.FIRST:
        origin = min(dated, key=lambda key: (dated[key][1], dated[key][0], key))
    else:
        origin = max(dated, key=lambda key: (*dated[key], key))
    return max(releases[origin], key=_precision)


def _span(release: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Give the first and last day on which a release can have appeared; (0, 0) for an undated one."""
    days = [_days(claim["published"]) for claim in release if claim["published"]]
    return (min(first for first, _ in days), min(last for _, last in days)) if days else (0, 0)


def _authority(ds: Dataset, claim: Mapping[str, Any]) -> int:
    return _AUTHORITY_ORDER.index(ds.record("sources", claim["source_id"])["authority"])


def _precision(claim: Mapping[str, Any]) -> tuple[int, bool, int, str]:
    """Prefer most digits, then exact, then earliest, then the last id."""
    last = _days(claim["published"])[1] or _NEVER
    return significant_digits(claim["value"]), claim["qualifier"] == "exact", -last, claim["claim_id"]
