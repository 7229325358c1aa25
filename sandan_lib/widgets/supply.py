"""Which kinds of comparable figures there are, and of whom: what makes an option grey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from weakref import WeakKeyDictionary

from sandan_lib.compare.question import years_of
from sandan_lib.dataset import Dataset, cells_of
from sandan_lib.model import Basis, StatusClass

__all__ = ["RELATIVE", "Kind", "Supply", "fullest", "supply"]

RELATIVE = (Basis.SHARE, Basis.CHANGE_RATE)
# Measure, component, status class, basis.
Kind: TypeAlias = tuple[str, str | None, str, str]


@dataclass(frozen=True, slots=True)
class Supply:
    """How many selections have a kind of figure, and which releases print it.

    Attributes
    ----------
    selections : frozenset of str
        Selections of which a text prints such a figure.
    prints : frozenset of (str, str)
        Selection and release.
    """

    selections: frozenset[str]
    prints: frozenset[tuple[str, str]]


_NONE = Supply(frozenset(), frozenset())
# Kept as long as the data themselves: of a large package nothing else is remembered.
_KEPT: WeakKeyDictionary[Dataset, Mapping[Kind, tuple[Supply, ...]]] = WeakKeyDictionary()


def supply(ds: Dataset) -> Mapping[Kind, tuple[Supply, ...]]:
    """Tell which kinds of comparable figures there are.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.

    Returns
    -------
    Mapping of tuple to tuple of Supply
        (measure, component, status class, basis) → who has it, of claims that speak of whole plans
        and are no misprints; of annual figures one for each year, which are not compared with each
        other, in order of years.
    """
    if ds not in _KEPT:
        _KEPT[ds] = _supply(ds)
    return _KEPT[ds]


def _supply(ds: Dataset) -> Mapping[Kind, tuple[Supply, ...]]:
    claims = ds.peek("claims")
    whole = (claims["scope"] == "plan") & claims["selection_id"].notna() & ~claims["misprint"]
    own = claims[whole.fillna(value=False).astype(bool)]
    own = own.assign(year=years_of(own).where(own["basis"] == Basis.ANNUAL.value))
    columns = ["measure_id", "component", "status", "basis", "unit", "selection_id", "origin_id", "year"]
    own = own[columns].drop_duplicates()
    units = {key: row["unit"] for key, row in ds.records("measures").items()}
    classes = {str(status): StatusClass.of(status).value for status in own["status"].unique()}
    gathered: dict[Kind, dict[str, set[tuple[str, str]]]] = {}
    cells = zip(*(cells_of(own[name]) for name in columns), strict=True)
    for measure, component, status, basis, unit, selection, origin, year in cells:
        single = basis != Basis.ANNUAL or year.isdigit()
        if single and unit == ("percent" if basis in RELATIVE else units[measure]):
            kind = (measure, component, classes[status], basis)
            gathered.setdefault(kind, {}).setdefault(year or "", set()).add((selection, origin))
    return {
        kind: tuple(
            Supply(frozenset(selection for selection, _ in prints), frozenset(prints))
            for _, prints in sorted(years.items())
        )
        for kind, years in gathered.items()
    }


def fullest(ds: Dataset, kind: Kind, among: frozenset[str]) -> Supply:
    """Give what is compared among some selections: of annual figures, the year that most have.

    The year that :func:`sandan_lib.compare` takes by default, without comparing; a test holds them
    together over all options.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    kind : tuple
        Measure, component, status class, basis.
    among : frozenset of str
        Selections.

    Returns
    -------
    Supply
        Of all selections, not only of these; empty where there is none.
    """
    found = supply(ds).get(kind, ())[::-1]  # the newest first: `max` takes the first of equals
    return max(found, key=lambda held: len(held.selections & among), default=_NONE)
