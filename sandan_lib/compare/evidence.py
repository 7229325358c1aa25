"""Which claim speaks for a cell, and which claims say something of their own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.model import Rule, last_possible_day

__all__ = ["choose", "distinct_figures", "restates", "significant_digits"]

_AUTHORITY_ORDER = ("central", "regional", "agency", "assembly", "press")


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
    origins: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        origins.setdefault(claim["origin_id"], []).append(claim)

    def day(claim: dict[str, Any]) -> dt.date:
        text = claim["published"]
        return last_possible_day(text) if isinstance(text, str) else dt.date.min

    def released(origin: str) -> dt.date:
        return min((day(claim) for claim in origins[origin] if day(claim) > dt.date.min), default=dt.date.min)

    def authority(origin: str) -> int:
        return min(
            _AUTHORITY_ORDER.index(ds.record("sources", claim["source_id"])["authority"])
            for claim in origins[origin]
        )

    ordered = sorted(origins, key=lambda origin: (released(origin), origin))
    # An undated release can be neither first nor last while dated ones are there.
    dated = [origin for origin in ordered if released(origin) > dt.date.min] or ordered
    if rule is Rule.OFFICIAL:
        best = min(authority(origin) for origin in ordered)
        dated = [origin for origin in dated if authority(origin) == best] or [
            origin for origin in ordered if authority(origin) == best
        ]
    origin = dated[0] if rule is Rule.FIRST else dated[-1]
    return max(
        origins[origin],
        key=lambda claim: (
            significant_digits(claim["value"]),
            claim["qualifier"] == "exact",
            -(day(claim) if day(claim) > dt.date.min else dt.date.max).toordinal(),
            claim["claim_id"],
        ),
    )


def distinct_figures(claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out claims that only round another one of their release: a rounding is no doubt."""
    found: list[dict[str, Any]] = []
    for claim in sorted(claims, key=lambda claim: -significant_digits(claim["value"])):
        if not any(claim["origin_id"] == fine["origin_id"] and restates(claim, fine) for fine in found):
            found.append(claim)
    return found
