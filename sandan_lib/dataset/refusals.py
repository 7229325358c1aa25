"""What is said to whoever asks for a selection that is none."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandan_lib.dataset.rows import known_by
from sandan_lib.errors import ParameterError, UnknownSelection

if TYPE_CHECKING:
    from sandan_lib.dataset.core import Dataset, Selection

__all__ = ["not_selected", "number_of_round"]


def number_of_round(round_year: object) -> int | None:
    """Read a round as a number.

    Parameters
    ----------
    round_year : object
        A whole number, of Python's or of a table's cell; or nothing.

    Returns
    -------
    int or None

    Raises
    ------
    ParameterError
        For anything else: ``"2022"`` would be found in no table.

    Examples
    --------
    >>> number_of_round(2022), number_of_round(None)
    (2022, None)
    """
    if round_year is None:
        return None
    try:
        return operator.index(round_year)  # type: ignore[arg-type]  # that is the question
    except TypeError:
        raise ParameterError(
            f"round_year={round_year!r}: a round is a whole number, such as 2022.",
            f"round_year={round_year!r}: 차수는 2022 같은 정수로 적으십시오.",
        ) from None


def not_selected(
    ds: Dataset, region_id: str, round_year: int | None, known: Sequence[Selection]
) -> UnknownSelection:
    """Say why a region was not selected in a round, and which rounds there are.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    region_id : str
        Region.
    round_year : int or None
        Round that was asked for, if any.
    known : sequence of Selection
        What the region has applied for.

    Returns
    -------
    UnknownSelection
        To be raised.
    """
    ko, en = ds.name("regions", region_id, "ko"), ds.name("regions", region_id, "en")
    ahead = _selected_later(ds, region_id, round_year)
    if ahead is not None:
        return UnknownSelection(
            f"{en} had not been selected by {ds.vintage}; it was selected on {ahead}.",
            f"{ko}: {ds.vintage}까지 선정되지 않았습니다. 선정된 날은 {ahead}입니다.",
        )
    won = [str(item.round_year) for item in known if item.selected]
    rounds = [str(year) for year in sorted(ds.records("rounds"))]
    if round_year is None and won:
        return UnknownSelection(
            f"{en} was selected more than once: say which round, {' or '.join(won)}.",
            f"{ko}: 두 번 이상 선정되었습니다. 차수를 고르십시오: {', '.join(won)}.",
        )
    applied = any(item.round_year == round_year for item in known)
    if round_year is not None and str(round_year) not in rounds:
        where_en, where_ko = f"there was no round {round_year}", f"{round_year}년 선정은 없었습니다"
    elif applied:
        where_en = f"{en} applied in {round_year} but was not selected"
        where_ko = f"{ko}: {round_year}년에 신청했으나 선정되지 않았습니다"
    else:
        where_en = f"{en} was not selected in {round_year}" if won else f"{en} was never selected"
        where_ko = f"{ko}: {round_year}년에 선정되지 않았습니다" if won else f"{ko}: 선정된 적이 없습니다"
    won_en = f"; {en} was selected in {' and '.join(won)}" if won else ""
    won_ko = f" 선정된 해: {', '.join(won)}." if won else ""
    return UnknownSelection(
        f"{where_en}{won_en}. Rounds: {', '.join(rounds)}.",
        f"{where_ko}.{won_ko} 차수: {', '.join(rounds)}.",
    )


def _selected_later(ds: Dataset, region_id: str, round_year: int | None) -> str | None:
    """Give the day on which a region was selected, if a vintage does not know it yet."""
    if ds.vintage is None:
        return None
    days = [
        str(row["preselected"])
        for row in ds.records("selections").values()
        if row["region_id"] == region_id and row["outcome"] == "selected"
        if round_year in (None, row["round_year"]) and not known_by(row["preselected"], ds.vintage)
    ]
    return min(days, default=None)
