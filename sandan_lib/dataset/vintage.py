"""What was known on a day: the tables without what was printed, or happened, later."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from sandan_lib.dataset.rows import published_by

__all__ = ["known_tables"]

Record = Callable[[str, Any], Mapping[str, Any]]


class _WithClaims(Mapping[str, pd.DataFrame]):
    """Tables of a vintage; the claims are cut when they are first looked at, as there may be a million."""

    def __init__(self, others: Mapping[str, pd.DataFrame], claims: pd.DataFrame, vintage: dt.date) -> None:
        self._others, self._uncut, self._vintage = others, claims, vintage

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self._claims if name == "claims" else self._others[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("claims", *self._others))

    def __len__(self) -> int:
        return 1 + len(self._others)

    @functools.cached_property
    def _claims(self) -> pd.DataFrame:
        return self._uncut[published_by(self._uncut["published"], self._vintage)].reset_index(drop=True)


def known_tables(
    frames: Mapping[str, pd.DataFrame], claims: pd.DataFrame, record: Record, vintage: dt.date
) -> Mapping[str, pd.DataFrame]:
    """Give the tables as they were known on a day.

    Parameters
    ----------
    frames : Mapping of str to pandas.DataFrame
        The tables; never changed.
    claims : pandas.DataFrame
        The claims of all days.
    record : callable
        Gives a row of a table by its key.
    vintage : datetime.date
        The day.

    Returns
    -------
    Mapping of str to pandas.DataFrame
    """
    known = {name: frame for name, frame in frames.items() if name != "claims"}
    for name in ("events", "programme_sites", "programme_links", "region_history", "selection_industries"):
        if name in frames:  # releases before 0.6.0 had no industries
            known[name] = _told_by(frames[name], record, vintage)
    known["events"] = _cut(known["events"], "date", vintage)
    known["selections"] = _stages_by(frames["selections"], vintage)
    # Yearly figures are printed after their year; none of the running year was known.
    past = (frames["baselines"]["year"] < vintage.year).astype(bool)
    known["baselines"] = frames["baselines"][past].reset_index(drop=True)
    for name, column in (("gaps", "sought"), ("verification", "checked")):
        known[name] = _cut(frames[name], column, vintage)
    return _WithClaims(known, claims, vintage)


def _cut(frame: pd.DataFrame, column: str, vintage: dt.date) -> pd.DataFrame:
    return frame[published_by(frame[column], vintage)].reset_index(drop=True)


def _told_by(frame: pd.DataFrame, record: Record, vintage: dt.date) -> pd.DataFrame:
    """Give the rows of what a text had told of by a day."""
    told = frame["source_id"].map(lambda key: record("sources", key)["published"])
    return frame[published_by(told, vintage)].reset_index(drop=True)


def _stages_by(selections: pd.DataFrame, vintage: dt.date) -> pd.DataFrame:
    """Give the selections without the confirmations that were still to come."""
    known = selections.copy()
    known.loc[~published_by(known["confirmed"], vintage), "confirmed"] = pd.NA
    return known
