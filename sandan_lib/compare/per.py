"""Figures in proportion to something: people, output, sub-projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import pandas as pd

from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.errors import ParameterError, nearest

__all__ = ["CLAIMED", "Denominator", "baseline_year", "denominators", "divided", "per_measure"]

# Denominators that stand in `baselines` (a region's, in one year for all), and those that plans
# state themselves (a selection's own claims, chosen by the same rule and vintage).
REGIONAL = (
    *("population", "grdp", "manufacturing_employees", "manufacturing_shipments", "area"),
    *("complexes", "complex_firms", "complex_employees", "complex_output", "complex_exports"),
)
CLAIMED = ("subprojects", "jobs")
# Far more digits than any figure is known to, and the same on every machine.
_DIVISION = Context(prec=12, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Denominator:
    """What one selection's figure is divided by.

    Attributes
    ----------
    value, low, high : int or Decimal
        The chosen figure, and its bounds.
    year : int or None
        Year of a regional figure.
    source_id : str
        Its source.
    """

    value: int | Decimal
    low: int | Decimal
    high: int | Decimal
    year: int | None
    source_id: str


def per_measure(ds: Dataset, spelling: str) -> str:
    """Give the measure that a denominator is named by.

    Raises
    ------
    UnknownName, ParameterError
        If there is no such measure; if it is none that one may divide by.
    """
    measure_id = ds.measure_names.resolve(spelling)
    allowed = (*REGIONAL, *CLAIMED)
    if measure_id in allowed:
        return measure_id
    near = nearest(measure_id, allowed)
    hint, hint_ko = (f" Did you mean {near[0]!r}?", f" 혹시 {near[0]!r}?") if near else ("", "")
    raise ParameterError(
        f"per={spelling!r}: one may divide by {', '.join(allowed)}.{hint}",
        f"per={spelling!r}: 나눌 수 있는 것은 {', '.join(allowed)}입니다.{hint_ko}",
    )


def baseline_year(ds: Dataset, measure_id: str, region_ids: set[str]) -> int:
    """Give the newest year for which every one of some regions has the figure: one year for all."""
    rows = ds.table("baselines")
    rows = rows[(rows["measure_id"] == measure_id) & rows["region_id"].isin(region_ids)]
    counts = rows.groupby("year")["region_id"].nunique()
    full = [int(str(year)) for year, count in counts.items() if count == len(region_ids)]
    if not full:
        ko, en = (ds.name("measures", measure_id, lang) for lang in ("ko", "en"))
        raise ParameterError(
            f"no year has {en} for all {len(region_ids)} regions compared.",
            f"비교하는 {len(region_ids)}개 시·도의 {ko}이(가) 모두 있는 해가 없습니다.",
        )
    return max(full)


def denominators(ds: Dataset, measure_id: str, rows: list[dict[str, Any]]) -> dict[str, Denominator]:
    """Give each selection its region's figure, all of one year.

    Parameters
    ----------
    ds : Dataset
        The data.
    measure_id : str
        A measure of ``baselines``.
    rows : list of dict
        Cells (``selection_id``, ``region_id``).

    Returns
    -------
    dict of str to Denominator
    """
    year = baseline_year(ds, measure_id, {row["region_id"] for row in rows})
    baselines = {
        row["region_id"]: row
        for row in rows_of(ds.table("baselines"))
        if row["measure_id"] == measure_id and row["year"] == year
    }
    found = {}
    for row in rows:
        base = baselines[row["region_id"]]
        value = base["value"]
        found[row["selection_id"]] = Denominator(value, value, value, year, base["source_id"])
    return found


def divided(rows: list[dict[str, Any]], by: Mapping[str, Denominator]) -> list[dict[str, Any]]:
    """Divide each known cell; a selection without a denominator becomes unknown.

    The bounds are those of the quotient: lowest over highest, highest over lowest.
    """
    found = []
    for row in rows:
        base = by.get(row["selection_id"])
        if not row["claims"] or base is None or not base.low:
            unknown = dict.fromkeys(("value", "low", "high", "claim_id", "source_id"), pd.NA)
            found.append(row | unknown | {"claims": 0, "numerator": pd.NA, "per_value": pd.NA}
                         | {"per_year": pd.NA, "per_source_id": pd.NA})  # fmt: skip
            continue
        quotients = {
            "value": _over(row["value"], base.value),
            "low": _over(row["low"], base.high),
            "high": _over(row["high"], base.low),
        }
        about = {"numerator": row["value"], "per_value": base.value, "per_source_id": base.source_id}
        found.append(row | quotients | about | {"per_year": pd.NA if base.year is None else base.year})
    return found


def _over(amount: int | Decimal, base: int | Decimal) -> Decimal:
    return _DIVISION.divide(Decimal(amount), Decimal(base))
