"""Figures in proportion to something, a few regions side by side, and sums that say what they lack."""

from __future__ import annotations

import csv
import dataclasses
import functools
import itertools
import math
import re
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest

from sandan_lib import Dataset, compare, load
from sandan_lib.compare import Comparison
from sandan_lib.compare.per import CLAIMED, REGIONAL
from sandan_lib.dataset import data_folder, rows_of
from sandan_lib.errors import NotComparable, ParameterError, UnknownName, UnknownSelection
from sandan_lib.tables import left_out

Row = dict[str, Any]
UNKNOWN = ("value", "low", "high", "numerator", "per_value", "per_year", "per_source_id", "claim_id", "rank")
DIVIDED = [(measure, per) for measure in ("budget", "jobs", "output") for per in (*REGIONAL, *CLAIMED)]
HANGUL = re.compile("[가-힣]")


def with_table(ds: Dataset, **frames: pd.DataFrame) -> Dataset:
    """Give a dataset in which these tables are others."""
    return dataclasses.replace(ds, _frames=MappingProxyType(dict(ds._frames) | frames))


@functools.cache
def quotients(measure: str, per: str) -> Comparison:
    """Give a comparison that several tests look at; nothing can change it."""
    return compare(load(), measure, per=per)


def cells(result: Comparison) -> dict[str, Row]:
    return {row["selection_id"]: row for row in rows_of(result.frame)}


def known(result: Comparison) -> dict[str, Row]:
    return {key: row for key, row in cells(result).items() if row["claims"]}


def twelve_digits(exact: Fraction) -> Fraction:
    """Round to twelve significant digits, a half to the even one, without floats or decimals."""
    if not exact:
        return exact
    places = 0
    while abs(exact) * Fraction(10) ** places < 10**11:
        places += 1
    while abs(exact) * Fraction(10) ** places >= 10**12:
        places -= 1
    return round(exact * Fraction(10) ** places) / Fraction(10) ** places


def over(amount: int | Decimal, base: int | Decimal) -> Fraction:
    return twelve_digits(Fraction(amount) / Fraction(base))


@pytest.fixture(scope="module")
def baselines() -> dict[tuple[str, int], dict[str, Row]]:
    """Regional figures by measure and year, read without the library."""
    found: dict[tuple[str, int], dict[str, Row]] = {}
    with (data_folder() / "baselines.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["measure_id"], int(row["year"])), {})[row["region_id"]] = row
    return found


# Dividing by a regional figure


@pytest.mark.parametrize("per", REGIONAL)
def test_a_figure_over_a_regional_one_is_the_exact_quotient(
    ds: Dataset, baselines: dict[tuple[str, int], dict[str, Row]], per: str
) -> None:
    whole, result = known(compare(ds, "budget")), quotients("budget", per)
    assert set(known(result)) == set(whole)
    assert len(whole) > 10
    regions = set(result.frame["region_id"])
    newest = max(year for (measure, year), of in baselines.items() if measure == per and regions <= set(of))
    for key, row in known(result).items():
        base = baselines[per, newest][row["region_id"]]
        for column in ("value", "low", "high"):
            assert Fraction(row[column]) == over(whole[key][column], Decimal(base["value"])), (key, column)
        assert (row["numerator"], row["per_value"]) == (whole[key]["value"], Decimal(base["value"]))
        assert (row["per_year"], row["per_source_id"]) == (newest, base["source_id"])


def claims_of(ds: Dataset, measure: str, selection_id: str) -> list[Row]:
    """Give the claims that say how large a plan is in a measure, as one would ask of it."""
    kind = {
        "budget": ("total", "cumulative", "plan", ("planned", "revised")),
        "jobs": (None, "increase", "plan", ("target",)),
        "subprojects": (None, "level", "plan", ("planned", "revised")),
    }[measure]
    return [
        dict(row)
        for row in ds.records("claims").values()
        if (row["measure_id"], row["selection_id"], row["misprint"]) == (measure, selection_id, False)
        and (row["component"], row["basis"], row["scope"]) == kind[:3]
        and row["status"] in kind[3]
    ]


def together(ds: Dataset, selection_id: str, per: str) -> dict[str, tuple[list[Row], list[Row]]]:
    """Give, of each release that prints both, the claims of money and those of what divides it."""
    money, base = claims_of(ds, "budget", selection_id), claims_of(ds, per, selection_id)
    shared = {row["origin_id"] for row in money} & {row["origin_id"] for row in base}
    return {
        origin: (
            [row for row in money if row["origin_id"] == origin],
            [row for row in base if row["origin_id"] == origin],
        )
        for origin in shared
    }


@pytest.mark.parametrize("per", CLAIMED)
@pytest.mark.parametrize("rule", ["latest", "first", "official"])
def test_a_figure_over_a_claimed_one_is_the_exact_quotient_of_one_release(
    ds: Dataset, per: str, rule: str
) -> None:
    result = known(compare(ds, "budget", per=per, rule=rule))
    assert len(result) > 8
    for item in ds.selections():
        releases = together(ds, item.selection_id, per)
        assert (item.selection_id in result) == bool(releases), item.selection_id
        if not releases:
            continue
        row = result[item.selection_id]
        above, below = ds.record("claims", row["claim_id"]), ds.record("claims", row["per_claim_id"])
        assert dict(above) in releases[above["origin_id"]][0]
        assert dict(below) in releases[above["origin_id"]][1]
        assert (row["numerator"], row["per_value"]) == (above["value"], below["value"])
        assert (row["source_id"], row["per_source_id"]) == (above["source_id"], below["source_id"])
        assert Fraction(row["value"]) == over(above["value"], below["value"])
        assert row["per_year"] is None
        assert row["claims"] == sum(len(money) for money, _ in releases.values())
        assert row["origins"] == len(releases)


@pytest.mark.parametrize("per", CLAIMED)
def test_bounds_are_quotients_of_one_release_and_no_certain_one_lies_outside(ds: Dataset, per: str) -> None:
    wide = 0
    for key, row in known(quotients("budget", per)).items():
        releases = together(ds, key, per)
        possible = {
            over(above[end], below[end])
            for money, base in releases.values()
            for above, below in itertools.product(money, base)
            for end in ("value", "value_high")
            if above[end] is not None and below[end] is not None
        }
        assert {Fraction(row["low"]), Fraction(row["high"])} <= possible
        assert row["low"] <= row["value"] <= row["high"]
        wide += row["low"] < row["high"]
        for money, base in releases.values():  # where nothing can be a rounding of anything
            if len({each["value"] for each in money}) == len({each["value"] for each in base}) == 1:
                assert row["low"] <= over(money[0]["value"], base[0]["value"]) <= row["high"]
    assert wide >= 2


@pytest.mark.parametrize("per", CLAIMED)
@pytest.mark.parametrize("rule", ["latest", "first", "official"])
def test_the_release_is_chosen_by_the_rule_among_those_that_print_both(
    ds: Dataset, per: str, rule: str
) -> None:
    claims = ds.claims
    shared = {
        row["claim_id"]
        for item in ds.selections()
        for money, _ in together(ds, item.selection_id, per).values()
        for row in money
    }
    apart = claims["measure_id"].eq("budget") & ~claims["claim_id"].isin(shared)
    alone = with_table(ds, claims=claims[~apart.astype(bool)].reset_index(drop=True))
    expected = {key: row["claim_id"] for key, row in known(compare(alone, "budget", rule=rule)).items()}
    result = known(compare(ds, "budget", per=per, rule=rule))
    assert {key: row["claim_id"] for key, row in result.items()} == expected


@pytest.mark.parametrize(("measure", "per"), DIVIDED)
def test_quotients_are_exact_numbers_of_twelve_digits(measure: str, per: str) -> None:
    for row in known(quotients(measure, per)).values():
        for column in ("value", "low", "high"):
            assert isinstance(row[column], (int, Decimal))
            assert len(Decimal(row[column]).as_tuple().digits) <= 12


def test_a_denominator_is_found_by_any_of_its_names(ds: Dataset) -> None:
    for spelling in ("population", "인구", " POPULATION "):
        assert compare(ds, "budget", per=spelling).per == "population"
    assert compare(ds, "budget", per="일자리").per_unit == "persons"
    assert compare(ds, "budget").per is compare(ds, "budget").per_unit is None


@pytest.mark.parametrize(
    ("spelling", "near"), [("populatoin", " Did you mean 'population'?"), ("bugdet", "")]
)
def test_only_what_one_may_divide_by_is_offered(ds: Dataset, spelling: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        compare(ds, "budget", per=spelling)
    allowed = ", ".join((*REGIONAL, *CLAIMED))
    assert caught.value.en == f"per={spelling!r}: one may divide by {allowed}.{near}"


# One year for all


def without(baselines: pd.DataFrame, measure: str, region: str, *years: int) -> pd.DataFrame:
    here = (baselines["measure_id"] == measure) & (baselines["region_id"] == region)
    return baselines[~(here & baselines["year"].isin(years))].reset_index(drop=True)


def years_of(result: Comparison) -> set[int]:
    return {row["per_year"] for row in known(result).values()}


def test_the_year_is_the_newest_that_all_compared_regions_have(ds: Dataset) -> None:
    years = sorted(set(ds.table("baselines").query("measure_id == 'population'")["year"]))
    lacking = with_table(ds, baselines=without(ds.table("baselines"), "population", "KR-43", years[-1]))
    assert years_of(compare(ds, "budget", per="population")) == {years[-1]}
    assert years_of(compare(lacking, "budget", per="population")) == {years[-2]}


def test_a_region_that_is_not_compared_does_not_choose_the_year(ds: Dataset) -> None:
    years = sorted(set(ds.table("baselines").query("measure_id == 'population'")["year"]))
    lacking = with_table(ds, baselines=without(ds.table("baselines"), "population", "KR-43", years[-1]))
    one_round = compare(lacking, "budget", per="population", round_year=2021)
    assert "KR-43" not in set(one_round.frame["region_id"])
    assert years_of(one_round) == {years[-1]}
    named = compare(lacking, "budget", per="population", regions=["경북", "전남"])
    assert years_of(named) == {years[-1]}


def test_without_a_common_year_dividing_is_refused(ds: Dataset) -> None:
    years = sorted(set(ds.table("baselines").query("measure_id == 'population'")["year"]))
    lacking = with_table(ds, baselines=without(ds.table("baselines"), "population", "KR-43", *years))
    with pytest.raises(NotComparable, match="no year has population") as caught:
        compare(lacking, "budget", per="population")
    regions = {item.region_id for item in ds.selections()}
    assert f"all {len(regions)} regions" in caught.value.en
    assert f"{len(regions)}개 시·도의 인구" in caught.value.ko


# What is missing stays missing


@pytest.mark.parametrize(("measure", "per"), DIVIDED)
def test_a_selection_without_numerator_or_denominator_is_unknown(ds: Dataset, measure: str, per: str) -> None:
    result = quotients(measure, per)
    lacking = [row for row in cells(result).values() if not row["claims"]]
    for row in lacking:
        assert {row[column] for column in (*UNKNOWN, "rank_low", "rank_high")} == {None}, row["selection_id"]
    assert len(lacking) + len(known(result)) == len(ds.selections())
    order = [row["claims"] == 0 for row in rows_of(result.frame)]
    assert order == sorted(order), "the unknown come last"


def test_selections_that_lose_their_figure_to_a_missing_denominator_are_counted(ds: Dataset) -> None:
    whole, result = compare(ds, "budget"), compare(ds, "budget", per="jobs")
    lost = {key for key in known(whole) if not together(ds, key, "jobs")}
    assert lost
    assert set(known(result)) == set(known(whole)) - lost
    missing = len(ds.selections()) - len(known(result))
    said = dict(result.caveats)
    ko = f"{len(ds.selections())}곳 가운데 {missing}곳은 비교할 수 있는 수치가 없다."
    assert said[ko] == (
        f"Without a figure that can be compared: {missing} of {len(ds.selections())} selections."
    )


def test_an_unknown_quotient_keeps_nothing_of_the_figure_it_cannot_divide(ds: Dataset) -> None:
    for row in cells(compare(ds, "budget", per="jobs")).values():
        if not row["claims"]:
            assert (row["origins"], row["published"], row["qualifier"]) == (0, None, None)


def test_every_claim_of_the_measure_is_either_divided_or_left_out(ds: Dataset) -> None:
    result = compare(ds, "budget", per="jobs")
    everything = compare(ds, "budget").frame["claims"].sum() + len(compare(ds, "budget").left_out)
    assert result.frame["claims"].sum() + len(result.left_out) == everything


def test_claims_of_a_selection_that_cannot_be_divided_are_left_out_as_such(ds: Dataset) -> None:
    result = compare(ds, "budget", per="jobs")
    lost = set(known(compare(ds, "budget"))) - set(known(result))
    rows = [row for row in rows_of(result.left_out) if row["reason"] == "per"]
    expected = {row["claim_id"] for key in lost for row in claims_of(ds, "budget", key)}
    assert {row["claim_id"] for row in rows if row["selection_id"] in lost} == expected
    assert {(row["reason_ko"], row["reason_en"]) for row in rows} == {
        ("함께 적힌 나눌 수치가 없다", "no figure to divide by is printed with it")
    }


def test_what_cannot_be_divided_is_not_called_of_another_status(ds: Dataset) -> None:
    whole, result = compare(ds, "budget"), compare(ds, "budget", per="jobs")
    said = [words for _, words in whole.caveats if words.startswith("Figures of another status")]
    assert len(said) == 1
    assert said == [words for _, words in result.caveats if words.startswith("Figures of another status")]


def test_a_claimed_denominator_of_nothing_divides_nothing(ds: Dataset) -> None:
    claims = ds.claims
    jobs = claims["measure_id"].eq("jobs") & claims["selection_id"].eq("2022-KR-43")
    claims.loc[jobs.fillna(value=False).astype(bool), "value"] = 0
    result = cells(compare(with_table(ds, claims=claims), "budget", per="jobs"))
    assert result["2022-KR-43"]["value"] is None


def test_a_denominator_of_nothing_divides_nothing(ds: Dataset) -> None:
    baselines = ds.table("baselines")
    baselines.loc[(baselines["measure_id"] == "area") & (baselines["region_id"] == "KR-43"), "value"] = 0
    result = cells(compare(with_table(ds, baselines=baselines), "budget", per="area"))
    assert cells(compare(ds, "budget", per="area"))["2022-KR-43"]["value"] is not None
    assert result["2022-KR-43"]["value"] is None
    assert result["2022-KR-43"]["claims"] == 0


# Ranks, sources, words


@pytest.mark.parametrize(("measure", "per"), DIVIDED)
def test_quotients_are_ranked_anew(measure: str, per: str) -> None:
    rows = list(known(quotients(measure, per)).values())
    for row in rows:
        others = [other for other in rows if other is not row]
        assert row["rank"] == 1 + sum(other["value"] > row["value"] for other in others)
        assert row["rank_low"] == 1 + sum(other["low"] > row["high"] for other in others)
        assert row["rank_high"] == 1 + sum(other["high"] > row["low"] for other in others)
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)


def test_dividing_changes_the_order(ds: Dataset) -> None:
    whole, each = compare(ds, "budget"), compare(ds, "budget", per="population")
    assert list(whole.frame["selection_id"]) != list(each.frame["selection_id"])


@pytest.mark.parametrize(("measure", "per"), DIVIDED)
def test_sources_are_those_of_figures_of_what_divides_them_and_of_their_bounds(
    ds: Dataset, measure: str, per: str
) -> None:
    result = quotients(measure, per)
    rows = list(known(result).values())
    met = [row["source_id"] for row in rows] + [row["per_source_id"] for row in rows]
    first = list(dict.fromkeys(met))
    assert list(result.sources[: len(first)]) == first
    ends = {row[f"{end}_claim_id"] for row in rows for end in ("low", "high") if row["low"] < row["high"]}
    rest = {ds.record("claims", key)["source_id"] for key in ends}
    assert set(result.sources) == rest | set(first)
    assert len(set(result.sources)) == len(result.sources)


@pytest.mark.parametrize("per", REGIONAL)
def test_a_caveat_says_that_the_divisor_is_the_whole_regions_and_of_which_year(ds: Dataset, per: str) -> None:
    result = quotients("budget", per)
    (year,) = years_of(result)
    ko, en = ds.name("measures", per, "ko"), ds.name("measures", per, "en")
    ((said_ko, said_en),) = [pair for pair in result.caveats if pair[1].startswith("Divided by")]
    assert said_ko.startswith(f"나눈 것: 시·도의 {ko}({year}년)")
    assert said_en.startswith(f"Divided by: {en} of the whole region in {year}")
    assert not HANGUL.search(said_en)


@pytest.mark.parametrize("per", CLAIMED)
def test_a_caveat_says_that_the_divisor_is_the_plans_own(ds: Dataset, per: str) -> None:
    said = dict(quotients("budget", per).caveats)
    ko, en = ds.name("measures", per, "ko"), ds.name("measures", per, "en")
    assert said[f"나눈 것: 계획이 스스로 밝힌 {ko}."] == f"Divided by: {en} as the plans state it."
    assert not any(words.startswith("Divided by") for _, words in compare(ds, "budget").caveats)


@pytest.mark.parametrize(
    ("measure", "per", "value", "ko", "en"),
    [
        ("budget", "population", "578929.450101", "57만 8,900 원/명", "KRW 578,900 per person"),
        ("budget", "grdp", "0.0139200", "1.392%", "1.392%"),
        ("budget", "area", "1528143712.57", "15억 2,800만 원/㎢", "KRW 1.528 bn per km²"),
        ("budget", "complex_exports", "91.7938503875", "91.79 원/달러", "KRW 91.79 per dollar"),
        ("jobs", "area", "19.9600798403", "19.96명/㎢", "19.96 per km²"),
        ("jobs", "population", "0.0083854", "0.8385%", "0.8385%"),
        ("budget", None, "1804700000000", "1조 8,047억 원", "KRW 1,804.7 bn"),
        ("jobs", None, "9600", "9,600명", "9,600"),
    ],
)
def test_amounts_are_written_in_both_languages(
    ds: Dataset, measure: str, per: str | None, value: str, ko: str, en: str
) -> None:
    result = compare(ds, measure, per=per)
    number = Decimal(value) if per else int(value)
    assert (result.amount(number, "ko"), result.amount(number, "en")) == (ko, en)


@pytest.mark.parametrize(("measure", "per"), DIVIDED)
def test_every_quotient_can_be_written_and_only_korean_words_are_korean(measure: str, per: str) -> None:
    result = quotients(measure, per)
    for row in known(result).values():
        for column in ("value", "low", "high"):
            ko, en = result.amount(row[column], "ko"), result.amount(row[column], "en")
            assert not HANGUL.search(en)
            assert re.search(r"[1-9]", ko), "not even a small quotient is written as nothing"
            assert re.search(r"[1-9]", en)
            assert "E" not in en.replace("KRW", "")


def test_the_bounds_of_a_negative_quotient_are_in_order(ds: Dataset) -> None:
    claims = ds.claims
    money = claims["measure_id"].eq("budget").astype(bool)
    claims.loc[money, "value"] = -claims.loc[money, "value"]
    result = known(compare(with_table(ds, claims=claims), "budget", per="jobs"))
    assert all(row["low"] <= row["value"] <= row["high"] for row in result.values())


# What one may not divide by


@pytest.mark.parametrize(
    ("per", "near"), [("popultion", "population"), ("인구수", "인구"), ("complex_ouput", "complex_output")]
)
def test_an_unknown_denominator_is_refused_with_the_nearest(per: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        quotients("budget", per)
    for message in (caught.value.en, caught.value.ko):
        assert repr(per) in message
        assert near in message


def test_a_measure_that_one_may_not_divide_by_is_refused_with_those_one_may(ds: Dataset) -> None:
    with pytest.raises(ParameterError) as caught:
        compare(ds, "budget", per="수출액")
    for message in (caught.value.en, caught.value.ko):
        assert "per='수출액'" in message
        assert all(name in message for name in (*REGIONAL, *CLAIMED))
        assert "'complex_exports'?" in message


def test_only_the_listed_measures_divide(ds: Dataset) -> None:
    allowed = {*REGIONAL, *CLAIMED}
    for measure in set(ds.records("measures")) - allowed:
        with pytest.raises(ParameterError, match="one may divide by"):
            compare(ds, "budget", per=measure)


@pytest.mark.parametrize("day", ["2021-06-30", "2022-05-01", "2023-12-31"])
def test_a_vintage_divides_by_no_figure_of_a_later_year(ds: Dataset, day: str) -> None:
    have = set(ds.table("baselines").query("measure_id == 'population'")["year"])
    earlier = max(year for year in have if year < int(day[:4]))
    assert years_of(compare(ds, "budget", per="population", as_of=day)) == {earlier}


# Sums


SUMMED = [
    ("budget", {}),
    ("budget", {"component": "national"}),
    ("budget", {"component": "national", "status": "secured", "basis": "annual"}),
    ("budget", {"rule": "first"}),
    ("budget", {"round_year": 2022}),
    ("budget", {"regions": ["경북", "전남"]}),
    ("budget", {"as_of": "2021-06-30"}),
    ("jobs", {}),
    ("output", {"basis": "level"}),
    ("subprojects", {}),
    ("exports", {}),
]


@pytest.mark.parametrize(("measure", "question"), SUMMED)
def test_a_total_adds_up_claims_and_names_what_it_lacks(ds: Dataset, measure: str, question: Row) -> None:
    result = compare(ds, measure, **question)
    total = result.total()
    chosen = [ds.record("claims", row["claim_id"])["value"] for row in known(result).values()]
    assert total.value == sum(chosen)
    assert total.counted == len(chosen)
    rows = known(result).values()
    assert total.low == sum(row["low"] for row in rows)
    assert total.high == sum(row["high"] for row in rows)
    assert total.low <= total.value <= total.high
    day, year = question.get("as_of"), question.get("round_year")
    wanted = {item.selection_id for item in ds.as_of(day).selections() if year in (None, item.round_year)}
    if "regions" in question:
        wanted = {"2020-KR-46", "2022-KR-46", "2020-KR-47", "2022-KR-47"}
    assert set(total.missing) == wanted - set(known(result))
    assert len(total.missing) + total.counted == len(wanted)


def test_totals_are_whole_where_figures_are(ds: Dataset) -> None:
    total = compare(ds, "budget").total()
    assert all(type(number) is int for number in (total.value, total.low, total.high))
    assert total.low < total.value < total.high
    assert total.missing == ()
    assert compare(ds, "subprojects").total().missing == ("2020-KR-28",)


def test_broken_numbers_are_added_exactly(ds: Dataset) -> None:
    chosen = compare(ds, "subprojects").frame["claim_id"].dropna()[:3]
    values = (Decimal("0.1"), Decimal("0.2"), 3)
    rows = [
        dict(ds.record("claims", key)) | {"value": value} for key, value in zip(chosen, values, strict=True)
    ]
    empty = ds.claims.iloc[:0]
    claims = pd.DataFrame(rows, columns=list(empty.columns)).astype(empty.dtypes.to_dict())
    assert compare(with_table(ds, claims=claims), "subprojects").total().value == Decimal("3.3")


@pytest.mark.parametrize(
    ("measure", "question"),
    [
        ("budget", {"per": "population"}),
        ("budget", {"per": "jobs"}),
        ("exports", {"basis": "change_rate"}),
        ("accidents", {}),
        ("budget", {"basis": "share", "status": "secured", "component": None}),
        ("firms_converting", {"basis": "share"}),
        ("grdp_manufacturing_share", {"basis": "change_rate", "unit": "percent_points"}),
    ],
)
def test_what_does_not_add_up_has_no_total(ds: Dataset, measure: str, question: Row) -> None:
    shares = [row for row in rows_of(ds.claims) if row["measure_id"] == measure and row["basis"] == "share"]
    if question.get("basis") == "share":
        question = question | {"component": shares[0]["component"]}
    result = compare(ds, measure, **question)
    with pytest.raises(NotComparable, match="do not add up") as caught:
        result.total()
    assert "더할 수 없습니다" in caught.value.ko


def test_percentages_do_not_add_up_though_they_are_levels(ds: Dataset) -> None:
    result = compare(ds, "worker_satisfaction")
    assert (result.unit, result.basis) == ("percent", "level")
    with pytest.raises(NotComparable, match="do not add up"):
        result.total()


# Some regions, by name


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        (["충북", "충남"], {"2022-KR-43", "2022-KR-44"}),
        (["Chungbuk", "충청남도"], {"2022-KR-43", "2022-KR-44"}),
        (["2022-KR-43", "2021-KR-48"], {"2022-KR-43", "2021-KR-48"}),
        (["전남"], {"2020-KR-46", "2022-KR-46"}),
        (["경북", "충북"], {"2020-KR-47", "2022-KR-47", "2022-KR-43"}),
        (["충북", "KR-43", "2022-KR-43", "광주"], {"2022-KR-43", "2020-KR-29"}),
        (["2020-KR-46", "전남"], {"2020-KR-46", "2022-KR-46"}),
        (["2022-KR-46"], {"2022-KR-46"}),
    ],
)
def test_regions_are_chosen_by_name_or_by_selection(
    ds: Dataset, regions: list[str], expected: set[str]
) -> None:
    everything, some = cells(compare(ds, "budget")), cells(compare(ds, "budget", regions=regions))
    assert set(some) == expected
    for key, row in some.items():
        ranks = {column: row[column] for column in ("rank", "rank_low", "rank_high")}
        assert row == everything[key] | ranks
        others = [other for other in some.values() if other is not row]
        assert row["rank"] == 1 + sum(other["value"] > row["value"] for other in others)


def test_regions_and_a_round_together_choose_one_selection(ds: Dataset) -> None:
    assert set(cells(compare(ds, "budget", regions=["전남", "경북"], round_year=2022))) == {
        "2022-KR-46",
        "2022-KR-47",
    }


def test_what_is_left_out_concerns_only_the_regions_asked_for(ds: Dataset) -> None:
    result = compare(ds, "budget", regions=["충북", "충남"])
    everything = compare(ds, "budget").left_out
    expected = everything[everything["selection_id"].isin(["2022-KR-43", "2022-KR-44"])]
    assert list(result.left_out["claim_id"]) == list(expected["claim_id"])
    assert len(expected) > 5


@pytest.mark.parametrize(
    ("regions", "error", "en", "ko"),
    [
        (["충북", "경복"], UnknownName, "Did you mean 경북", "혹시 경북"),
        (["충북", "Chungbukk"], UnknownName, "Chungbuk", "Chungbuk"),
        (["충북", "서울"], UnknownSelection, "Seoul was never selected", "서울: 선정된 적이 없습니다"),
        (["2022-KR-11"], UnknownName, "'2022-KR-11'", "'2022-KR-11'"),
        ([""], UnknownName, "''", "''"),
    ],
)
def test_an_unknown_or_never_selected_region_is_refused(
    ds: Dataset, regions: list[str], error: type[UnknownName | UnknownSelection], en: str, ko: str
) -> None:
    with pytest.raises(error) as caught:
        compare(ds, "budget", regions=regions)
    assert en in caught.value.en
    assert ko in caught.value.ko


def test_a_region_of_another_round_is_refused_with_its_rounds(ds: Dataset) -> None:
    with pytest.raises(UnknownSelection, match="Chungbuk was selected in 2022"):
        compare(ds, "budget", regions=["충북", "경남"], round_year=2021)


def test_a_region_not_yet_selected_is_refused_with_the_day(ds: Dataset) -> None:
    day = ds.record("selections", "2022-KR-43")["preselected"]
    with pytest.raises(UnknownSelection, match=f"had not been selected by 2021-06-30.*{day}"):
        compare(ds, "budget", regions=["충북", "경남"], as_of="2021-06-30")


@pytest.mark.parametrize("measure", ["output", "jobs"])
def test_a_level_is_not_laid_beside_an_increase(ds: Dataset, measure: str) -> None:
    """Daejeon prints what it will reach, Chungbuk what it will add."""
    with pytest.raises(NotComparable) as caught:
        compare(ds, measure, regions=["대전", "충북"])
    level, increase = (
        {lang: ds.label("claims", "basis", word, lang) for lang in ("ko", "en")}
        for word in ("level", "increase")
    )
    en, ko = caught.value.en, caught.value.ko
    assert f"Daejeon 2022: another basis: {level['en']} (asked: {increase['en']})" in en
    assert "Chungbuk 2022: comparable" in en
    assert f"대전 2022: 다른 기준: {level['ko']} (물은 것은 {increase['ko']})" in ko
    assert "충북 2022: 비교할 수 있다" in ko
    assert not HANGUL.search(en)
    assert en.startswith(ds.name("measures", measure, "en"))
    assert ko.startswith(ds.name("measures", measure, "ko"))


def test_the_same_two_refuse_each_other_the_other_way_round(ds: Dataset) -> None:
    with pytest.raises(NotComparable) as caught:
        compare(ds, "output", basis="level", status="bid", regions=["대전", "충북"])
    assert "Daejeon 2022: comparable" in caught.value.en
    assert "Chungbuk 2022: another basis: increase (asked: level)" in caught.value.en
    assert "대전 2022: 비교할 수 있다" in caught.value.ko


def test_a_region_without_any_figure_is_refused_as_such(ds: Dataset) -> None:
    with pytest.raises(NotComparable, match="Daejeon 2022: no figure; Chungbuk 2022: comparable") as caught:
        compare(ds, "exports", regions=["대전", "충북"])
    assert "대전 2022: 수치가 없다" in caught.value.ko


def test_two_with_figures_are_compared_though_a_third_has_none(ds: Dataset) -> None:
    result = cells(compare(ds, "subprojects", regions=["인천", "충북", "충남"]))
    assert result["2020-KR-28"]["value"] is None
    assert len(result) == 3
    assert sum(row["claims"] > 0 for row in result.values()) == 2


def test_regions_are_refused_when_dividing_leaves_fewer_than_two(ds: Dataset) -> None:
    lost = next(key for key in known(compare(ds, "budget")) if not together(ds, key, "jobs"))
    with pytest.raises(NotComparable):
        compare(ds, "budget", per="jobs", regions=[lost, "충북"])


# Why claims are left out, in words


@pytest.mark.parametrize("measure", ["budget", "jobs", "output", "subprojects"])
def test_reasons_are_sentences_in_both_languages_and_say_what_was_asked(ds: Dataset, measure: str) -> None:
    result = compare(ds, measure)
    asked = {
        "component": result.component,
        "basis": result.basis,
        "unit": result.unit.value,
        "scope": result.scope,
    }
    rows = rows_of(result.left_out)
    assert rows
    for row in rows:
        dimension, _, found = row["reason"].partition(": ")
        assert not HANGUL.search(row["reason_en"])
        assert HANGUL.search(row["reason_ko"])
        if dimension in asked:
            for lang in ("ko", "en"):
                words = (
                    ds.label("claims", dimension, found, lang),
                    ds.label("claims", dimension, str(asked[dimension]), lang),
                )
                assert all(word in row[f"reason_{lang}"] for word in words)


def test_a_table_shows_each_claim_left_out_with_its_reason(ds: Dataset) -> None:
    result = compare(ds, "budget")
    for lang in ("ko", "en"):
        shown = left_out(ds, result, lang)
        assert [row[0].text for row in shown.rows] == list(result.left_out["claim_id"])
        assert [row[3].text for row in shown.rows] == list(result.left_out[f"reason_{lang}"])


def test_the_rounding_used_here_rounds_half_to_even_at_twelve_digits() -> None:
    """The yardstick of this file, held to Python's own decimals."""
    for top, bottom in itertools.product((1, 2, 10**13 + 5, 123456789012345), (1, 3, 7, 8, 10**6)):
        exact = twelve_digits(Fraction(top, bottom))
        assert math.isclose(exact, top / bottom, rel_tol=1e-11)
        assert exact == Fraction(f"{Decimal(top) / Decimal(bottom):.11e}")
