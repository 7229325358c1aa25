"""The vocabularies in code are those of the data package; dates know their last day."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandan_lib import Dataset, model
from sandan_lib.model import (
    Basis,
    Component,
    Precision,
    Qualifier,
    Rule,
    Scope,
    Status,
    StatusClass,
    Unit,
    last_possible_day,
)

# Every column whose closed vocabulary the code decides by.
SHARED: dict[str, type[StrEnum]] = {
    "claims.unit": Unit,
    "measures.unit": Unit,
    "claims.qualifier": Qualifier,
    "claims.component": Component,
    "claims.basis": Basis,
    "measures.default_basis": Basis,
    "claims.scope": Scope,
    "claims.status": Status,
    "measures.default_status": StatusClass,
    "claims.published_precision": Precision,
    "sources.published_precision": Precision,
}


@pytest.mark.parametrize("place", SHARED)
def test_the_vocabulary_in_code_is_the_one_in_the_data(ds: Dataset, place: str) -> None:
    table, column = place.split(".")
    assert ds.package.table(table).field(column).values == tuple(SHARED[place])


def test_no_vocabulary_in_code_stands_alone() -> None:
    """All but the rule, which is a caller's choice and no column."""
    public = {getattr(model, name) for name in model.__all__}
    enums = {kind for kind in public if isinstance(kind, type) and issubclass(kind, StrEnum)}
    assert enums - {Rule} == set(SHARED.values())


def test_one_vocabulary_has_one_set_of_labels(ds: Dataset) -> None:
    """Columns that share a vocabulary must not name its members differently."""
    labels: dict[type[StrEnum], set[tuple[tuple[str, str, str], ...]]] = {}
    for place, kind in SHARED.items():
        table, column = place.split(".")
        categories = ds.package.table(table).field(column).categories
        words = tuple((item.value, item.label_ko, item.label_en) for item in categories)
        labels.setdefault(kind, set()).add(words)
    assert [kind.__name__ for kind, found in labels.items() if len(found) > 1] == []


@pytest.mark.parametrize("status", Status)
def test_every_status_belongs_to_one_class(status: Status) -> None:
    group = StatusClass.of(status)
    assert [other for other in StatusClass if status in other.statuses] == [group]
    assert StatusClass.of(status.value) is group


@pytest.mark.parametrize("group", StatusClass)
def test_every_class_holds_a_status(group: StatusClass) -> None:
    assert group.statuses
    assert {StatusClass.of(status) for status in group.statuses} == {group}


def test_the_classes_are_those_of_the_design() -> None:
    """Written out once more: what shares a class shares an axis, and a slip would mix money."""
    assert {group.value: {status.value for status in group.statuses} for group in StatusClass} == {
        "bid": {"applied"},
        "plan": {"planned", "revised"},
        "request": {"requested"},
        "draft": {"draft_budget"},
        "secured": {"secured"},
        "executed": {"executed"},
        "target": {"target"},
        "estimate": {"estimated"},
        "result": {"achieved", "observed"},
    }


def test_an_unknown_status_has_no_class() -> None:
    with pytest.raises(ValueError, match="promised"):
        StatusClass.of("promised")


@pytest.mark.parametrize(
    ("partial", "last"),
    [
        ("2022-04-26", dt.date(2022, 4, 26)),
        ("2022-04", dt.date(2022, 4, 30)),
        ("2022-12", dt.date(2022, 12, 31)),
        ("2022-02", dt.date(2022, 2, 28)),
        ("2020-02", dt.date(2020, 2, 29)),
        ("2022", dt.date(2022, 12, 31)),
    ],
)
def test_a_partial_date_counts_from_its_last_day(partial: str, last: dt.date) -> None:
    assert last_possible_day(partial) == last


@given(day=st.dates(min_value=dt.date(1000, 1, 1), max_value=dt.date(9998, 12, 31)))
@settings(deadline=None, database=None)
def test_what_is_less_known_is_never_seen_earlier(day: dt.date) -> None:
    text = day.isoformat()
    month, year = last_possible_day(text[:7]), last_possible_day(text[:4])
    assert last_possible_day(text) == day <= month <= year
    assert (month + dt.timedelta(days=1)).day == 1
    assert (month.year, month.month, year.year) == (day.year, day.month, day.year)
    assert year + dt.timedelta(days=1) == dt.date(day.year + 1, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2022-",
        "2022-13",
        "2022-00",
        "2021-02-29",
        "2022-04-31",
        "-2022",
        "2022/04",
        "2022-04-26-01",
    ],
)
def test_what_is_no_date_has_no_last_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        last_possible_day(text)


def test_every_date_of_the_data_has_a_last_day(ds: Dataset) -> None:
    read = 0
    for table in ds.package.tables.values():
        for column in table.fields:
            if column.partial_date:
                days = [last_possible_day(text) for text in ds.table(table.name)[column.name].dropna()]
                assert all(dt.date(1950, 1, 1) < day < dt.date(2060, 1, 1) for day in days)
                read += len(days)
    assert read > 500
