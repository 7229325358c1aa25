"""Which industries the selected plans name as their aim, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandan_lib.compare.comparison import wanted
from sandan_lib.dataset import Dataset

__all__ = ["Industry", "industries"]


@dataclass(frozen=True, slots=True)
class Industry:
    """One industry, and the plans that name it.

    Attributes
    ----------
    industry : str
        Member of the vocabulary of ``selection_industries``.
    named : Mapping of str to tuple of Mapping
        By selection, in the order of rounds and regions, the rows of ``selection_industries``: one for
        each text, the earliest first.
    """

    industry: str
    named: Mapping[str, tuple[Mapping[str, Any], ...]]

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of all rows."""
        return tuple(dict.fromkeys(row["source_id"] for rows in self.named.values() for row in rows))


def industries(ds: Dataset, round_year: int = 0) -> tuple[Industry, ...]:
    """Give the industries that selected plans name, those named by most plans first.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    round_year : int
        Only the plans of this round; 0 for all.

    Returns
    -------
    tuple of Industry
        To be named is a plan's word, and says nothing of how much money or how many firms stand behind it.

    Examples
    --------
    >>> from sandan_lib import load
    >>> first = industries(load())[0]
    >>> first.industry, len(first.named)
    ('mobility', 12)
    """
    plans = [item.selection_id for item in wanted(ds, round_year or None, ())]
    rows = sorted(ds.rows("selection_industries"), key=lambda row: _printed(ds, row))
    found = []
    for industry in ds.package.table("selection_industries").field("industry").values:
        own = [row for row in rows if row["industry"] == industry]
        named = {
            plan: tuple(row for row in own if row["selection_id"] == plan)
            for plan in plans
            if any(row["selection_id"] == plan for row in own)
        }
        if named:
            found.append(Industry(industry, named))
    return tuple(sorted(found, key=lambda item: -len(item.named)))  # stable: else as in the vocabulary


def _printed(ds: Dataset, row: Mapping[str, Any]) -> tuple[str, str]:
    return ds.record("sources", row["source_id"])["published"] or "9999", row["source_id"]
