"""What the data can and cannot carry: coverage, conflicts and evidence of the core figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandan_lib.compare.comparison import Comparison, compare
from sandan_lib.compare.yearly import Yearly, yearly
from sandan_lib.dataset import Dataset, Selection
from sandan_lib.errors import NotComparable
from sandan_lib.model import Basis, StatusClass

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

    @property
    def annual(self) -> bool:
        """Whether figures of single years answer it: of each selection the newest year's is taken."""
        return self.basis == Basis.ANNUAL.value

    def name(self, ds: Dataset, lang: str) -> str:
        """Name the question: measure, whose money, status, and basis where it matters."""
        words = [ds.name("measures", self.measure_id, lang)]
        if self.component:
            words.append(ds.label("claims", "component", self.component, lang))
        words.append(ds.label("measures", "default_status", self.status_class, lang))
        if self.basis:
            words.append(ds.label("claims", "basis", self.basis, lang))
        if self.annual:
            words.append("가장 새 해" if lang == "ko" else "newest year")
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
        ``claim_id``, ``rank``, ``rank_low``, ``rank_high``. Annual figures have no ranks: the newest
        years of two selections are seldom the same.
    comparisons : tuple of (Core, Comparison, Yearly or None)
        What is behind them; ``None`` where no selection has a figure.
    sources : tuple of str
        Sources of the chosen claims.
    """

    cells: tuple[dict[str, Any], ...]
    comparisons: tuple[tuple[Core, Comparison | Yearly | None], ...]
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
    comparisons: list[tuple[Core, Comparison | Yearly | None]] = []
    sources: dict[str, None] = {}
    for place, core in enumerate(CORE):
        result, rows = _newest_years(ds, core) if core.annual else _asked(ds, core)
        comparisons.append((core, result))
        sources |= dict.fromkeys(result.sources if result else ())
        cells += [{"core": place, **row} for row in rows]
    return Survey(tuple(cells), tuple(comparisons), tuple(sources))


def _asked(ds: Dataset, core: Core) -> tuple[Comparison | None, Sequence[Mapping[str, Any]]]:
    try:
        found = compare(
            ds, core.measure_id, component=core.component, status=core.status_class, basis=core.basis
        )
    except NotComparable:
        return None, [_nothing(item) for item in ds.selections()]
    return found, found.rows


def _newest_years(ds: Dataset, core: Core) -> tuple[Yearly | None, Sequence[Mapping[str, Any]]]:
    """Take of each selection its newest year's figure: two years' figures do not contradict each other."""
    selections = ds.selections()
    keys = [item.selection_id for item in selections]
    status = core.status_class.value
    found = yearly(ds, core.measure_id, keys, status=status, component=core.component)
    newest = {figure.selection_id: figure for figure in found.figures}  # they stand in order of years
    rows = []
    for item in selections:
        figure = newest.get(item.selection_id)
        known = {} if figure is None else {name: getattr(figure, name) for name in _OF_A_YEAR}
        rows.append(_nothing(item) | known)
    return (found if newest else None), rows


_OF_A_YEAR = (
    *("claims", "origins", "value", "low", "high"),
    *("claim_id", "low_claim_id", "high_claim_id"),
)


def _nothing(item: Selection) -> dict[str, Any]:
    empty = ("value", "low", "high", "claim_id", "rank", "rank_low", "rank_high")
    return {
        "selection_id": item.selection_id,
        "region_id": item.region_id,
        "round_year": item.round_year,
        "claims": 0,
        "origins": 0,
        **dict.fromkeys(empty),
    }
