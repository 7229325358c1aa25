"""Which claim speaks for a cell, and which claims say something of their own."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import Decimal
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.model import Rule, last_possible_day

__all__ = ["choose", "distinct_figures", "restates", "significant_digits"]

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
    if coarse["value"] == fine["value"]:
        return bool(coarse.get("value_high") == fine.get("value_high"))
    digits = significant_digits(coarse["value"])
    ranges = coarse.get("value_high") is not None or fine.get("value_high") is not None
    if ranges or digits >= significant_digits(fine["value"]):
        return False
    difference = fine["value"] - coarse["value"]
    last = Decimal(10) ** (Decimal(coarse["value"] or 1).adjusted() - digits + 1)
    # A cut is below by less than one unit of the last digit printed, a rounding off by at most half.
    return bool(-last / 2 <= difference < last)


def choose(claims: list[dict[str, Any]], ds: Dataset, rule: Rule) -> dict[str, Any]:
    """Choose the claim that speaks for a cell.

    The release decides, not the reprint: claims of one origin are one piece of evidence,
    dated by its first appearance and spoken for by its most precise printing. Otherwise a
    mayor's rounding a month later would displace the figure it rounds.

    Parameters
    ----------
    claims : list of dict
        Admissible claims of one cell.
    ds : Dataset
        For the authority of sources.
    rule : Rule
        How to choose.

    Returns
    -------
    dict
        One of ``claims``.
    """
    if len(claims) == 1:
        return claims[0]
    released: dict[str, int] = {}  # origin → day of its first dated print, 0 while none is dated
    for claim in claims:
        day, origin = _ordinal(claim["published"]), claim["origin_id"]
        known = released.get(origin, 0)
        released[origin] = min(day, known) if day and known else day or known
    # An undated release can be neither first nor last while dated ones are there.
    candidates = {origin: day for origin, day in released.items() if day} or released
    if rule is Rule.OFFICIAL:
        authorities = _authorities(claims, ds)
        best = min(authorities.values())
        official = {origin: released[origin] for origin in authorities if authorities[origin] == best}
        candidates = {origin: day for origin, day in official.items() if day} or official
    pick = min if rule is Rule.FIRST else max
    chosen = pick((day, origin) for origin, day in candidates.items())[1]
    return max(
        (claim for claim in claims if claim["origin_id"] == chosen),
        key=lambda claim: (
            significant_digits(claim["value"]),
            claim["qualifier"] == "exact",
            -(_ordinal(claim["published"]) or dt.date.max.toordinal()),
            claim["claim_id"],
        ),
    )


@functools.lru_cache(maxsize=65536)
def _ordinal(published: str | None) -> int:
    """Give the last day that a date can mean, as a number; 0 for none."""
    return last_possible_day(published).toordinal() if published else 0


def _authorities(claims: list[dict[str, Any]], ds: Dataset) -> dict[str, int]:
    """Give the highest authority that prints each release (0 is the highest)."""
    found: dict[str, int] = {}
    for claim in claims:
        rank = _AUTHORITY_ORDER.index(ds.record("sources", claim["source_id"])["authority"])
        found[claim["origin_id"]] = min(rank, found.get(claim["origin_id"], rank))
    return found


def distinct_figures(claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out claims that only round another one of their release: a rounding is no doubt."""
    origins: dict[str, dict[Any, dict[str, Any]]] = {}
    for claim in claims:  # of equal prints of a release one is enough
        figure = (claim["value"], claim["value_high"])
        origins.setdefault(claim["origin_id"], {}).setdefault(figure, claim)
    found: list[dict[str, Any]] = []
    for figures in origins.values():
        if len(figures) == 1:
            found += figures.values()
            continue
        kept: list[dict[str, Any]] = []
        for claim in sorted(figures.values(), key=lambda claim: -significant_digits(claim["value"])):
            if not any(restates(claim, fine) for fine in kept):
                kept.append(claim)
        found += kept
    return found
