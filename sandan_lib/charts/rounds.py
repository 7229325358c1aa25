"""One chart for each round, so that none is longer than a page."""

from __future__ import annotations

from collections.abc import Callable

from sandan_lib.charts.figure import Figure
from sandan_lib.compare import round_years
from sandan_lib.dataset import Dataset

__all__ = ["by_round"]


def by_round(
    draw: Callable[..., Figure], ds: Dataset, round_year: int = 0, lang: str = "ko"
) -> tuple[Figure, ...]:
    """Draw a chart for each round of which a selection is known.

    Parameters
    ----------
    draw : callable
        A chart that takes data, ``round_year`` and ``lang``: ``charts.network``.
    ds : Dataset
        The data, of any vintage.
    round_year : int
        Only this round; 0 for all.
    lang : {"ko", "en"}
        Language of all words.

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
    >>> len(charts.by_round(charts.network, load(), lang="en"))
    3
    """
    known = {item.round_year for item in ds.selections()}
    years = [year for year in round_years(ds, round_year) if year in known]
    return tuple(draw(ds, round_year=year, lang=lang) for year in years or [round_year])
