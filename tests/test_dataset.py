"""Loading, freezing in time and naming: what a dataset promises to whoever holds it."""

from __future__ import annotations

import calendar
import contextlib
import csv
import dataclasses
import datetime as dt
import functools
import itertools
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sandan_lib import Dataset, load
from sandan_lib.dataset import cells_of, data_folder, read_checked, rows_of, tables
from sandan_lib.dataset.tables import Tables
from sandan_lib.errors import DataError, ParameterError, UnknownName, UnknownSelection
from sandan_lib.schema import read_package

TABLES = sorted(path.stem for path in data_folder().glob("*.csv"))
DTYPES = {"string": "string", "integer": "Int64", "boolean": "boolean", "number": "object"}


def described(table: str) -> dict[str, str]:
    """Give the columns of a table with their types, straight from the description."""
    description = json.loads((data_folder() / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = (item for item in description["resources"] if item["name"] == table)
    return {field["name"]: field["type"] for field in resource["schema"]["fields"]}


def printed(table: str) -> list[dict[str, str]]:
    """Give a table's rows as text, straight from the file."""
    with (data_folder() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def last_day(partial: str) -> str:
    """Give the last day a partial date can mean, as text; written without the library."""
    year, month, day = ([int(part) for part in partial.split("-")] + [0, 0])[:3]
    month = month or 12
    return dt.date(year, month, day or calendar.monthrange(year, month)[1]).isoformat()


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


# Typed frames


@pytest.mark.parametrize("table", TABLES)
def test_columns_have_the_types_and_the_order_of_the_description(ds: Dataset, table: str) -> None:
    frame = ds.table(table)
    expected = {name: DTYPES[kind] for name, kind in described(table).items()}
    expected |= {"misprint": "boolean"} if table == "claims" else {}
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == expected
    assert list(frame.columns) == list(expected)


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_of_the_file_is_in_the_frame(ds: Dataset, table: str) -> None:
    read: dict[str, Callable[[str], object]] = {
        "string": str,
        "integer": int,
        "number": Decimal,
        "boolean": "true".__eq__,
    }
    types = described(table)
    expected = [
        {name: read[types[name]](cell) if cell else None for name, cell in row.items()}
        for row in printed(table)
    ]
    assert rows_of(ds.table(table), list(types)) == expected


def test_a_claim_is_a_misprint_when_its_correction_says_so(ds: Dataset) -> None:
    corrected = {row["claim_id"] for row in printed("corrections")}
    assert len(corrected) >= 10
    assert set(ds.claims.loc[ds.claims["misprint"], "claim_id"]) == corrected


def typed(rows: list[dict[str, Any]]) -> list[dict[str, tuple[type, Any]]]:
    return [{name: (type(cell), cell) for name, cell in row.items()} for row in rows]


@functools.cache
def read_and_checked() -> tuple[Tables, Tables]:
    """Both ways in which tables come to be: from files that are known to be sound, and from checked cells."""
    folder = data_folder()
    return Tables.read(folder, read_package(folder)), Tables.checked(read_checked(folder).tables)


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_those_of_the_frame_before_and_after_it_is_made(ds: Dataset, table: str) -> None:
    for fresh in read_and_checked():
        early = fresh.rows(table)
        late = rows_of(fresh[table])
        assert typed(early) == typed(late) == typed(fresh.rows(table))
        assert [list(row) for row in early] == [list(fresh[table].columns)] * len(late)
        early[0].clear()
        assert typed(fresh.rows(table)) == typed(late), "rows are the caller's own"
        pd.testing.assert_frame_equal(fresh[table], ds.table(table))
    then = ds.as_of("2021-06-30")
    assert typed(then.rows(table)) == typed(rows_of(then.table(table)))


def test_an_interrupted_look_at_a_table_may_be_repeated(
    package_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rehearsal that takes too long is interrupted anywhere, and all kernels inherit what it leaves."""
    replace_in(package_copy / "datapackage.json", '"version": "', '"version": "98.')
    fresh = Tables.read(package_copy, read_package(package_copy))

    def interrupted(*_: object) -> None:
        raise TimeoutError

    for name in ("_typed", "_whole"):
        with monkeypatch.context() as patch:
            patch.setattr(tables, name, interrupted)
            with pytest.raises(TimeoutError):
                fresh.rows("claims")
    assert len(fresh.rows("claims")) == len(printed("claims"))


def test_threads_that_look_first_see_one_frame(package_copy: Path) -> None:
    fresh = Tables.read(package_copy, read_package(package_copy))
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda number: (fresh.rows("claims"), fresh["claims"])[number % 2], range(32)))
    assert len({id(frame) for frame in seen[1::2]}) == 1
    assert all(rows == seen[0] for rows in seen[2::2])


@pytest.mark.parametrize("table", TABLES)
def test_missing_is_always_na_and_nothing_is_a_float(ds: Dataset, table: str) -> None:
    for name, column in ds.table(table).items():
        missing = [cell for cell in column if pd.isna(cell)]
        assert all(cell is pd.NA for cell in missing), name
        assert not any(isinstance(cell, float) or cell in ("", "nan") for cell in column.dropna()), name


def test_money_and_people_are_exact_whole_numbers(ds: Dataset) -> None:
    claims = ds.claims
    whole = claims[claims["unit"].isin(["KRW", "USD", "persons", "count", "years"])]
    assert len(whole) > 400
    assert {type(value) for value in whole["value"]} == {int}
    assert {type(value) for value in claims["value"]} == {int, Decimal}


# Loading


def test_an_unchanged_folder_is_read_once(package_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(package_copy)
    assert load(package_copy) is first
    assert load(str(package_copy)) is first
    monkeypatch.chdir(package_copy.parent)
    assert load("data") is first


def test_a_changed_file_is_read_again(package_copy: Path) -> None:
    before = load(package_copy)
    replace_in(package_copy / "regions.csv", "KR-11,서울,서울특별시,Seoul,", "KR-11,서울,서울특별시,Soul,")
    after = load(package_copy)
    assert after is not before
    assert after.name("regions", "KR-11", "en") == "Soul"
    assert before.name("regions", "KR-11", "en") == "Seoul"
    assert after.digest != before.digest


def test_a_changed_description_is_read_again(package_copy: Path) -> None:
    before = load(package_copy)
    replace_in(package_copy / "datapackage.json", f'"version": "{before.version}"', '"version": "99.0.0"')
    assert load(package_copy).version == "99.0.0"


def test_equal_content_has_an_equal_digest_wherever_it_lies(ds: Dataset, package_copy: Path) -> None:
    assert load(package_copy).digest == ds.digest == read_checked(package_copy).digest


def test_the_environment_names_the_data_folder(
    package_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = data_folder()
    replace_in(package_copy / "datapackage.json", '"version": "', '"version": "99.')
    monkeypatch.setenv("SANDAN_DATA", str(package_copy))
    assert load().version.startswith("99.")
    assert not load(shipped).version.startswith("99.")  # a folder given by name wins
    monkeypatch.setenv("SANDAN_DATA", "")
    assert load() is load(shipped)
    monkeypatch.setenv("SANDAN_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="nowhere") as caught:
        load()
    assert "nowhere" in caught.value.ko


def test_a_broken_package_is_not_loaded_and_says_where_it_is_broken(package_copy: Path) -> None:
    replace_in(package_copy / "rounds.csv", "2021-03-24", "2021-02-30")
    with pytest.raises(DataError) as caught:
        load(package_copy)
    for lang in ("en", "ko"):
        message = caught.value.message(lang)
        assert "data/rounds.csv:3:preselected" in message
        assert "sandan check" in message
    assert "possible date" in caught.value.en
    assert "날짜" in caught.value.ko


def test_a_badly_broken_package_shows_some_problems_and_counts_all(package_copy: Path) -> None:
    path = package_copy / "regions.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(",false,", ",no,"), encoding="utf-8", newline="\n"
    )
    (package_copy / "rounds.csv").unlink()
    problems = read_checked(package_copy).problems
    assert len(problems) > 10
    with pytest.raises(DataError) as caught:
        load(package_copy)
    for lang in ("en", "ko"):
        message = caught.value.message(lang)
        assert problems[0].text(lang) in message
        assert str(len(problems)) in message
        assert message.count("data/") < 10


def test_a_repaired_package_loads(package_copy: Path) -> None:
    replace_in(package_copy / "rounds.csv", "2021-03-24", "2021-02-30")
    with pytest.raises(DataError):
        load(package_copy)
    replace_in(package_copy / "rounds.csv", "2021-02-30", "2021-03-24")
    assert len(load(package_copy).selections()) == 15


# What a caller does to a frame stays with the caller


def overwrite_a_column(frame: pd.DataFrame) -> None:
    frame["value"] = 0


def overwrite_a_cell(frame: pd.DataFrame) -> None:
    frame.loc[0, "value"] = 0
    frame.at[1, "round_year"] = 1999
    frame.iloc[2, 0] = "c99999"


def overwrite_through_a_column(frame: pd.DataFrame) -> None:
    frame["claim_id"].array[0] = "c99999"
    frame["round_year"].array[0] = 1999
    frame["value"].array[0] = 0


def delete_a_column(frame: pd.DataFrame) -> None:
    del frame["value"]
    frame.insert(0, "mine", 1)


def rename_in_place(frame: pd.DataFrame) -> None:
    frame.columns = pd.Index([name.upper() for name in frame.columns])
    frame.index = frame.index[::-1]


def label_the_axes(frame: pd.DataFrame) -> None:
    frame.columns.name = "mine"
    frame.index.name = "mine"
    frame.attrs["mine"] = True


@pytest.mark.parametrize(
    "change",
    [
        overwrite_a_column,
        overwrite_a_cell,
        overwrite_through_a_column,
        delete_a_column,
        rename_in_place,
        label_the_axes,
    ],
)
def test_a_changed_frame_does_not_reach_the_dataset(
    package_copy: Path, change: Callable[[pd.DataFrame], None]
) -> None:
    data = load(package_copy)  # not the shared one: a leak would spoil the other tests
    before = data.claims.copy(deep=True)
    frame = data.claims
    with contextlib.suppress(ValueError, TypeError):  # refusing a change is as good as keeping it apart
        change(frame)
    pd.testing.assert_frame_equal(data.claims, before)
    assert data.claims.attrs == {}
    assert data.claims.columns.name is None
    assert data.claims.index.name is None


def test_a_changed_record_does_not_reach_the_dataset(package_copy: Path) -> None:
    data = load(package_copy)
    for record in (data.record("regions", "KR-43"), data.records("regions")["KR-43"]):
        with contextlib.suppress(TypeError):  # refusing a change is as good as keeping it apart
            record["name_en"] = "Elsewhere"  # type: ignore[index]
    assert data.name("regions", "KR-43", "en") == "Chungbuk"


def test_a_dataset_cannot_be_changed(ds: Dataset) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ds.vintage = dt.date(2020, 1, 1)  # type: ignore[misc]


# Vintages

DAYS = [
    "2019-01-01",
    "2019-11-19",
    "2020-05-07",
    "2020-05-30",
    "2020-05-31",
    "2021-03-24",
    "2021-12-30",
    "2021-12-31",
    "2022-04-26",
    "2023-02-28",
    "2024-09-20",
    "2024-09-21",
    "2099-12-31",
]


@pytest.mark.parametrize("day", DAYS)
def test_a_vintage_holds_exactly_the_claims_published_by_then(ds: Dataset, day: str) -> None:
    expected = [
        row["claim_id"] for row in printed("claims") if row["published"] and last_day(row["published"]) <= day
    ]
    assert list(ds.as_of(day).claims["claim_id"]) == expected


@pytest.mark.parametrize("day", DAYS)
def test_a_vintage_holds_no_event_that_lay_ahead(ds: Dataset, day: str) -> None:
    expected = {row["event_id"] for row in printed("events") if last_day(row["date"]) <= day}
    assert set(ds.as_of(day).table("events")["event_id"]) <= expected


@pytest.mark.parametrize("day", ["2019-01-01", "2020-05-07", "2022-04-26"])
def test_a_vintage_holds_no_event_that_only_a_later_text_tells_of(ds: Dataset, day: str) -> None:
    published = {row["source_id"]: row["published"] for row in printed("sources")}
    told = {row["event_id"]: published[row["source_id"]] for row in rows_of(ds.as_of(day).table("events"))}
    later = {event: date for event, date in told.items() if date and last_day(date) > day}
    assert later == {}


@pytest.mark.parametrize(
    ("claim", "hidden", "shown"),
    [
        ("c00005", "2020-05-06", "2020-05-07"),  # 2020-05-07
        ("c00001", "2020-05-30", "2020-05-31"),  # 2020-05
        ("c00078", "2021-02-27", "2021-02-28"),  # 2021-02
        ("c00114", "2021-12-30", "2021-12-31"),  # 2021
    ],
)
def test_an_imprecise_date_counts_from_its_last_possible_day(
    ds: Dataset, claim: str, hidden: str, shown: str
) -> None:
    assert claim not in set(ds.as_of(hidden).claims["claim_id"])
    assert claim in set(ds.as_of(shown).claims["claim_id"])


@pytest.mark.parametrize("day", DAYS)
def test_undated_claims_are_left_out_of_every_vintage_and_listed(ds: Dataset, day: str) -> None:
    expected = tuple(row["claim_id"] for row in printed("claims") if not row["published"])
    assert len(expected) > 10
    assert ds.as_of(day).undated == expected
    assert ds.undated == ()


def test_knowledge_only_grows(ds: Dataset) -> None:
    months = [dt.date(year, month, 1) for year in range(2019, 2026) for month in range(1, 13)]
    for table, key in (("claims", "claim_id"), ("events", "event_id")):
        known = [set(ds.as_of(month).table(table)[key]) for month in months]
        assert all(earlier <= later for earlier, later in itertools.pairwise(known))
        assert len({len(ids) for ids in known}) > 20


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_day_means_all_that_is_known(ds: Dataset, nothing: str | None) -> None:
    assert ds.as_of(nothing) is ds


def test_a_date_and_its_text_mean_the_same_vintage(ds: Dataset) -> None:
    by_text, by_date = ds.as_of("2022-05-01"), ds.as_of(dt.date(2022, 5, 1))
    assert by_text.vintage == by_date.vintage == dt.date(2022, 5, 1)
    pd.testing.assert_frame_equal(by_text.claims, by_date.claims)


def test_a_moment_means_its_day(ds: Dataset) -> None:
    moment = ds.as_of(dt.datetime(2022, 5, 1, 12, tzinfo=dt.UTC))
    assert moment.vintage == dt.date(2022, 5, 1)
    pd.testing.assert_frame_equal(moment.claims, ds.as_of("2022-05-01").claims)


@pytest.mark.parametrize(
    "nonsense",
    ["yesterday", "2022", "2022-05", "2022-13-01", "2022-02-30", "1 May 2022", " ", 20220501, True],
)
def test_a_day_that_is_none_is_refused(ds: Dataset, nonsense: Any) -> None:
    with pytest.raises(ParameterError, match=r"2022-05-01") as caught:
        ds.as_of(nonsense)
    assert repr(nonsense) in caught.value.en
    assert repr(nonsense) in caught.value.ko


def test_a_vintage_leaves_the_dataset_as_it_was(ds: Dataset) -> None:
    before = ds.claims
    ds.as_of("2020-05-07")
    pd.testing.assert_frame_equal(ds.claims, before)
    assert ds.vintage is None


def test_a_vintage_twice_is_the_vintage_once(ds: Dataset) -> None:
    once = ds.as_of("2021-06-30")
    twice = once.as_of("2021-06-30")
    pd.testing.assert_frame_equal(twice.claims, once.claims)
    assert twice.vintage == once.vintage
    assert twice.undated == once.undated


def test_a_vintage_never_claims_to_know_more_than_it_was_cut_down_to(ds: Dataset) -> None:
    early = ds.as_of("2020-12-31")
    try:
        later = early.as_of("2022-12-31")
    except ParameterError:
        return  # refusing is honest too
    assert later.vintage == early.vintage or len(later.claims) == len(ds.as_of("2022-12-31").claims)


# Selections


def test_fifteen_selections_stand_in_the_order_of_rounds_and_regions(ds: Dataset) -> None:
    assert [item.selection_id for item in ds.selections()] == [
        *("2020-KR-27", "2020-KR-28", "2020-KR-29", "2020-KR-46", "2020-KR-47"),
        *("2021-KR-26", "2021-KR-31", "2021-KR-41", "2021-KR-45", "2021-KR-48"),
        *("2022-KR-30", "2022-KR-43", "2022-KR-44", "2022-KR-46", "2022-KR-47"),
    ]
    assert all(item.selected for item in ds.selections())


def test_applicants_are_shown_when_asked_for(ds: Dataset) -> None:
    everyone = ds.selections(selected_only=False)
    turned_down = {item.selection_id for item in everyone if not item.selected}
    assert turned_down == {
        *("2020-KR-26", "2020-KR-31", "2020-KR-41", "2020-KR-43", "2020-KR-48"),
        *("2021-KR-43", "2021-KR-44", "2021-KR-47"),
    }


@pytest.mark.parametrize(
    "spelling",
    [
        "충북",
        "충청북도",
        "Chungbuk",
        "chungbuk",
        "Chungcheongbuk-do",
        "CHUNGCHEONGBUK DO",
        "KR-43",
        " 충북 ",
        "충 북",
    ],
)
def test_any_spelling_of_a_region_finds_its_selection(ds: Dataset, spelling: str) -> None:
    assert ds.selection(spelling, 2022).selection_id == "2022-KR-43"
    assert ds.selection(spelling).selection_id == "2022-KR-43"  # selected once: no round needed


def test_every_alias_in_the_data_finds_its_region(ds: Dataset) -> None:
    aliases = printed("region_aliases")
    assert len(aliases) > 150
    assert {row["alias"]: ds.region(row["alias"]) for row in aliases} == {
        row["alias"]: row["region_id"] for row in aliases
    }


def test_every_complex_and_measure_is_found_by_all_its_names(ds: Dataset) -> None:
    for row in printed("complexes"):
        for spelling in (row["complex_id"], row["name_ko"], row["name_en"], *row["aliases"].split(";")):
            assert not spelling or ds.complex_names.resolve(spelling) == row["complex_id"]
    for row in printed("measures"):
        for spelling in (row["measure_id"], row["name_ko"], row["name_en"]):
            assert ds.measure_names.resolve(spelling) == row["measure_id"]


@pytest.mark.parametrize(("typed", "meant"), [("충븍", "충북"), ("Chungbok", "Chungbuk"), ("경복", "경북")])
def test_a_near_miss_is_refused_and_names_what_may_be_meant(ds: Dataset, typed: str, meant: str) -> None:
    with pytest.raises(UnknownName) as caught:
        ds.selection(typed, 2022)
    for message in (caught.value.en, caught.value.ko):
        assert typed in message
        assert meant in message


def refusal(ds: Dataset, region: str, round_year: int | None) -> UnknownSelection:
    with pytest.raises(UnknownSelection) as caught:
        ds.selection(region, round_year)
    for message in (caught.value.en, caught.value.ko):
        assert "None" not in message
    return caught.value


def test_an_applicant_that_was_not_selected_is_told_so(ds: Dataset) -> None:
    error = refusal(ds, "충북", 2021)
    assert "Chungbuk applied in 2021 but was not selected" in error.en
    assert "충북" in error.ko
    assert "신청했으나 선정되지 않았습니다" in error.ko
    for message in (error.en, error.ko):
        assert message.endswith("2020, 2021, 2022.")
        assert "2022" in message.removesuffix("2020, 2021, 2022.")  # when it was selected


def test_a_region_selected_twice_is_asked_for_the_round(ds: Dataset) -> None:
    error = refusal(ds, "경북", None)
    assert "2020 or 2022" in error.en
    assert "2020, 2022" in error.ko
    assert ds.selection("경북", 2020).selection_id == "2020-KR-47"
    assert ds.selection("경북", 2022).selection_id == "2022-KR-47"


@pytest.mark.parametrize("year", [2019, 2023, 0, -1])
def test_a_round_that_never_was_is_named_as_such(ds: Dataset, year: int) -> None:
    error = refusal(ds, "충북", year)
    assert f"there was no round {year}" in error.en
    assert f"{year}년 선정은 없었습니다" in error.ko
    for message in (error.en, error.ko):
        assert "2020, 2021, 2022" in message


def test_a_region_not_in_that_round_is_told_when_it_was_selected(ds: Dataset) -> None:
    error = refusal(ds, "대전", 2020)
    assert error.en.startswith("Daejeon was not selected in 2020; Daejeon was selected in 2022.")
    assert "선정된 해: 2022" in error.ko


@pytest.mark.parametrize("year", [None, 2020, 2022])
def test_a_region_never_selected_is_told_so(ds: Dataset, year: int | None) -> None:
    error = refusal(ds, "서울", year)
    assert error.en.startswith("Seoul was never selected.")
    assert error.ko.startswith("서울: 선정된 적이 없습니다.")


# Amounts and labels


@pytest.mark.parametrize(
    ("claim", "korean", "english"),
    [
        ("c00152", "883건", "883"),  # support cases
        ("c00159", "5곳", "5"),  # districts, printed 5곳
        ("c00488", "7곳", "7"),  # bodies, printed 7개
        ("c00512", "5번", "5"),  # meetings
        ("c00007", "35개", "35"),
        ("c00506", "9,600명", "9,600"),
        ("c00511", "약 20명", "about 20"),
        ("c00136", "약 5곳", "about 5"),
        ("c00137", "약 1조 원", "about KRW 1,000 bn"),
        ("c00081", "1조 8,047억 원", "KRW 1,804.7 bn"),
        ("c00474", "426억 달러", "USD 42.6 bn"),
        ("c00213", "5조 1,000억 원 이하", "at most KRW 5,100 bn"),
        ("c00524", "1,200개 이상", "at least 1,200"),
        ("c00537", "16.43㎢", "16.43 km²"),
        ("c00523", "61%", "61%"),
        ("c00517", "3년", "3 years"),
    ],
)
def test_an_amount_is_counted_as_its_measure_is(ds: Dataset, claim: str, korean: str, english: str) -> None:
    record = ds.record("claims", claim)
    assert ds.amount(record, "ko") == korean
    assert ds.amount(record, "en") == english


def test_a_range_is_counted_at_both_ends(ds: Dataset) -> None:
    row = dict(ds.record("claims", "c00152")) | {"value": 5, "value_high": 7, "qualifier": "range"}
    assert ds.amount(row, "ko") == "5건~7건"
    assert ds.amount(row, "en") == "5–7"


def test_a_row_of_the_frame_is_a_claim_too(ds: Dataset) -> None:
    claims = ds.claims
    _, row = next(claims[claims["claim_id"] == "c00506"].iterrows())
    assert ds.amount({str(name): cell for name, cell in row.items()}, "ko") == "9,600명"


@pytest.mark.parametrize(
    ("column", "value", "korean", "english"),
    [
        ("status", "secured", "확보", "secured"),
        ("component", "national", "국비", "national government"),
        ("basis", "cumulative", "누적", "cumulative"),
        ("scope", "plan", "계획 전체", "whole plan"),
        ("unit", "KRW", "원", "won"),
    ],
)
def test_a_vocabulary_is_labelled_in_both_languages(
    ds: Dataset, column: str, value: str, korean: str, english: str
) -> None:
    assert ds.label("claims", column, value, "ko") == korean
    assert ds.label("claims", column, value, "en") == english


def test_every_label_is_there_and_tells_members_apart(ds: Dataset) -> None:
    for table in ds.package.tables.values():
        for column in table.fields:
            for lang in ("ko", "en"):
                assert column.label(lang).strip()
                labels = [category.label(lang).strip() for category in column.categories]
                assert all(labels), f"{table.name}.{column.name}"
                assert len(set(labels)) == len(labels), f"{table.name}.{column.name}"


@pytest.mark.parametrize(
    ("table", "column", "value", "near"),
    [
        ("claims", "status", "secure", "secured"),
        ("claims", "statuz", "secured", "status"),
        ("claim", "status", "secured", "claims"),
    ],
)
def test_an_unknown_word_names_the_nearest(
    ds: Dataset, table: str, column: str, value: str, near: str
) -> None:
    with pytest.raises(UnknownName) as caught:
        ds.label(table, column, value, "en")
    assert near in caught.value.en
    assert near in caught.value.ko


def test_an_unknown_table_names_the_nearest(ds: Dataset) -> None:
    with pytest.raises(UnknownName, match="claims"):
        ds.table("claim")


@pytest.mark.parametrize("table", ["regions", "complexes", "measures", "organisations", "programmes"])
def test_everything_named_has_a_name_in_both_languages(ds: Dataset, table: str) -> None:
    for key in ds.records(table):
        assert ds.name(table, key, "ko").strip()
        assert ds.name(table, key, "en").strip()


@pytest.mark.parametrize("dtype", ["string", "str", "object"])
def test_a_missing_text_is_none(dtype: str) -> None:
    column = pd.Series(["a", None, "b"], dtype=dtype)
    assert cells_of(column) == ["a", None, "b"]
    assert cells_of(column.head(0)) == []


@pytest.mark.parametrize(
    ("dtype", "cells"),
    [
        ("Int64", [1, None]),
        ("boolean", [True, None]),
        ("object", [2**70, None]),
        ("object", [Decimal("1.5"), None]),
        ("float64", [1.5, None]),
        ("int64", [1, 2]),
        ("bool", [True, False]),
        ("category", ["a", None]),
    ],
)
def test_cells_are_plain_objects(dtype: Any, cells: list[Any]) -> None:
    found = cells_of(pd.Series(cells, dtype=dtype))
    assert [(type(cell), cell) for cell in found] == [(type(cell), cell) for cell in cells]


def test_a_column_is_not_changed_by_reading_it() -> None:
    column = pd.Series([1, pd.NA, None], dtype="object")
    assert cells_of(column) == [1, None, None]
    assert column[1] is pd.NA


def test_of_the_days_asked_for_only_the_newest_few_are_kept(ds: Dataset) -> None:
    fresh = dataclasses.replace(ds)
    first = fresh.as_of("2022-12-31")
    assert fresh.as_of(dt.date(2022, 12, 31)) is first
    for day in range(1, 32):
        fresh.as_of(dt.date(2021, 1, day))
    assert fresh.as_of("2022-12-31") is first
    for day in range(1, 32):
        fresh.as_of(dt.date(2021, 1, day))
        fresh.as_of(dt.date(2021, 3, day))
    again = fresh.as_of("2022-12-31")
    assert again is not first
    assert again.undated == first.undated
    assert {name: again.table(name).equals(first.table(name)) for name in TABLES} == dict.fromkeys(
        TABLES, True
    )


def test_nothing_is_kept_of_large_data(ds: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandan_lib.dataset.core._FEW", 10)
    fresh = dataclasses.replace(ds)
    assert fresh.as_of("2022-12-31") is not fresh.as_of("2022-12-31")


def test_the_tests_read_what_is_shipped() -> None:
    assert "SANDAN_DATA" not in os.environ
    assert len(TABLES) == 26
