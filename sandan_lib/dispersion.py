"""How unevenly a sum is spread over selections: Gini, Theil, the share of the largest.

Descriptive: the fifteen plans are all there are. Nothing is sampled, so nothing is inferred; what
is uncertain is which of several printed figures is right, and ``low`` and ``high`` say how much
that matters.

Notes
-----
With figures ``x_1 ≤ … ≤ x_n``, sum ``S`` and mean ``μ``:

* Gini coefficient ``Σ (2i - n - 1) x_i / (n S)``, half the mean absolute difference over the
  mean, pairs with themselves included (Gini 1912; Sen 1973, *On Economic Inequality*, 2.8).
* Theil's ``T = Σ (x_i / S) ln(x_i / μ)`` (Theil 1967, *Economics and Information Theory*, 4),
  which is exactly ``between + within`` for any grouping (Shorrocks 1980, *Econometrica* 48):
  ``between = Σ_g (Y_g / S) ln(μ_g / μ)``, ``within = Σ_g (Y_g / S) T_g`` with the sums ``Y_g``.
* Top share: the sum of the ``k`` largest over ``S``.

Each figure may lie anywhere from its lowest to its highest admissible value. All these indices
are quasi-convex in the figures (a convex function over a positive linear one), so their largest
value lies at a corner: every choice of lowest or highest is tried. Their least values are found
exactly too. Of all figures within the bounds with one sum, those clipped towards a common level
``c`` are majorised by all others (Marshall, Olkin and Arnold 2011, *Inequalities*, 5), so only
``c`` is left to choose. Between two neighbouring bounds Gini and top share are quotients of
linear functions of ``c``, so bounds alone need be tried; the parts of ``T`` are least at a bound
or where their derivative vanishes (see :func:`_least_within`).

All is counted in decimals of 34 digits, whose logarithms are rounded correctly: every machine
gives the same twelve decimal places.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any, TypeAlias

from sandan_lib.compare import Comparison, Unanswered, claims_behind
from sandan_lib.dataset import Dataset
from sandan_lib.errors import NotComparable

__all__ = ["PARTITIONS", "Dispersion", "Group", "Index", "dispersion", "dispersion_or_reason"]

PARTITIONS = ("macro_region", "capital_area")
MOST_DISPUTED = 16  # 2^16 corners: a few seconds
TOP = 3
_CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN)
_PLACES = Decimal("1e-12")
_ZERO = Decimal(0)
Box: TypeAlias = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Index:
    """One index with its uncertainty.

    Attributes
    ----------
    key : str
        ``gini``, ``theil``, ``between_macro_region``, ``within_macro_region``,
        ``between_capital_area``, ``within_capital_area``, ``top_share``.
    value, low, high : Decimal
        From the chosen figures; the least and the greatest that admissible ones allow.
    """

    key: str
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """The selections of one group.

    Attributes
    ----------
    partition, key : str
        ``macro_region`` or ``capital_area``, and which of its groups.
    value, low, high : int or Decimal
        Sum of the chosen, the lowest and the highest figures.
    share, share_low, share_high : Decimal
        Part of the whole sum; the ends when all groups may take any of their sums.
    counted, missing : tuple of str
        Selections in the sum, and those that it lacks.
    claims : tuple of str
        Claims whose figures were added up: the chosen ones, and those of the two ends.
    """

    partition: str
    key: str
    value: int | Decimal
    low: int | Decimal
    high: int | Decimal
    share: Decimal
    share_low: Decimal
    share_high: Decimal
    counted: tuple[str, ...]
    missing: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How unevenly the figures of a comparison are spread.

    Attributes
    ----------
    measure_id : str
        What is spread.
    indices : tuple of Index
        Gini, Theil's T, its parts, top share (the last only where more than three are known).
    groups : tuple of Group
        Macro regions and capital area with their sums; those without a selection are not there.
    counted : int
        How many selections have a figure.
    missing : tuple of str
        Selections without one.
    sources : tuple of str
        Sources of the comparison.
    claims : tuple of str
        Claims that every index was counted from: the chosen ones, and those of the bounds.
    """

    measure_id: str
    indices: tuple[Index, ...]
    groups: tuple[Group, ...]
    counted: int
    missing: tuple[str, ...]
    sources: tuple[str, ...]
    claims: tuple[str, ...]

    def __getitem__(self, key: str) -> Index:
        """Give an index by its key."""
        return {index.key: index for index in self.indices}[key]

    def __contains__(self, key: object) -> bool:
        """Tell whether there is such an index."""
        return any(index.key == key for index in self.indices)


def dispersion(ds: Dataset, comparison: Comparison) -> Dispersion:
    """Measure how unevenly the figures of a comparison are spread over the selections.

    Parameters
    ----------
    ds : Dataset
        The data the comparison was made from.
    comparison : Comparison
        Of figures that add up: money, jobs, sub-projects.

    Returns
    -------
    Dispersion
        Descriptive: see the module for definitions, literature and how the bounds are found.

    Raises
    ------
    NotComparable
        For shares, growth rates and quotients, which do not add up; where fewer than two
        selections have a figure; for figures below zero, or all zero; where the sources differ on
        more than sixteen selections.

    Examples
    --------
    >>> from sandan_lib import compare, load
    >>> ds = load()
    >>> found = dispersion(ds, compare(ds, "subprojects", round_year=2022))
    >>> found.counted, found["gini"].low <= found["gini"].value <= found["gini"].high
    (5, True)
    """
    found: Dispersion = ds.remembered(_dispersion, comparison)
    return found


def dispersion_or_reason(ds: Dataset, comparison: Comparison | Unanswered) -> Dispersion | Unanswered:
    """Give the dispersion, or why there is none, for reports that must end well."""
    if isinstance(comparison, Unanswered):
        return comparison
    try:
        return dispersion(ds, comparison)
    except NotComparable as refusal:
        keys = tuple(comparison.frame["selection_id"])
        known = int((comparison.frame["claims"] > 0).sum())
        ko = refusal.ko.replace("없습니다", "없다")
        return Unanswered(comparison.measure_id, keys, known, ko, refusal.en[0].upper() + refusal.en[1:])


def _dispersion(ds: Dataset, comparison: Comparison) -> Dispersion:
    total = comparison.total()
    rows = comparison.rows
    known = [row for row in rows if row["claims"]]
    _refuse(known)
    boxes = [(Decimal(row["low"]), Decimal(row["high"])) for row in known]
    values = [Decimal(row["value"]) for row in known]
    regions = ds.records("regions")
    members = {
        name: _by_group([str(regions[row["region_id"]][name]).lower() for row in known])
        for name in PARTITIONS
    }
    with localcontext(_CONTEXT):
        indices = _indices(values, boxes, members)
    return Dispersion(
        measure_id=comparison.measure_id,
        indices=indices,
        groups=tuple(group for name in PARTITIONS for group in _groups(regions, rows, name)),
        counted=total.counted,
        missing=total.missing,
        sources=comparison.sources,
        claims=claims_behind(known),
    )


def _refuse(known: Sequence[Mapping[str, Any]]) -> None:
    """Refuse figures whose spread cannot be told."""
    disputed = sum(row["low"] < row["high"] for row in known)
    if len(known) < 2:
        raise NotComparable(
            "fewer than two selections have a figure: there is no spread.",
            "수치가 있는 곳이 둘이 되지 않아 퍼진 정도를 말할 수 없습니다.",
        )
    if any(row["low"] < 0 for row in known) or not any(row["low"] for row in known):
        raise NotComparable(
            "figures below zero, or all zero, have no shares.",
            "0보다 작거나 모두 0인 수치에는 몫이 없습니다.",
        )
    if disputed > MOST_DISPUTED:
        raise NotComparable(
            f"the sources differ on {disputed} selections; bounds are counted for {MOST_DISPUTED} at most.",
            f"출처에 따라 값이 다른 곳이 {disputed}곳입니다. 범위는 {MOST_DISPUTED}곳까지만 셀 수 있습니다.",
        )


def _by_group(names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Give the places of each group."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(name, []).append(place)
    return tuple(tuple(places) for places in found.values())


def _indices(
    values: Sequence[Decimal], boxes: Sequence[Box], members: Mapping[str, tuple[tuple[int, ...], ...]]
) -> tuple[Index, ...]:
    chosen = _of(values, members)
    corners = itertools.product(*({low, high} for low, high in boxes))
    high: dict[str, Decimal] = {}
    for corner in corners:
        for key, value in _of(corner, members).items():
            high[key] = max(high.get(key, value), value)
    low = _least(boxes, members)
    found = {key: tuple(_rounded(item[key]) for item in (chosen, low, high)) for key in chosen}
    for name in members:
        # The parts of the rounded sum are its own parts, to the last place.
        key = f"within_{name}"
        within = found["theil"][0] - found[f"between_{name}"][0]
        found[key] = (max(within, _ZERO), *found[key][1:])
    # Rounding must not put a value beside its bounds.
    return tuple(
        Index(key, value, min(value, bottom), max(value, top)) for key, (value, bottom, top) in found.items()
    )


def _rounded(value: Decimal) -> Decimal:
    return abs(value.quantize(_PLACES))  # none is negative: -0 is 0


def _of(values: Sequence[Decimal], members: Mapping[str, tuple[tuple[int, ...], ...]]) -> dict[str, Decimal]:
    """Count all indices of some figures."""
    total, count = sum(values, _ZERO), len(values)
    logs = sum(map(_x_log_x, values), _ZERO)
    whole = _x_log_x(total)
    found = {"gini": _gini(values), "theil": (logs - whole) / total + _log(count)}
    for name, groups in members.items():
        # The sum of Y_g ln(mean of g).
        means = _ZERO
        for places in groups:
            part = sum((values[place] for place in places), _ZERO)
            means += _x_log_x(part) - part * _log(len(places))
        found[f"between_{name}"] = (means - whole) / total + _log(count)
        found[f"within_{name}"] = (logs - means) / total
    if count > TOP:
        found["top_share"] = _top(values)
    return found


def _gini(values: Sequence[Decimal]) -> Decimal:
    count = len(values)
    weighted = sum(((2 * place - count + 1) * value for place, value in enumerate(sorted(values))), _ZERO)
    return weighted / (count * sum(values, _ZERO))


def _top(values: Sequence[Decimal]) -> Decimal:
    return sum(sorted(values)[-TOP:], _ZERO) / sum(values, _ZERO)


@functools.lru_cache(maxsize=1 << 14)
def _x_log_x(value: Decimal) -> Decimal:
    """Give x ln x, and its limit at zero; always in our own context, as the result is kept."""
    return _CONTEXT.multiply(value, _CONTEXT.ln(value)) if value else _ZERO


@functools.lru_cache(maxsize=256)
def _log(count: int) -> Decimal:
    return _CONTEXT.ln(Decimal(count))


def _least(boxes: Sequence[Box], members: Mapping[str, tuple[tuple[int, ...], ...]]) -> dict[str, Decimal]:
    """Give the least value of each index within the bounds."""
    clipped = [[_clip(box, level) for box in boxes] for level in _ends(boxes)]
    found = {"gini": min(map(_gini, clipped)), "theil": _least_within([boxes])}
    for name, groups in members.items():
        parts = [[boxes[place] for place in places] for places in groups]
        # Each group as its mean, counted as often as it has members: T of these is `between`.
        means = [
            (
                sum((low for low, _ in part), _ZERO) / len(part),
                sum((high for _, high in part), _ZERO) / len(part),
            )
            for part in parts
        ]
        repeated = [mean for mean, part in zip(means, parts, strict=True) for _ in part]
        found[f"between_{name}"] = _least_within([repeated])
        found[f"within_{name}"] = _least_within(parts)
    if len(boxes) > TOP:
        found["top_share"] = min(map(_top, clipped))
    return found


def _ends(boxes: Iterable[Box]) -> list[Decimal]:
    return sorted({end for box in boxes for end in box})


def _clip(box: Box, level: Decimal) -> Decimal:
    return min(max(level, box[0]), box[1])


def _least_within(groups: Sequence[Sequence[Box]]) -> Decimal:
    """Give the least ``Σ_g N_g / S`` with ``N_g = Σ x ln(x / μ_g)`` over the members of ``g``.

    That is ``within``; of a single group it is ``T`` itself. A quotient of a convex and a
    linear function is minimised by Dinkelbach's steps (1967, *Management Science* 13): minimise
    ``N - t S`` for the ratio ``t`` reached so far, until it falls no further. That splits into the
    groups; within each only the level of clipping is to be chosen.
    """
    levels = [[_clip(box, _ends(boxes)[-1]) for box in boxes] for boxes in groups]
    ratio = _ratio(levels)
    for _ in range(100):  # as a rule, five
        levels = [_nearest(boxes, ratio) for boxes in groups]
        reached = _ratio(levels)
        if reached >= ratio - Decimal("1e-25"):
            return max(min(ratio, reached), _ZERO)
        ratio = reached
    raise AssertionError("Dinkelbach's steps did not end")  # pragma: no cover - they converge


def _numerator(values: Sequence[Decimal]) -> Decimal:
    total = sum(values, _ZERO)
    return sum(map(_x_log_x, values), _ZERO) - _x_log_x(total) + total * _log(len(values))


def _ratio(groups: Sequence[Sequence[Decimal]]) -> Decimal:
    return sum(map(_numerator, groups), _ZERO) / sum((sum(values, _ZERO) for values in groups), _ZERO)


def _nearest(boxes: Sequence[Box], ratio: Decimal) -> list[Decimal]:
    """Give the members of a group, clipped to the level at which ``N - ratio S`` is least.

    Between two neighbouring bounds the ``m`` members that reach over both follow the level ``c``
    and the others keep their sum ``D``; the derivative ``m (ln(c / μ) - ratio)`` is zero where
    ``c = e^ratio (D + m c) / n``.
    """
    ends = _ends(boxes)
    candidates = list(ends)
    factor = ratio.exp()
    for start, end in itertools.pairwise(ends):
        middle = (start + end) / 2
        free = sum(low <= start and end <= high for low, high in boxes)
        fixed = sum((_clip(box, middle) for box in boxes if not (box[0] <= start and end <= box[1])), _ZERO)
        below = len(boxes) - free * factor
        if below > 0 and start < (level := factor * fixed / below) < end:
            candidates.append(level)
    clipped = ([_clip(box, level) for box in boxes] for level in candidates)
    return min(clipped, key=lambda values: _numerator(values) - ratio * sum(values, _ZERO))


def _groups(
    regions: Mapping[Any, Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], partition: str
) -> list[Group]:
    """Add the figures up by group, in the order of the regions."""
    known = [row for row in rows if row["claims"]]
    whole = {end: sum(row[end] for row in known) for end in ("value", "low", "high")}
    found = []
    names = dict.fromkeys(
        str(row[partition]).lower() for row in sorted(regions.values(), key=lambda row: row["sort_order"])
    )
    for name in names:
        inside = [row for row in rows if str(regions[row["region_id"]][partition]).lower() == name]
        counted = [row for row in inside if row["claims"]]
        if not inside:
            continue
        own = {end: sum(row[end] for row in counted) for end in whole}
        rest = {end: whole[end] - own[end] for end in whole}
        missing = tuple(row["selection_id"] for row in inside if not row["claims"])
        found.append(
            Group(
                *(partition, name, own["value"], own["low"], own["high"]),
                _part(own["value"], rest["value"]),
                _part(own["low"], rest["high"]),
                _part(own["high"], rest["low"]),
                tuple(row["selection_id"] for row in counted),
                missing,
                claims_behind(counted),
            )
        )
    return found


def _part(own: int | Decimal, rest: int | Decimal) -> Decimal:
    """Give ``own`` as a part of both."""
    both = _CONTEXT.add(Decimal(own), Decimal(rest))
    return _CONTEXT.quantize(_CONTEXT.divide(Decimal(own), both), _PLACES) if both else _ZERO
