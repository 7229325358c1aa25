"""When one printing of a figure is another one, or only a rounding of it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

__all__ = ["Figure", "claims_behind", "restates", "rounds", "significant_digits"]

_BEHIND = ("claim_id", "low_claim_id", "high_claim_id", "per_claim_id")

# A figure and, for a printed range, its upper end.
Figure: TypeAlias = tuple[Any, Any]


@functools.lru_cache(maxsize=65536)
def significant_digits(value: int | Decimal) -> int:
    """Count the digits that a printed number commits itself to.

    Examples
    --------
    >>> significant_digits(992_600_000_000), significant_digits(990_000_000_000)
    (4, 2)
    """
    return len(str(abs(value)).replace(".", "").strip("0")) or 1


def claims_behind(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Give the claims that some figures come from: the chosen, the lowest, the highest, the denominators.

    Parameters
    ----------
    rows : iterable of Mapping
        Rows of a comparison, as dicts (missing cells ``None`` or absent); those without a figure
        give nothing.

    Returns
    -------
    tuple of str
        Claim ids, each once, the chosen ones first.

    Examples
    --------
    >>> row = {"claims": 2, "claim_id": "c00001", "low_claim_id": "c00007", "high_claim_id": "c00001"}
    >>> claims_behind([row, {"claims": 0}])
    ('c00001', 'c00007')
    """
    known = [row for row in rows if row["claims"]]
    found = (row.get(column) for column in _BEHIND for row in known)
    return tuple(dict.fromkeys(key for key in found if key))


def restates(coarse: Mapping[str, Any], fine: Mapping[str, Any]) -> bool:
    """Tell whether one printing is the other, or a rounding of it.

    Parameters
    ----------
    coarse, fine : Mapping
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
    return rounds((coarse["value"], coarse.get("value_high")), (fine["value"], fine.get("value_high")))


def rounds(coarse: Figure, fine: Figure) -> bool:
    """Tell the same of two figures, each with its upper end where it is a range."""
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
