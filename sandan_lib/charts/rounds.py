"""One chart for each round, so that none is longer than a page."""

from __future__ import annotations

from collections.abc import Callable

from sandan_lib.charts.figure import Figure
from sandan_lib.compare import round_years
from sandan_lib.dataset import Dataset

__all__ = ["by_round"]


def by_round(ds: Dataset, round_year: int, draw: Callable[[int], Figure]) -> tuple[Figure, ...]:
    """Draw a chart for each round of which a selection is known.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    round_year : int
        Only this round; 0 for all.
    draw : callable
        Takes a round's year and gives its chart.

    Returns
    -------
    tuple of Figure
        At least one: where no round is known, what ``draw`` says then.

    Raises
    ------
    ParameterError
        If there was no such round.

    Examples
    --------
    >>> from sandan_lib import charts, load
    >>> ds = load()
    >>> len(charts.by_round(ds, 0, lambda year: charts.network(ds, "en", year)))
    3
    """
    known = {item.round_year for item in ds.selections()}
    years = [year for year in round_years(ds, round_year) if year in known]
    return tuple(map(draw, years or [round_year]))
