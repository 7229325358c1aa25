"""Figures in proportion to something: people, output, sub-projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import pandas as pd

from sandan_lib.compare.ballots import Ballots
from sandan_lib.dataset import Dataset
from sandan_lib.errors import NotComparable, ParameterError, UnknownName, nearest
from sandan_lib.model import Rule

__all__ = [
    "CLAIMED",
    "REGIONAL",
    "Denominator",
    "baseline_year",
    "denominators",
    "divided",
    "paired",
    "per_measure",
]

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
    value : int or Decimal
        The figure.
    year : int
        Its year.
    source_id : str
        Its source.
    """

    value: int | Decimal
    year: int
    source_id: str


def per_measure(ds: Dataset, spelling: str) -> str:
    """Give the measure that a denominator is named by.

    Raises
    ------
    UnknownName, ParameterError
        If there is no such measure; if it is none that one may divide by.
    """
    allowed, names = (*REGIONAL, *CLAIMED), ds.measure_names
    refusal: type[ParameterError | UnknownName] = ParameterError
    try:
        measure_id = names.resolve(spelling)
    except UnknownName:  # which would list all measures
        measure_id, refusal = spelling, UnknownName
    if measure_id in allowed:
        return measure_id
    near = nearest(measure_id, [names.shown[key] for key, known in names.ids.items() if known in allowed])
    hint, hint_ko = (f" Did you mean {near[0]!r}?", f" 혹시 {near[0]!r}?") if near else ("", "")
    raise refusal(
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
        raise NotComparable(
            f"no year has {en} for all {len(region_ids)} regions compared.",
            f"비교하는 {len(region_ids)}개 시·도의 {ko} 수치가 모두 있는 해가 없습니다.",
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
        for row in ds.rows("baselines")
        if row["measure_id"] == measure_id and row["year"] == year
    }
    found = {}
    for row in rows:
        base = baselines[row["region_id"]]
        value = base["value"]
        found[row["selection_id"]] = Denominator(value, year, base["source_id"])
    return found


def divided(rows: list[dict[str, Any]], by: Mapping[str, Denominator]) -> list[dict[str, Any]]:
    """Divide each known cell by one figure; a selection without a denominator becomes unknown.

    The bounds are the least and the greatest quotient that admissible figures can give.
    """
    found = []
    for row in rows:
        base = by.get(row["selection_id"])
        if not row["claims"] or base is None or not base.value:
            found.append(unknown(row))
            continue
        ends = {end: _over(row[end], base.value) for end in ("value", "low", "high")}
        about = {"numerator": row["value"], "per_value": base.value, "per_year": base.year}
        about |= {"per_source_id": base.source_id, "per_claim_id": pd.NA}
        found.append(row | ends | about)
    return found


def paired(
    ds: Dataset, rows: list[dict[str, Any]], above: Ballots, below: Ballots, rule: Rule
) -> tuple[list[dict[str, Any]], set[tuple[str, str]]]:
    """Divide figures of plans by other figures of the same releases.

    A plan's money of 2024 over its number of projects of 2020 is a ratio that no text ever
    implied. So only releases that print both count; a selection without one becomes unknown.

    Returns
    -------
    tuple of (list of dict, set of (str, str))
        The cells, and the selections and releases that were divided.
    """
    zeros = below.with_zero()
    divisors = [release for release in below.releases if release not in zeros]
    there = above.has([cell for cell, _ in divisors], [origin for _, origin in divisors])
    shared = {release for release, is_there in zip(divisors, there.tolist(), strict=True) if is_there}
    upper, lower = above.only(shared), below.only(shared)
    corners = _corners(upper, lower)
    outcomes, bases = upper.outcomes(ds, rule), lower.speakers()
    found = []
    for row in rows:
        key = row["selection_id"]
        if key not in outcomes:
            found.append(unknown(row))
            continue
        chosen = upper.print(outcomes[key].speaker)
        base = lower.print(bases[key, chosen["origin_id"]])
        counts = {"claims": outcomes[key].claims, "origins": outcomes[key].origins}
        found.append(row | _quotients(chosen, base, corners[key]) | counts)
    return found, shared


def _corners(upper: Ballots, lower: Ballots) -> dict[str, list[tuple[Decimal, str, str]]]:
    """Give the quotients that the figures of each release allow, with claim and source, by selection."""
    found: dict[str, list[tuple[Decimal, str, str]]] = {}
    bases = lower.figures()
    for release, overs in upper.figures().items():
        for over in overs:
            one = upper.print(over)
            for under in bases[release]:
                pairs = {
                    (one["value"], lower.print(under)["value"]),
                    (upper.upper_end(over), lower.upper_end(under)),
                }
                ids = (one["claim_id"], one["source_id"])
                quotients = [(_over(amount, number), *ids) for amount, number in pairs if number]
                found.setdefault(release[0], []).extend(quotients)
    return found


def _quotients(
    chosen: dict[str, Any], base: dict[str, Any], corners: list[tuple[Decimal, str, str]]
) -> dict[str, Any]:
    low, high = min(corners), max(corners)
    return {
        "value": _over(chosen["value"], base["value"]),
        "low": low[0],
        "high": high[0],
        "low_claim_id": low[1],
        "high_claim_id": high[1],
        "low_source_id": low[2],
        "high_source_id": high[2],
        "numerator": chosen["value"],
        "per_value": base["value"],
        "per_year": pd.NA,
        "per_source_id": base["source_id"],
        "per_claim_id": base["claim_id"],
    } | {column: chosen[column] for column in ("claim_id", "source_id", "published", "qualifier")}


def unknown(row: dict[str, Any]) -> dict[str, Any]:
    """Make a cell unknown: nothing is left of the figure that cannot be divided."""
    gone = (
        *("value", "low", "high", "claim_id", "source_id", "published", "qualifier", "low_claim_id"),
        *(
            "low_source_id",
            "high_source_id",
            "high_claim_id",
            "numerator",
            "per_value",
            "per_year",
            "per_source_id",
            "per_claim_id",
        ),
    )
    return row | dict.fromkeys(gone, pd.NA) | {"claims": 0, "origins": 0}


def _over(amount: int | Decimal, base: int | Decimal) -> Decimal:
    return _DIVISION.divide(Decimal(amount), Decimal(base))
