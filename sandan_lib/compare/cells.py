"""The cells of a comparison: who speaks, between what bounds, and with which rank."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from sandan_lib.compare.ballots import PRINT, Ballots, Outcome
from sandan_lib.dataset import Dataset, Selection, cells_of
from sandan_lib.model import Rule

__all__ = ["ballots", "cells", "framed", "plain", "ranked"]

_TEXT = (
    *("selection_id", "region_id", "claim_id", "source_id", "published", "qualifier"),
    *("low_claim_id", "high_claim_id", "low_source_id", "high_source_id"),
    *("per_claim_id", "per_source_id"),
)
_WHOLE = ("round_year", "claims", "origins", "rank", "rank_low", "rank_high", "per_year")
_OF_BOUNDS = ("low", "high", "low_claim_id", "high_claim_id", "low_source_id", "high_source_id")
_OF_CLAIM = ("value", "claim_id", "source_id", "published", "qualifier")


def ballots(admissible: pd.DataFrame) -> Ballots:
    """Gather the claims that answer a question, by selection and release."""
    prints = {name: cells_of(admissible[name]) for name in PRINT}
    return Ballots(cells_of(admissible["selection_id"]), prints)


def cells(ds: Dataset, found: Ballots, selections: Sequence[Selection], rule: Rule) -> list[dict[str, Any]]:
    """Give one cell per selection, known or not, in the order of the selections.

    Parameters
    ----------
    ds : Dataset
        The data.
    found : Ballots
        Claims that answer the question, by selection.
    selections : sequence of Selection
        Whom the comparison is about.
    rule : Rule
        How one of several claims is chosen.

    Returns
    -------
    list of dict
    """
    outcomes = found.outcomes(ds, rule)
    return [
        {"selection_id": item.selection_id, "region_id": item.region_id, "round_year": item.round_year}
        | _cell(found, outcomes.get(item.selection_id))
        for item in selections
    ]


def _cell(found: Ballots, outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        empty: dict[str, Any] = dict.fromkeys((*_OF_CLAIM, *_OF_BOUNDS), pd.NA)
        return empty | {"claims": 0, "origins": 0}
    chosen, lowest, highest = (found.print(row) for row in (outcome.speaker, outcome.low, outcome.high))
    return {column: chosen[column] for column in _OF_CLAIM} | {
        "low": lowest["value"],
        "high": found.upper_end(outcome.high),
        "low_claim_id": lowest["claim_id"],
        "high_claim_id": highest["claim_id"],
        "low_source_id": lowest["source_id"],
        "high_source_id": highest["source_id"],
        "claims": outcome.claims,
        "origins": outcome.origins,
    }


def ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rank the known rows, with the best and worst rank that any choice of claims could give.

    Every selection may take any of its admissible values, whatever the others take: it ranks
    best when it takes its highest and all others their lowest, and worst the other way round.

    Parameters
    ----------
    rows : list of dict
        Cells with ``value``, ``low`` and ``high``; those without claims are unknown.

    Returns
    -------
    list of dict
        Known rows in rank order, then the unknown ones.
    """
    known = [row for row in rows if row["claims"]]
    values, lows, highs = (sorted(row[key] for row in known) for key in ("value", "low", "high"))
    for row in known:
        row["rank"] = 1 + len(known) - bisect_right(values, row["value"])
        # Own bounds never lie above themselves: low ≤ high of the same row.
        row["rank_low"] = 1 + len(known) - bisect_right(lows, row["high"])
        row["rank_high"] = _worst(row, highs)
    unknown = [
        row | {"rank": pd.NA, "rank_low": pd.NA, "rank_high": pd.NA} for row in rows if not row["claims"]
    ]
    return sorted(known, key=lambda row: row["rank"]) + unknown


def _worst(row: dict[str, Any], highs: list[Any]) -> int:
    above = len(highs) - bisect_right(highs, row["low"])
    own = int(row["high"] > row["low"])  # its own highest figure is no rival
    return 1 + above - own


def plain(rows: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Give rows with all columns, read-only, with ``None`` for what is missing."""
    names = dict.fromkeys(name for row in rows for name in row)
    cells = ({name: row.get(name, pd.NA) for name in names} for row in rows)
    return tuple(
        MappingProxyType({name: None if cell is pd.NA else cell for name, cell in row.items()})
        for row in cells
    )


def framed(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Type plain rows: whole figures as ``Int64``, others exact as ``Decimal`` objects."""
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    types: dict[str, str] = dict.fromkeys(_TEXT, "string") | dict.fromkeys(_WHOLE, "Int64")
    for names in (("value", "low", "high"), ("numerator",), ("per_value",)):
        there = [name for name in names if name in columns]
        known = [cell for name in there for cell in columns[name] if cell is not None]
        # One type for what is compared with each other.
        types |= dict.fromkeys(there, "Int64" if all(isinstance(cell, int) for cell in known) else "object")
    return pd.DataFrame(
        {
            name: pd.Series([pd.NA if cell is None else cell for cell in cells], dtype=types[name])
            for name, cells in columns.items()
        }
    )
