"""Comparing holds its promises for any claims whatever, not only for those that are curated."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import functools
import itertools
from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandan_lib import Dataset, compare, load
from sandan_lib.compare import Comparison
from sandan_lib.dataset import rows_of
from sandan_lib.dataset.frames import with_corrections
from sandan_lib.errors import NotComparable

Row = dict[str, Any]
Case = tuple[Row, list[Row]]
PROPERTY = settings(deadline=None, database=None, max_examples=40)
RULES = ("latest", "first", "official")

# Written down here again, since this is what the tests hold the library to.
STATUS_CLASS = {
    "applied": "bid",
    "planned": "plan",
    "revised": "plan",
    "requested": "request",
    "draft_budget": "draft",
    "secured": "secured",
    "executed": "executed",
    "target": "target",
    "estimated": "estimate",
    "achieved": "result",
    "observed": "result",
}
COMPONENTS = ("total", "national", "local", "provincial", "municipal", "private")
BASES = ("level", "increase", "cumulative", "annual", "share", "change_rate")
RELATIVE = ("share", "change_rate")
UNIT = {"budget": "KRW", "jobs": "persons", "exports": "USD", "subprojects": "count"}
# Days around the rounds, months, years, one that does not end on the 31st, and no date at all.
DATES = (
    *(None, "2019", "2020-05-07", "2020-05", "2020", "2021-02", "2021-03-24", "2021-03-23"),
    *("2021", "2022-04-26", "2022-04-30", "2022-04", "2022-05-01", "2022"),
)
DIMENSIONS = ("measure", "component", "basis", "unit", "status", "scope", "year")
YEARS = (2021, 2022)


# Questions and claims


@st.composite
def questions(draw: st.DrawFn) -> Row:
    """Draw a question that may be asked: money has components, growth is in percent or points."""
    measure = draw(st.sampled_from(sorted(UNIT)))
    basis = draw(st.sampled_from(BASES))
    relative = draw(st.sampled_from(("percent", "percent_points")))
    return {
        "measure": measure,
        "component": draw(st.sampled_from(COMPONENTS)) if measure == "budget" else None,
        "basis": basis,
        "unit": relative if basis in RELATIVE else UNIT[measure],
        "status": draw(st.sampled_from(sorted(set(STATUS_CLASS.values())))),
        "scope": draw(st.sampled_from(("plan", "plan-excl-smart-green"))),
        "year": draw(st.sampled_from(YEARS)) if basis == "annual" else None,
    }


@functools.cache
def places() -> tuple[Row, ...]:
    """Give what claims may be about: the fifteen, applicants that were not selected, or neither."""
    ds = load()
    found: list[Row] = [
        {"selection_id": item.selection_id, "region_id": item.region_id, "round_year": item.round_year}
        for item in ds.selections(selected_only=False)
    ]
    return (*found, {"selection_id": None, "region_id": "KR-43", "round_year": None})


@functools.cache
def speakers() -> tuple[str, ...]:
    """Give one source of each authority."""
    return tuple({row["authority"]: key for key, row in load().records("sources").items()}.values())


@st.composite
def claims_near(draw: st.DrawFn, question: Row) -> Row:
    """Draw a sound claim that answers a question, or differs from it in something."""
    unlike = draw(st.sets(st.sampled_from(DIMENSIONS), max_size=2)) if draw(st.booleans()) else set()
    other = draw(questions()) if unlike else question
    kind = question | {key: other[key] for key in unlike}
    if kind["measure"] != "budget":
        kind["component"] = None
    elif kind["component"] is None:
        kind["component"] = "total"
    if kind["basis"] in RELATIVE:
        kind["unit"] = kind["unit"] if kind["unit"].startswith("percent") else "percent"
    else:
        kind["unit"] = UNIT[kind["measure"]]
    if "scope" in unlike:
        kind["scope"] = draw(st.sampled_from(("plan", "plan-excl-smart-green", "part")))
    if kind["basis"] != "annual":
        kind["year"] = None
    elif kind["year"] is None or "year" in unlike:
        kind["year"] = draw(st.sampled_from((*YEARS, None)))  # a text may print no year
    value, high = draw(figures(kind["unit"]))
    statuses = sorted(status for status, group in STATUS_CLASS.items() if group == kind["status"])
    published = draw(st.sampled_from(DATES))
    precision = {0: "unknown", 4: "year", 7: "month", 10: "day"}[len(published or "")]
    return {
        "programme_id": "sandan-renewal",
        "measure_id": kind["measure"],
        "status": draw(st.sampled_from(statuses)),
        **{key: kind[key] for key in ("component", "basis", "unit", "scope")},
        **draw(st.sampled_from(places())),
        "period_start": kind["year"],
        "period_end": kind["year"],
        "scope_note_ko": "일부" if kind["scope"] == "part" else None,
        "scope_note_en": "a part" if kind["scope"] == "part" else None,
        "value": value,
        "value_high": high,
        "qualifier": "range" if high is not None else draw(st.sampled_from(("exact", "about", "at_least"))),
        "as_printed": str(value),
        "source_id": draw(st.sampled_from(speakers())),
        "origin_id": draw(st.sampled_from(("o9001", "o9002", "o9003"))),
        "published": published,
        "published_precision": precision,
        "misprint": draw(st.integers(0, 9)) == 0,
    }


def figures(unit: str) -> st.SearchStrategy[tuple[int | Decimal, int | Decimal | None]]:
    """Draw a figure or a range; few enough that figures are often equal, or roundings of each other."""
    whole = st.sampled_from((1, 9, 10, 12, 14, 17, 20, 99, 100, 119, 120, 125))
    scale = {"KRW": 10**9, "USD": 10**6}.get(unit, 1)
    plain: st.SearchStrategy[int | Decimal] = whole.map(lambda number: number * scale)
    if unit.startswith("percent"):
        plain = st.one_of(plain, whole.map(lambda number: Decimal(number * 10 + 5) / 10))
    spans = st.tuples(plain, plain).filter(lambda ends: ends[0] < ends[1])
    return st.one_of(plain.map(lambda value: (value, None)), plain.map(lambda value: (value, None)), spans)


def numbered(rows: Sequence[Row]) -> list[Row]:
    return [row | {"claim_id": f"c{number:05}"} for number, row in enumerate(rows, start=1)]


def about(question: Row) -> st.SearchStrategy[Case]:
    """Draw claims that answer a question, or nearly."""
    claims = st.lists(claims_near(question), min_size=1, max_size=14).map(numbered)
    return st.tuples(st.just(question), claims)


cases = questions().flatmap(about)
annual_cases = (
    questions()
    .map(lambda asked: asked | {"basis": "annual", "unit": UNIT[asked["measure"]], "year": YEARS[0]})
    .flatmap(about)
)


@functools.cache
def background() -> Dataset:
    """Give the data without the tables that each vintage cuts and no comparison looks at."""
    ds = load()
    unused = (
        *("events", "programme_sites", "programme_links", "region_history", "gaps", "verification"),
        "selection_industries",
    )
    empty = {name: ds.table(name).iloc[:0] for name in unused}
    return dataclasses.replace(ds, _frames=MappingProxyType(dict(ds._frames) | empty))


def dataset(rows: Sequence[Row]) -> Dataset:
    """Give a dataset with these claims and no others; their misprints stand in its corrections."""
    ds = background()  # no fixture: Hypothesis would print the whole dataset with a failing example
    empty = ds.claims.drop(columns="misprint").iloc[:0]
    claims = pd.DataFrame(rows, columns=list(empty.columns)).astype(empty.dtypes.to_dict())
    wrong = [{"claim_id": row["claim_id"], "printed": row["as_printed"]} for row in rows if row["misprint"]]
    none = ds.table("corrections").iloc[:0]
    corrections = pd.DataFrame(wrong, columns=list(none.columns)).astype(none.dtypes.to_dict())
    frames = {"claims": with_corrections(claims, corrections), "corrections": corrections}
    return dataclasses.replace(ds, _frames=MappingProxyType(dict(ds._frames) | frames))


def answer(ds: Dataset, question: Row, **more: Any) -> Comparison | None:
    """Give the comparison, or nothing where it is refused."""
    try:
        return compare(ds, **question, **more)
    except NotComparable:
        return None


# What the library is held to


def found_in(row: Row) -> Row:
    """Give the question that a claim answers."""
    return {
        "measure": row["measure_id"],
        "component": row["component"],
        "basis": row["basis"],
        "unit": row["unit"],
        "status": STATUS_CLASS[row["status"]],
        "scope": row["scope"],
        "year": row["period_end"],
    }


def is_about(row: Row, question: Row) -> bool:
    selected = {item.selection_id for item in load().selections()}
    return row["measure_id"] == question["measure"] and row["selection_id"] in selected


def answers(row: Row, question: Row) -> bool:
    return is_about(row, question) and found_in(row) == question and not row["misprint"]


def known_on(published: str | None, day: dt.date) -> bool:
    """Tell whether a text had appeared for certain: on the last day that its date can mean."""
    if published is None:
        return False
    year, month, *rest = [*map(int, published.split("-")), *([12] if len(published) == 4 else [])]
    last = rest[0] if rest else calendar.monthrange(year, month)[1]
    return dt.date(year, month, last) <= day


def rounds(coarse: Row, fine: Row) -> bool:
    """Tell whether one printing is the other, cut or rounded to fewer digits."""
    if (coarse["value"], coarse["value_high"]) == (fine["value"], fine["value_high"]):
        return True
    if coarse["value_high"] is not None or fine["value_high"] is not None:
        return False
    short, long = (Decimal(row["value"]).normalize() for row in (coarse, fine))
    if len(short.as_tuple().digits) >= len(long.as_tuple().digits):
        return False
    steps = long.scaleb(-int(short.as_tuple().exponent))
    unit = short.scaleb(-int(short.as_tuple().exponent))
    return unit in {steps.to_integral_value(how) for how in (ROUND_FLOOR, ROUND_HALF_UP)}


def by_selection(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["selection_id"], []).append(row)
    return found


def check_cell(cell: Row, own: list[Row]) -> None:
    """Hold one cell to the claims that may stand behind it."""
    assert cell["claims"] == len(own)
    assert cell["origins"] == len({row["origin_id"] for row in own})
    if not own:
        counted = ("selection_id", "region_id", "round_year", "claims", "origins")
        assert {cell[column] for column in cell if column not in counted} == {None}
        return
    (chosen,) = (row for row in own if row["claim_id"] == cell["claim_id"])
    for column in ("value", "source_id", "published", "qualifier", "region_id", "round_year"):
        assert cell[column] == chosen[column]
    assert cell["low"] in {row["value"] for row in own}
    assert cell["high"] in {end for row in own for end in (row["value"], row["value_high"])}
    assert cell["low"] <= cell["value"] <= cell["high"]
    for end in ("low", "high"):
        (printed,) = (row for row in own if row["claim_id"] == cell[f"{end}_claim_id"])
        assert cell[end] in (printed["value"], printed["value_high"])
    for row in own:
        if not cell["low"] <= row["value"] <= (row["value_high"] or row["value"]) <= cell["high"]:
            others = (other for other in own if other is not row and other["origin_id"] == row["origin_id"])
            assert any(rounds(row, other) for other in others), "only a rounding lies outside the bounds"


# Like with like


@PROPERTY
@given(case=cases, rule=st.sampled_from(RULES))
def test_only_claims_that_answer_the_question_are_compared(case: Case, rule: str) -> None:
    question, rows = case
    result = answer(dataset(rows), question, rule=rule)
    fit = [row for row in rows if answers(row, question)]
    if result is None:
        assert fit == []
        return
    assert fit
    assert len(result.frame) == 15
    behind = by_selection(fit)
    for cell in rows_of(result.frame):
        check_cell(cell, behind.get(cell["selection_id"], []))


@PROPERTY
@given(case=cases)
def test_what_is_left_out_is_all_the_rest_each_for_a_true_reason(case: Case) -> None:
    question, rows = case
    result = answer(dataset(rows), question)
    if result is None:
        return
    of_measure = {row["claim_id"]: row for row in rows if is_about(row, question)}
    left_out = rows_of(result.left_out)
    rest = [key for key, row in of_measure.items() if not answers(row, question)]
    assert sorted(row["claim_id"] for row in left_out) == sorted(rest)
    for row in left_out:
        claim = of_measure[row["claim_id"]]
        assert row["selection_id"] == claim["selection_id"]
        assert row["reason_ko"]
        assert row["reason_en"]
        if claim["misprint"]:
            assert row["reason"] == "misprint"
            continue
        dimension, _, found = row["reason"].partition(": ")
        key = "status" if dimension == "status_class" else dimension
        assert str(found_in(claim)[key]) == found
        assert found_in(claim)[key] != question[key]


@PROPERTY
@given(case=annual_cases)
def test_without_a_year_annual_figures_are_those_of_the_year_that_most_have(case: Case) -> None:
    question, rows = case
    held = {
        year: len(by_selection([row for row in rows if answers(row, question | {"year": year})]))
        for year in YEARS
    }
    result = answer(dataset(rows), question | {"year": None})
    if result is None:
        assert not any(held.values())
        return
    assert result.year == max(YEARS, key=lambda year: (held[year], year))
    same = compare(dataset(rows), **question | {"year": result.year})
    assert rows_of(result.frame) == rows_of(same.frame)
    assert any(f"{result.year}" in en and f"{result.year}" in ko for ko, en in result.caveats)


@PROPERTY
@given(case=cases)
def test_a_question_is_refused_only_if_nothing_answers_it_and_then_names_what_there_is(case: Case) -> None:
    question, rows = case
    if any(answers(row, question) for row in rows):
        assert answer(dataset(rows), question) is not None
        return
    with pytest.raises(NotComparable) as caught:
        compare(dataset(rows), **question)
    for row in rows:
        if is_about(row, question):
            year = str(row["period_end"]) if row["basis"] == "annual" else None
            kind = [STATUS_CLASS[row["status"]], row["basis"], year, row["scope"], row["component"]]
            assert "/".join(filter(None, kind)) in caught.value.en
            assert "/".join(filter(None, kind)) in caught.value.ko


@PROPERTY
@given(case=cases)
def test_sources_and_totals_are_those_of_the_claims_that_are_shown(case: Case) -> None:
    question, rows = case
    result = answer(dataset(rows), question)
    if result is None:
        return
    shown = {row["claim_id"]: row for row in rows}
    chosen = [shown[key] for key in result.frame["claim_id"].dropna()]
    first = list(dict.fromkeys(row["source_id"] for row in chosen))
    assert list(result.sources[: len(first)]) == first
    disputed = [cell for cell in rows_of(result.frame) if cell["claims"] and cell["low"] < cell["high"]]
    ends = {shown[cell[f"{end}_claim_id"]]["source_id"] for cell in disputed for end in ("low", "high")}
    assert sorted(result.sources) == sorted(ends | set(first))
    if question["basis"] in RELATIVE:
        with pytest.raises(NotComparable):
            result.total()
        return
    total = result.total()
    assert total.value == sum(row["value"] for row in chosen)
    assert total.counted + len(total.missing) == 15


def test_whole_and_broken_percents_of_one_selection_can_be_compared() -> None:
    about = {"component": "total", "basis": "share", "unit": "percent"}
    rows = [
        total_of(places()[1], 9, "o9001", **about, value=9, value_high=None),
        total_of(places()[1], 1, "o9002", **about, value=Decimal("1.5"), value_high=None),
    ]
    cell = rows_of(compare(dataset(numbered(rows)), "budget", basis="share").frame)[0]
    assert (cell["low"], cell["high"]) == (Decimal("1.5"), 9)


# Vintages


days = st.dates(dt.date(2019, 1, 1), dt.date(2023, 6, 30))


@PROPERTY
@given(case=cases, day=days, rule=st.sampled_from(RULES))
def test_a_vintage_shows_no_later_claim(case: Case, day: dt.date, rule: str) -> None:
    question, rows = case
    ds = dataset(rows)
    selected = ds.records("selections")
    announced = {
        item.selection_id
        for item in ds.selections()
        if known_on(selected[item.selection_id]["preselected"], day)
    }
    result = answer(ds, question, as_of=day.isoformat(), rule=rule)
    known = [row for row in rows if known_on(row["published"], day) and row["selection_id"] in announced]
    fit = by_selection([row for row in known if answers(row, question)])
    if result is None:
        assert fit == {}
        return
    assert result.vintage == day
    assert set(result.frame["selection_id"]) == announced
    for cell in rows_of(result.frame):
        check_cell(cell, fit.get(cell["selection_id"], []))
    rest = {row["claim_id"] for row in known if is_about(row, question) and not answers(row, question)}
    assert set(result.left_out["claim_id"]) == rest


@PROPERTY
@given(case=cases, one=days, other=days)
def test_what_was_known_earlier_stays_known_later(case: Case, one: dt.date, other: dt.date) -> None:
    ds = dataset(case[1])
    early, late = (ds.as_of(day) for day in sorted((one, other)))
    before, after = (set(state.claims["claim_id"]) for state in (early, late))
    assert before <= after
    assert {item.selection_id for item in early.selections()} <= {
        item.selection_id for item in late.selections()
    }
    first, last = sorted((one, other))
    assert set(late.as_of(first).claims["claim_id"]) == before
    again = early.as_of(last)
    assert set(again.claims["claim_id"]) == before, "what was cut off does not come back"
    assert again.vintage == first


@PROPERTY
@given(case=cases, day=days)
def test_a_vintage_knows_exactly_what_had_appeared_and_counts_the_undated(case: Case, day: dt.date) -> None:
    _, rows = case
    state = dataset(rows).as_of(day)
    assert list(state.claims["claim_id"]) == [
        row["claim_id"] for row in rows if known_on(row["published"], day)
    ]
    assert list(state.undated) == [row["claim_id"] for row in rows if row["published"] is None]


# Ranks


def ranks(values: Sequence[Any]) -> list[int]:
    """Rank values as sport does: equal ones share a rank, the largest has 1."""
    return [1 + sum(other > value for other in values) for value in values]


# One or two digits: a figure is then a rounding of another or it is not, without steps between.
one_figure = st.tuples(st.sampled_from((10, 12, 17, 20, 31, 38, 40)), st.sampled_from(("o9001", "o9002")))
one_range = st.tuples(
    st.tuples(st.sampled_from((10, 20)), st.sampled_from((30, 40))), st.sampled_from(("o9001", "o9002"))
)
some_places = st.lists(
    st.lists(st.one_of(one_figure, one_range), min_size=1, max_size=3), min_size=1, max_size=4
)


def total_of(place: Row, figure: Any, origin: str, **changes: Any) -> Row:
    low, high = figure if isinstance(figure, tuple) else (figure, None)
    return (
        {"programme_id": "sandan-renewal", "measure_id": "budget", "component": "total", "unit": "KRW"}
        | {"status": "planned", "basis": "cumulative", "scope": "plan", "misprint": False}
        | {"value": low * 10**9, "value_high": high and high * 10**9, "as_printed": str(low)}
        | {"qualifier": "range" if high else "exact", "source_id": speakers()[0], "origin_id": origin}
        | {"published": "2022-05-01", "published_precision": "day"}
        | place
        | changes
    )


def options_of(own: list[Row]) -> list[int]:
    """Give the figures that a selection may have: all but roundings of another one of their release."""
    kept = [
        row
        for row in own
        if not any(
            other["value"] != row["value"] and other["origin_id"] == row["origin_id"] and rounds(row, other)
            for other in own
        )
    ]
    return sorted({end for row in kept for end in (row["value"], row["value_high"]) if end is not None})


@PROPERTY
@example(printed=[[(12, "o9001"), (20, "o9001")], [(17, "o9001")]])  # 20 is no rounding of 12
@example(printed=[[(17, "o9001"), (20, "o9001")], [(20, "o9001")]])  # but of 17 it is
@given(printed=some_places)
def test_ranks_are_what_trying_every_choice_of_figures_gives(
    printed: list[list[tuple[Any, str]]],
) -> None:
    fifteen = [place for place in places() if place["selection_id"] in fifteen_ids()]
    chosen = fifteen[: len(printed)]
    own = [
        [total_of(place, figure, origin) for figure, origin in figures]
        for place, figures in zip(chosen, printed, strict=True)
    ]
    # An unlike claim and a misprint, far above all others, must not move any rank.
    noise = [
        total_of(chosen[0], 900, "o9009", status="applied"),
        total_of(chosen[-1], 900, "o9009", misprint=True),
    ]
    rows = numbered([*itertools.chain.from_iterable(own), *noise])
    cells = {cell["selection_id"]: cell for cell in rows_of(compare(dataset(rows), "budget").frame)}
    options = [options_of(each) for each in own]
    outcomes = [ranks(choice) for choice in itertools.product(*options)]
    values = ranks([cells[place["selection_id"]]["value"] for place in chosen])
    for position, place in enumerate(chosen):
        cell = cells[place["selection_id"]]
        possible = [outcome[position] for outcome in outcomes]
        assert (cell["low"], cell["high"]) == (options[position][0], options[position][-1])
        assert (cell["rank_low"], cell["rank_high"]) == (min(possible), max(possible))
        assert cell["rank"] == values[position]


def fifteen_ids() -> set[str]:
    return {item.selection_id for item in load().selections()}


# The order of rows


def same(one: Comparison, other: Comparison) -> None:
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert one.sources == other.sources
    assert one.caveats == other.caveats
    order: Callable[[Comparison], pd.DataFrame] = lambda it: (  # noqa: E731
        it.left_out.sort_values("claim_id").reset_index(drop=True)
    )
    pd.testing.assert_frame_equal(order(one), order(other))


@PROPERTY
@given(case=cases, random=st.randoms(use_true_random=False), rule=st.sampled_from(RULES))
def test_the_answer_does_not_depend_on_the_order_of_rows(case: Case, random: Any, rule: str) -> None:
    question, rows = case
    mixed = list(rows)
    random.shuffle(mixed)
    here, there = (answer(dataset(order), question, rule=rule) for order in (rows, mixed))
    if here is None or there is None:
        assert here is there
        return
    same(here, there)


@PROPERTY
@given(case=cases, day=days, random=st.randoms(use_true_random=False))
def test_neither_does_that_of_a_vintage(case: Case, day: dt.date, random: Any) -> None:
    question, rows = case
    mixed = list(rows)
    random.shuffle(mixed)
    here, there = (answer(dataset(order), question, as_of=day.isoformat()) for order in (rows, mixed))
    if here is None or there is None:
        assert here is there
        return
    same(here, there)
