"""Which claim speaks for a cell, and which claims say something of their own."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Container
from decimal import Decimal
from typing import Any, TypeAlias

from sandan_lib.dataset import Dataset
from sandan_lib.model import Rule, first_possible_day, last_possible_day

__all__ = ["PRINT", "Ballot", "choose", "restates", "significant_digits", "upper_end"]

# A figure and, for a printed range, its upper end.
Figure: TypeAlias = tuple[Any, Any]
_AUTHORITY_ORDER = ("central", "regional", "agency", "assembly", "press")


@functools.lru_cache(maxsize=65536)
def significant_digits(value: int | Decimal) -> int:
    """Count the digits that a printed number commits itself to.

    Examples
    --------
    >>> significant_digits(992_600_000_000), significant_digits(990_000_000_000)
    (4, 2)
    """
    return len(str(abs(value)).replace(".", "").strip("0")) or 1


def restates(coarse: dict[str, Any], fine: dict[str, Any]) -> bool:
    """Tell whether one printing is the other, or a rounding of it.

    Parameters
    ----------
    coarse, fine : dict
        Claims of one release, ``fine`` with at least as many digits.

    Returns
    -------
    bool

    Examples
    --------
    >>> restates({"value": 990_000_000_000}, {"value": 992_600_000_000})
    True
    >>> restates({"value": 263_800_000_000}, {"value": 363_800_000_000})
    False
    >>> restates({"value": 1_000_000_000_000}, {"value": 210_000_000_000})
    False
    """
    return _rounds((coarse["value"], coarse.get("value_high")), (fine["value"], fine.get("value_high")))


def _rounds(coarse: Figure, fine: Figure) -> bool:
    if coarse[0] == fine[0]:
        return bool(coarse[1] == fine[1])
    digits = significant_digits(coarse[0])
    ranges = coarse[1] is not None or fine[1] is not None
    if ranges or digits >= significant_digits(fine[0]):
        return False
    difference = fine[0] - coarse[0]
    last = Decimal(10) ** (Decimal(coarse[0] or 1).adjusted() - digits + 1)
    # A cut is below by less than one unit of the last digit printed, a rounding off by at most half.
    return bool(-last / 2 <= difference < last)


# A claim of a cell as a plain tuple of these columns: there may be hundreds of thousands.
PRINT = ("origin_id", "value", "value_high", "qualifier", "published", "claim_id", "source_id")
_ORIGIN, _VALUE, _HIGH, _QUALIFIER, _PUBLISHED, _CLAIM, _SOURCE = range(len(PRINT))
Print: TypeAlias = tuple[Any, ...]


class Ballot:
    """The claims of one cell, by release.

    The release decides, not the reprint: claims of one origin are one piece of evidence, dated
    by its first appearance and spoken for by its most precise printing. Otherwise a mayor's
    rounding a month later would displace the figure it rounds. Where only month or year is
    known, a release is the latest, or the first, only if it is so on every day it can mean.
    """

    __slots__ = ("prints", "released")

    def __init__(self) -> None:
        self.prints: dict[str, list[Print]] = {}
        # First and last day on which a release can have appeared; (0, 0) while no print is dated.
        self.released: dict[str, tuple[int, int]] = {}

    def add(self, row: Print) -> None:
        """Enter a claim (a tuple of ``PRINT``) under its release."""
        origin, days = row[_ORIGIN], _days(row[_PUBLISHED])
        prints = self.prints.get(origin)
        if prints is None:
            self.prints[origin] = [row]
            self.released[origin] = days
            return
        prints.append(row)
        known = self.released[origin]
        if days != known and days[0]:
            self.released[origin] = (min(days[0], known[0]), min(days[1], known[1])) if known[0] else days

    def speaker(self, ds: Dataset, rule: Rule) -> Print:
        """Choose the claim that speaks for the cell."""
        released = self.released
        if len(released) == 1:
            (origin,) = released
        else:
            # An undated release can be neither first nor last while dated ones are there.
            candidates = {origin: days for origin, days in released.items() if days[0]} or released
            if rule is Rule.OFFICIAL:
                candidates = self._official(ds)
            if rule is Rule.FIRST:
                origin = min((last, first, origin) for origin, (first, last) in candidates.items())[2]
            else:
                origin = max((first, last, origin) for origin, (first, last) in candidates.items())[2]
        prints = self.prints[origin]
        return prints[0] if len(prints) == 1 else max(prints, key=_precision)

    def _official(self, ds: Dataset) -> dict[str, tuple[int, int]]:
        """Give the releases that the highest authority prints, dated ones if there are any."""
        authorities = {
            origin: min(
                _AUTHORITY_ORDER.index(ds.record("sources", row[_SOURCE])["authority"]) for row in prints
            )
            for origin, prints in self.prints.items()
        }
        best = min(authorities.values())
        official = {origin: self.released[origin] for origin, rank in authorities.items() if rank == best}
        return {origin: days for origin, days in official.items() if days[0]} or official

    def figures(self) -> list[Print]:
        """Give a claim for each figure: one that only rounds another of its release is no doubt."""
        found: list[Print] = []
        for prints in self.prints.values():
            if len(prints) == 1:
                found += prints
                continue
            kept: list[Print] = []
            ordered = sorted(prints, key=lambda row: str(row[_CLAIM]), reverse=True)
            figures = {row[_VALUE : _HIGH + 1]: row for row in ordered}
            for figure, row in sorted(figures.items(), key=lambda item: -significant_digits(item[0][0])):
                if not any(_rounds(figure, fine[_VALUE : _HIGH + 1]) for fine in kept):
                    kept.append(row)
            found += kept
        return found

    def bounds(self) -> tuple[Print, Print]:
        """Give the claims with the lowest and the highest admissible figure."""
        figures = self.figures()
        low = min(figures, key=lambda row: (row[_VALUE], row[_CLAIM]))
        return low, min(figures, key=lambda row: (-upper_end(row), row[_CLAIM]))

    def only(self, origins: Container[str]) -> Ballot:
        """Give the claims of some releases alone."""
        part = Ballot()
        part.prints = {origin: prints for origin, prints in self.prints.items() if origin in origins}
        part.released = {origin: self.released[origin] for origin in part.prints}
        return part


def upper_end(row: Print) -> Any:
    """Give a figure, or the upper end of a printed range."""
    return row[_VALUE] if row[_HIGH] is None else row[_HIGH]


def _precision(row: Print) -> tuple[int, bool, int, str]:
    return (
        significant_digits(row[_VALUE]),
        row[_QUALIFIER] == "exact",
        -(_days(row[_PUBLISHED])[1] or dt.date.max.toordinal()),
        row[_CLAIM],
    )


@functools.lru_cache(maxsize=65536)
def _days(published: str | None) -> tuple[int, int]:
    """Give the first and last day that a date can mean, as numbers; (0, 0) for none."""
    if not published:
        return 0, 0
    return first_possible_day(published).toordinal(), last_possible_day(published).toordinal()


def choose(claims: list[dict[str, Any]], ds: Dataset, rule: Rule) -> dict[str, Any]:
    """Choose the claim that speaks for a cell.

    Parameters
    ----------
    claims : list of dict
        Admissible claims of one cell.
    ds : Dataset
        For the authority of sources.
    rule : Rule
        How to choose; see :class:`Ballot`.

    Returns
    -------
    dict
        One of ``claims``.
    """
    ballot = Ballot()
    for claim in claims:
        ballot.add(tuple(claim[column] for column in PRINT))
    chosen = ballot.speaker(ds, rule)[_CLAIM]
    return next(claim for claim in claims if claim["claim_id"] == chosen)
