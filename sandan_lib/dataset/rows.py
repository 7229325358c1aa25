"""Frames as rows, and what was known by a day."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sandan_lib.errors import ParameterError
from sandan_lib.model import last_possible_day

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_date", "cells_of", "known_by", "published_by", "rows_of"]


def rows_of(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Give a frame's rows as dictionaries, with ``None`` for what is missing.

    Parameters
    ----------
    frame : pandas.DataFrame
        The frame.
    columns : sequence of str, optional
        Only these columns.

    Returns
    -------
    list of dict
    """
    names = list(map(str, frame.columns)) if columns is None else list(columns)
    cells = [cells_of(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def cells_of(column: pd.Series[Any]) -> list[Any]:
    """Give a column's cells, with ``None`` for what is missing."""
    import pandas as pd  # noqa: PLC0415 - whoever has a column has imported it

    if isinstance(column.dtype, pd.api.extensions.ExtensionDtype):
        # Casting the column first takes ten times as long for the few rows of a report.
        return list(column.array.to_numpy(dtype=object, na_value=None))
    plain = column.to_numpy(dtype=object)
    missing = pd.isna(plain)
    if not missing.any():
        return list(plain)
    return [None if gap else cell for cell, gap in zip(plain, missing, strict=True)]


def known_by(published: object, vintage: dt.date) -> bool:
    """Tell whether a (partly known) date had passed by a day; an unknown one never has."""
    return isinstance(published, str) and last_possible_day(published) <= vintage


def published_by(published: pd.Series[Any], vintage: dt.date) -> pd.Series[bool]:
    """Tell for each of many dates whether it had passed by a day; each date is looked at once."""
    passed = [text for text in published.dropna().unique() if known_by(text, vintage)]
    return published.isin(passed).astype(bool)


def as_date(day: str | dt.date) -> dt.date:
    """Read the day of a vintage; refuse what is no date."""
    if isinstance(day, dt.datetime):
        return day.date()
    if isinstance(day, dt.date):
        return day
    with contextlib.suppress(TypeError, ValueError):
        found = dt.date.fromisoformat(day)
        # Other spellings of a day (20220501, 2022-W18-7) would make other file names of it.
        if found.isoformat() == day:
            return found
    raise ParameterError(
        f"as_of={day!r} is no date. Write a day such as 2022-05-01, or nothing for all that is known.",
        f"as_of={day!r}: 날짜가 아닙니다. 2022-05-01처럼 쓰거나, 전부 보려면 비워 두십시오.",
    )
