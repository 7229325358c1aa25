"""A score of one's own: by hand, by brute force over all choices of texts, refused if it says nothing."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandan_lib import Dataset, charts, compare, references, score, tables
from sandan_lib.dataset import rows_of
from sandan_lib.errors import NotComparable, ParameterError, UnknownName
from sandan_lib.score import _ranked, _row, _Ruler, read_weights


def cell(low: int, value: int, high: int) -> dict[str, Any]:
    return {"claims": 1, "low": low, "value": value, "high": high, "claim_id": "c00001"}


def test_a_score_by_hand() -> None:
    # Rulers: a from 0 to 10, b from 0 to 4. Weights 3 and -1: (3 * place on a + 1 - place on b) / 4.
    rulers = {"a": _Ruler(Fraction(0), Fraction(10)), "b": _Ruler(Fraction(0), Fraction(4))}
    row = _row("s", {"a": cell(4, 5, 10), "b": cell(1, 1, 2)}, rulers, {"a": 3, "b": -1})
    assert row["value"] == Fraction(100, 4) * (3 * Fraction(1, 2) + 1 - Fraction(1, 4))
    assert row["low"] == Fraction(100, 4) * (3 * Fraction(4, 10) + 1 - Fraction(2, 4))
    assert row["high"] == Fraction(100, 4) * (3 * 1 + 1 - Fraction(1, 4))
    assert row["places"] == (("a", Fraction(1, 2)), ("b", Fraction(1, 4)))


boxes = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(sorted), min_size=2, max_size=4
)


@given(boxes, boxes, st.integers(-3, 3).filter(bool), st.integers(-3, 3).filter(bool))
@settings(max_examples=150, deadline=None)
def test_scores_and_ranks_span_exactly_what_any_choice_of_texts_gives(
    first: list[list[int]], second: list[list[int]], one: int, two: int
) -> None:
    pairs = list(zip(first, second, strict=False))
    ends = [[end for box in boxes_ for end in (box[0], box[2])] for boxes_ in zip(*pairs, strict=True)]
    if any(min(numbers) == max(numbers) for numbers in ends):
        return
    rulers = {key: _Ruler(Fraction(min(n)), Fraction(max(n))) for key, n in zip("ab", ends, strict=True)}
    weights = {"a": one, "b": two}
    rows = [
        _row(str(place), {"a": cell(*a), "b": cell(*b)}, rulers, weights)
        for place, (a, b) in enumerate(pairs)
    ]
    found = {item.selection_id: item for item in _ranked(rows)}

    def scored(a: int, b: int) -> Fraction:
        total = Fraction(0)
        for key, figure in (("a", a), ("b", b)):
            at = (Fraction(figure) - rulers[key].low) / (rulers[key].high - rulers[key].low)
            total += abs(weights[key]) * (at if weights[key] > 0 else 1 - at)
        return 100 * total / (abs(one) + abs(two))

    corners = [list(itertools.product({a[0], a[2]}, {b[0], b[2]})) for a, b in pairs]
    seen: dict[str, list[tuple[Fraction, int]]] = {key: [] for key in found}
    for choice in itertools.product(*corners):
        scores = [scored(*figures) for figures in choice]
        for place, own in enumerate(scores):
            seen[str(place)].append((own, 1 + sum(other > own for other in scores)))
    for key, item in found.items():
        values, ranks = zip(*seen[key], strict=True)
        assert (item.low, item.high) == (min(values), max(values))
        assert (item.rank_low, item.rank_high) == (min(ranks), max(ranks))
        assert item.rank_low <= item.rank <= item.rank_high
        assert item.low <= item.value <= item.high


def test_one_measure_alone_ranks_as_its_comparison(ds: Dataset) -> None:
    found = score(ds, "budget=5")
    rows = {row["selection_id"]: row for row in rows_of(compare(ds, "budget").frame)}
    assert {item.selection_id for item in found.found} == {k for k, row in rows.items() if row["claims"]}
    for item in found.found:
        row = rows[item.selection_id]
        assert (item.rank, item.rank_low, item.rank_high) == (
            row["rank"],
            row["rank_low"],
            row["rank_high"],
        )


def test_less_counts_more_below_zero(ds: Dataset) -> None:
    up, down = score(ds, "budget=1"), score(ds, "budget=-1")
    assert {i.selection_id: 100 - i.value for i in up.found} == {i.selection_id: i.value for i in down.found}


def test_whoever_lacks_a_figure_has_no_score_and_is_named(ds: Dataset) -> None:
    found = score(ds, "budget=1, output=2")
    known = {row["selection_id"] for row in rows_of(compare(ds, "output").frame) if row["claims"]}
    assert {item.selection_id for item in found.found} == known
    assert dict(found.missing).keys() == {item.selection_id for item in ds.selections()} - known
    assert all("output" in lacking for _, lacking in found.missing)
    table = tables.scored(ds, found, references(ds, found), "en")
    for selection, _ in found.missing:
        assert ds.selection_name(selection, "en") in table.notes[-1]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_chart_and_table_show_the_same_scores(ds: Dataset, lang: str) -> None:
    found = score(ds, "budget=2, jobs=1, budget/jobs=-1")
    table = tables.scored(ds, found, references(ds, found), lang)
    spec = charts.scored(ds, found, lang).to_dict()
    rows = next(iter(spec["datasets"].values())) if "datasets" in spec else spec["data"]["values"]
    assert [row["label"] for row in rows] == [row[2].text for row in table.rows]
    assert [row["name"] for row in rows] == [row[1].text for row in table.rows]
    assert all(record["claim_ids"] for record in table.records)
    assert charts.scored(ds, score(ds, "budget=1", round_year=2022), lang).alt_text.count(";") == 4


@pytest.mark.parametrize(
    "text",
    ["budget", "budget=", "budget=x", "=1", "budget=1.5", "budget=11", "budget=--1", "budget=１", "a=1,a=2"],
)
def test_what_is_no_weight_is_refused(text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read_weights(text)
    assert "weights: " in caught.value.en
    assert "weights: " in caught.value.ko


def test_impossible_scores_are_refused_with_a_reason(ds: Dataset) -> None:
    with pytest.raises(ParameterError, match="no measure has a weight"):
        score(ds, "budget=0")
    with pytest.raises(UnknownName):
        score(ds, "bugdet=1")
    with pytest.raises(NotComparable):
        score(ds.as_of("2019-01-01"), "budget=1")
    assert score(ds, {"budget": 1, "jobs": 0}).weights == (("budget", 1),)
