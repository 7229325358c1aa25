"""Indices of dispersion: against worked examples, other definitions, libraries and brute force."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sandan_lib as sd
from sandan_lib import Dataset
from sandan_lib import dispersion as of_comparison
from sandan_lib.compare import Unanswered, compare
from sandan_lib.dataset import rows_of
from sandan_lib.dispersion import (
    _CONTEXT,
    Index,
    _gini,
    _indices,
    _of,
    dispersion_or_reason,
)
from sandan_lib.errors import NotComparable

Boxes = list[tuple[int, int]]
TOLERANCE = 1e-9


def exact(values: Sequence[int], groups: tuple[tuple[int, ...], ...]) -> dict[str, Decimal]:
    with localcontext(_CONTEXT):
        return _of([Decimal(value) for value in values], {"part": groups})


def bounded(boxes: Boxes, values: Sequence[int], groups: tuple[tuple[int, ...], ...]) -> dict[str, Index]:
    with localcontext(_CONTEXT):
        found = _indices(
            [Decimal(value) for value in values],
            [(Decimal(low), Decimal(high)) for low, high in boxes],
            {"part": groups},
        )
    return {index.key: index for index in found}


# Worked by hand


def test_three_figures_worked_by_hand() -> None:
    # 1, 2, 3: differences |1-2| + |1-3| + |2-3| = 4, twice 8; 8 / (2 · 9 · 2) = 2/9.
    found = exact([1, 2, 3], ((0, 1), (2,)))
    assert found["gini"] == _CONTEXT.divide(Decimal(2), Decimal(9))
    theil = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 3
    between = 0.5 * math.log(1.5 / 2) + 0.5 * math.log(3 / 2)
    within = 0.5 * (1 / 3 * math.log(1 / 1.5) + 2 / 3 * math.log(2 / 1.5))
    assert float(found["theil"]) == pytest.approx(theil, abs=1e-15)
    assert float(found["between_part"]) == pytest.approx(between, abs=1e-15)
    assert float(found["within_part"]) == pytest.approx(within, abs=1e-15)
    assert "top_share" not in found  # three of three say nothing


def test_equal_figures_and_all_in_one_hand() -> None:
    same = bounded([(5, 5)] * 4, [5] * 4, ((0, 1), (2, 3)))
    assert all(same[key].value == 0 for key in ("gini", "theil", "between_part", "within_part"))
    one = exact([0, 0, 0, 8], ((0, 1), (2, 3)))
    assert one["gini"] == Decimal("0.75")  # 1 - 1/n
    assert float(one["theil"]) == pytest.approx(math.log(4))
    assert one["top_share"] == 1


# Against other definitions

values_ = st.lists(st.integers(1, 10**13), min_size=2, max_size=9)


@settings(max_examples=60, deadline=None)
@given(values_)
def test_gini_is_half_the_relative_mean_absolute_difference(values: list[int]) -> None:
    pairs = sum(abs(a - b) for a, b in itertools.product(values, repeat=2))
    with localcontext(_CONTEXT):
        assert _gini([Decimal(value) for value in values]) == pytest.approx(
            Decimal(pairs) / (2 * len(values) * sum(values)), abs=Decimal("1e-25")
        )


@settings(max_examples=60, deadline=None)
@given(values_, st.data())
def test_theil_is_the_entropy_that_lacks_to_its_maximum(values: list[int], data: st.DataObject) -> None:
    stats = pytest.importorskip("scipy.stats")
    cut = data.draw(st.integers(1, len(values) - 1))
    groups = (tuple(range(cut)), tuple(range(cut, len(values))))
    found = exact(values, groups)
    assert float(found["theil"]) == pytest.approx(math.log(len(values)) - stats.entropy(values), abs=1e-12)
    # Shorrocks: each part by its own definition.
    total = sum(values)
    parts = [[values[place] for place in places] for places in groups]
    sizes = [len(part) / len(values) for part in parts]
    between = stats.entropy([sum(part) / total for part in parts], sizes)
    within = sum(sum(part) / total * (math.log(len(part)) - stats.entropy(part)) for part in parts)
    assert float(found["between_part"]) == pytest.approx(between, abs=1e-12)
    assert float(found["within_part"]) == pytest.approx(within, abs=1e-12)
    assert abs(found["theil"] - found["between_part"] - found["within_part"]) < Decimal("1e-24")


@settings(max_examples=40, deadline=None)
@given(values_, st.integers(2, 1000))
def test_neither_order_nor_unit_matters(values: list[int], factor: int) -> None:
    whole = (tuple(range(len(values))),)
    plain, other = exact(values, whole), exact([factor * value for value in reversed(values)], whole)
    for key, value in plain.items():
        assert abs(value - other[key]) < Decimal("1e-24"), key


# Bounds against brute force

box = st.tuples(st.integers(1, 40), st.integers(0, 40)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@settings(max_examples=40, deadline=None)
@given(st.lists(box, min_size=4, max_size=5), st.integers(1, 3))
def test_no_figures_within_the_bounds_go_beyond_those_of_the_index(boxes: Boxes, cut: int) -> None:
    groups = (tuple(range(cut)), tuple(range(cut, len(boxes))))
    middle = [(low + high) // 2 for low, high in boxes]
    found = bounded(boxes, middle, groups)
    grid = itertools.product(
        *(sorted({low + (high - low) * step // 4 for step in range(5)}) for low, high in boxes)
    )
    met_low, met_high = dict.fromkeys(found, math.inf), dict.fromkeys(found, -math.inf)
    for values in itertools.islice(grid, 0, None, 7 if len(boxes) == 5 else 1):
        for key, value in plainly(values, groups).items():
            met_low[key], met_high[key] = min(met_low[key], value), max(met_high[key], value)
    for key, index in found.items():
        assert float(index.low) <= met_low[key] + TOLERANCE, key
        assert float(index.high) >= met_high[key] - TOLERANCE, key
        assert index.low <= index.value <= index.high


@settings(max_examples=25, deadline=None)
@given(st.lists(box, min_size=4, max_size=4), st.integers(1, 3))
def test_the_least_values_are_reached(boxes: Boxes, cut: int) -> None:
    """A search that knows nothing of clipping comes as low, and no lower."""
    optimize = pytest.importorskip("scipy.optimize")
    groups = (tuple(range(cut)), tuple(range(cut, len(boxes))))
    middle = [(low + high) / 2 for low, high in boxes]
    found = bounded(boxes, [(low + high) // 2 for low, high in boxes], groups)
    for key in ("theil", "between_part", "within_part"):
        reached = min(
            optimize.minimize(
                lambda x, key=key: plainly(x, groups)[key], start, bounds=boxes, options={"maxiter": 400}
            ).fun
            for start in (middle, [low for low, _ in boxes], [high for _, high in boxes])
        )
        assert float(found[key].low) <= reached + TOLERANCE
        assert reached == pytest.approx(float(found[key].low), abs=2e-5), key


def plainly(values: Sequence[float], groups: tuple[tuple[int, ...], ...]) -> dict[str, float]:
    """Count the indices in the plainest way, in floats."""
    count, total = len(values), sum(values)
    mean = total / count
    found = {
        "gini": sum(abs(a - b) for a in values for b in values) / (2 * count * total),
        "theil": sum(value / total * math.log(value / mean) for value in values),
        "top_share": sum(sorted(values)[-3:]) / total,
        "between_part": 0.0,
        "within_part": 0.0,
    }
    for places in groups:
        part = [values[place] for place in places]
        own = sum(part) / len(part)
        found["between_part"] += sum(part) / total * math.log(own / mean)
        found["within_part"] += sum(value / total * math.log(value / own) for value in part)
    return found


# On the data


def test_the_plans_money_agrees_with_plain_arithmetic(ds: Dataset) -> None:
    money = compare(ds, "budget")
    found = of_comparison(ds, money)
    rows = [row for row in rows_of(money.frame) if row["claims"]]
    macro: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        macro.setdefault(ds.record("regions", row["region_id"])["macro_region"], []).append(place)
    plain = plainly([row["value"] for row in rows], tuple(map(tuple, macro.values())))
    for ours, theirs in (
        *((key, key) for key in ("gini", "theil", "top_share")),
        *((f"{key}_macro_region", f"{key}_part") for key in ("between", "within")),
    ):
        assert float(found[ours].value) == pytest.approx(plain[theirs], abs=1e-11)
    for name in ("macro_region", "capital_area"):
        parts = found[f"between_{name}"].value + found[f"within_{name}"].value
        assert parts == found["theil"].value  # to the last of twelve places
        groups = [group for group in found.groups if group.partition == name]
        total = money.total()
        assert sum(group.value for group in groups) == total.value
        assert sum(group.high for group in groups) == total.high
        assert {key for group in groups for key in group.missing} == set(total.missing)
        assert all(group.share_low <= group.share <= group.share_high for group in groups)
    assert (found.counted, found.missing) == (total.counted, total.missing)


def test_it_is_the_same_to_the_last_place_whatever_the_callers_context(ds: Dataset) -> None:
    first = of_comparison(ds, compare(ds, "budget", rule="first"))
    with localcontext(prec=5):
        again = of_comparison(sd.load(), compare(sd.load(), "budget", rule="first"))
    assert first.indices == again.indices
    assert [group.share for group in first.groups] == [group.share for group in again.groups]


def test_what_does_not_add_up_is_refused(ds: Dataset) -> None:
    quotients = compare(ds, "budget", per="population")
    with pytest.raises(NotComparable, match="do not add up"):
        of_comparison(ds, quotients)
    said = dispersion_or_reason(ds, quotients)
    assert isinstance(said, Unanswered)
    assert said.ko.endswith("없다.")
    with pytest.raises(NotComparable, match="fewer than two"):
        of_comparison(ds, compare(ds, "budget", regions=["부산"]))
    assert "gini" in of_comparison(ds, compare(ds, "jobs"))
    assert "top_share" not in of_comparison(ds, compare(ds, "budget", regions=["부산", "울산"]))
