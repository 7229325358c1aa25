"""What the data can and cannot carry: coverage, conflicts and evidence of the core figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sandan_lib.compare.comparison import Comparison, compare
from sandan_lib.dataset import Dataset
from sandan_lib.errors import NotComparable
from sandan_lib.model import StatusClass

__all__ = ["CORE", "Core", "Survey", "survey"]


@dataclass(frozen=True, slots=True)
class Core:
    """One of the questions that every plan should answer.

    Attributes
    ----------
    measure_id : str
        Measure.
    component : str or None
        Whose money.
    status_class : StatusClass
        Planned, secured, target, result.
    basis : str or None
        Basis; the measure's own by default.
    """

    measure_id: str
    component: str | None
    status_class: StatusClass
    basis: str | None = None

    def name(self, ds: Dataset, lang: str) -> str:
        """Name the question: measure, whose money, status, and basis where it matters."""
        words = [ds.name("measures", self.measure_id, lang)]
        if self.component:
            words.append(ds.label("claims", "component", self.component, lang))
        words.append(ds.label("measures", "default_status", self.status_class, lang))
        if self.basis:
            words.append(ds.label("claims", "basis", self.basis, lang))
        return " · ".join(words)


CORE = (
    Core("budget", "total", StatusClass.PLAN),
    Core("budget", "national", StatusClass.PLAN),
    Core("budget", "local", StatusClass.PLAN),
    Core("budget", "private", StatusClass.PLAN),
    Core("budget", "national", StatusClass.SECURED, "annual"),
    Core("subprojects", None, StatusClass.PLAN),
    Core("jobs", None, StatusClass.TARGET),
    Core("output", None, StatusClass.TARGET),
    Core("output", None, StatusClass.TARGET, "level"),
    Core("exports", None, StatusClass.TARGET),
    Core("jobs", None, StatusClass.RESULT),
)


@dataclass(frozen=True, eq=False)
class Survey:
    """The core questions over all selections.

    Attributes
    ----------
    cells : tuple of dict
        One per selection and question: ``core`` (its place in ``CORE``), ``selection_id``,
        ``region_id``, ``round_year``, ``claims``, ``origins``, ``value``, ``low``, ``high``,
        ``claim_id``, ``rank``, ``rank_low``, ``rank_high``.
    comparisons : tuple of (Core, Comparison or None)
        The comparisons behind them; ``None`` where no selection has a figure.
    sources : tuple of str
        Sources of the chosen claims.
    """

    cells: tuple[dict[str, Any], ...]
    comparisons: tuple[tuple[Core, Comparison | None], ...]
    sources: tuple[str, ...]

    def conflicts(self) -> list[dict[str, Any]]:
        """Give the cells whose sources print different figures, most different first."""
        found = [row for row in self.cells if row["claims"] and row["low"] < row["high"]]
        return sorted(found, key=lambda row: row["high"] / row["low"] if row["low"] else 0, reverse=True)


def survey(ds: Dataset) -> Survey:
    """Ask the core questions of all selections.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.

    Returns
    -------
    Survey

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = survey(load())
    >>> len(found.cells) == len(CORE) * 15
    True
    """
    cells: list[dict[str, Any]] = []
    comparisons: list[tuple[Core, Comparison | None]] = []
    sources: dict[str, None] = {}
    for place, core in enumerate(CORE):
        result = _asked(ds, core)
        comparisons.append((core, result))
        sources |= dict.fromkeys(result.sources if result else ())
        rows = result.rows if result else _nothing(ds)
        cells += [{"core": place, **row} for row in rows]
    return Survey(tuple(cells), tuple(comparisons), tuple(sources))


def _asked(ds: Dataset, core: Core) -> Comparison | None:
    try:
        return compare(
            ds, core.measure_id, component=core.component, status=core.status_class, basis=core.basis
        )
    except NotComparable:
        return None


def _nothing(ds: Dataset) -> list[dict[str, Any]]:
    empty = dict.fromkeys(("value", "low", "high", "claim_id", "rank", "rank_low", "rank_high"), pd.NA)
    return [
        {"selection_id": item.selection_id, "region_id": item.region_id, "round_year": item.round_year}
        | {"claims": 0, "origins": 0}
        | empty
        for item in ds.selections()
    ]
