"""What the data themselves promise: completeness, form, and the figures the project began with."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from sandan_lib import Dataset
from sandan_lib.dataset import data_folder, rows_of

Row = dict[str, Any]
DATA = data_folder()
FILES = sorted(DATA.glob("*.csv"))
SELECTED = {
    2020: {"경북", "광주", "대구", "인천", "전남"},
    2021: {"경기", "경남", "부산", "울산", "전북"},
    2022: {"경북", "대전", "전남", "충남", "충북"},
}
SELECTIONS = [(year, region) for year, regions in SELECTED.items() for region in sorted(regions)]


def rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MISPRINTS = {row["claim_id"] for row in rows("corrections")}


def claims_about(ds: Dataset, year: int, region: str, measure: str) -> list[Row]:
    """Give the sound claims about a whole plan."""
    selection = ds.selection(region, year).selection_id
    return [
        row
        for row in rows_of(ds.claims)
        if row["selection_id"] == selection
        and row["measure_id"] == measure
        and row["scope"] == "plan"
        and row["claim_id"] not in MISPRINTS
    ]


# Completeness


def test_there_are_seventeen_regions_and_three_rounds() -> None:
    assert len(rows("regions")) == 17
    assert [(row["round_year"], row["ordinal"]) for row in rows("rounds")] == [
        ("2020", "1"),
        ("2021", "2"),
        ("2022", "3"),
    ]


@pytest.mark.parametrize("year", SELECTED)
def test_each_round_selected_these_five(ds: Dataset, year: int) -> None:
    found = [ds.name("regions", item.region_id, "ko") for item in ds.selections() if item.round_year == year]
    assert len(found) == 5
    assert set(found) == SELECTED[year]


@pytest.mark.parametrize(("year", "region"), SELECTIONS)
def test_a_selection_has_a_hub_and_something_linked_to_it(ds: Dataset, year: int, region: str) -> None:
    selection = ds.selection(region, year).selection_id
    roles = Counter(row["role"] for row in rows("selection_sites") if row["selection_id"] == selection)
    assert roles["hub"] >= 1
    assert roles["linked_complex"] + roles["linked_area"] >= 1


@pytest.mark.parametrize(("year", "region"), SELECTIONS)
def test_a_selection_has_a_total(ds: Dataset, year: int, region: str) -> None:
    totals = [row for row in claims_about(ds, year, region, "budget") if row["component"] == "total"]
    wanted = {"planned", "revised"}
    assert any(row["status"] in wanted and row["basis"] == "cumulative" for row in totals)


@pytest.mark.parametrize(("year", "region"), SELECTIONS)
def test_a_selection_has_a_number_of_sub_projects(ds: Dataset, year: int, region: str) -> None:
    wanted = "annual" if (year, region) == (2020, "인천") else "level"
    found = claims_about(ds, year, region, "subprojects")
    assert any(row["basis"] == wanted and row["status"] in ("planned", "revised") for row in found)


@pytest.mark.parametrize(("year", "region"), SELECTIONS)
def test_a_selection_has_a_figure_of_jobs(ds: Dataset, year: int, region: str) -> None:
    jobs, youth = (claims_about(ds, year, region, measure) for measure in ("jobs", "jobs_youth"))
    assert any(row["unit"] == "persons" and row["basis"] in ("increase", "level") for row in jobs + youth)


# The figures that the five articles print which the project started from

STARTNEWS, CHUNGCHEONG, PANGYO, MONTHLY = "스타트뉴스TV", "충청신문", "판교핫뉴스", "월간인물"
CBURC = "CBURC"  # a copy of 충북일보
SEEDS: tuple[tuple[str, str, str, str], ...] = (
    # Chungbuk's task force, 7 November 2022
    ("9,200억 원", "budget", "plan", STARTNEWS),
    ("1,800억 원", "budget", "plan", STARTNEWS),
    ("25개", "subprojects", "plan", STARTNEWS),
    ("3대", "priority_tasks", "plan", STARTNEWS),
    ("522억 원", "budget", "plan", STARTNEWS),
    ("7개", "subprojects", "plan", STARTNEWS),
    ("40조 원", "output", "plan", STARTNEWS),
    ("426억달러", "exports", "plan", STARTNEWS),
    ("9,600명", "jobs", "plan", STARTNEWS),
    ("8개", "bodies", "event", STARTNEWS),
    ("20여 명", "members", "event", STARTNEWS),
    ("5번", "meetings", "event", STARTNEWS),
    ("3년", "support_years", "programme", STARTNEWS),
    # Daejeon's agreement, 7 April 2022
    ("20개", "bodies", "event", CHUNGCHEONG),
    ("3000억 원", "budget", "plan", CHUNGCHEONG),
    ("4대", "priority_tasks", "plan", CHUNGCHEONG),
    ("8개", "action_tasks", "plan", CHUNGCHEONG),
    ("37개", "subprojects", "plan", CHUNGCHEONG),
    ("19조 2,030억 원", "output", "plan", CHUNGCHEONG),
    ("5만 1927명", "jobs", "plan", CHUNGCHEONG),
    ("5개소", "regions_selected", "round", CHUNGCHEONG),
    ("3년", "support_years", "round", CHUNGCHEONG),
    # Chungbuk's growth zone, 23 April 2023
    ("5만명", "population", "part", CBURC),
    # The ministry's conference, 14 October 2021
    ("2,562억원", "budget", "round", PANGYO),
    ("15,472명", "jobs", "round", PANGYO),
    ("178개", "facilities", "round", PANGYO),
    ("883건", "support_cases", "round", PANGYO),
    ("5곳", "regions_selected", "round", PANGYO),
    ("5곳 내외", "regions_selected", "round", PANGYO),
    ("3년", "support_years", "programme", PANGYO),
    ("2년", "programme_years", "programme", PANGYO),
    ("1,200개", "complexes", "country", PANGYO),
    ("61%", "complex_output_share", "country", PANGYO),
    # Chungbuk's innovation cluster, 12 October 2023
    ("약 150여명", "attendees", "event", MONTHLY),
    ("6개", "municipalities", "plan", MONTHLY),
    ("14개", "provinces_designated", "programme", MONTHLY),
    ("16.43㎢", "area", "plan", MONTHLY),
    ("255억원", "budget", "plan", MONTHLY),
    ("178", "budget", "plan", MONTHLY),
    ("77", "budget", "plan", MONTHLY),
    ("400억원", "budget", "plan", MONTHLY),
    ("260", "budget", "plan", MONTHLY),
    ("140", "budget", "plan", MONTHLY),
)
# What each of these means, where a wrong reading would be easy: status, basis and exact value.
READINGS: tuple[tuple[str, str, str, str, str, int], ...] = (
    ("9,200억 원", STARTNEWS, "total", "planned", "cumulative", 920_000_000_000),
    ("1,800억 원", STARTNEWS, "national", "planned", "cumulative", 180_000_000_000),
    ("522억 원", STARTNEWS, "national", "secured", "annual", 52_200_000_000),
    ("40조 원", STARTNEWS, "", "target", "increase", 40_000_000_000_000),
    ("426억달러", STARTNEWS, "", "target", "increase", 42_600_000_000),
    ("9,600명", STARTNEWS, "", "target", "increase", 9_600),
    ("3000억 원", CHUNGCHEONG, "total", "applied", "cumulative", 300_000_000_000),
    ("19조 2,030억 원", CHUNGCHEONG, "", "applied", "level", 19_203_000_000_000),
    ("5만 1927명", CHUNGCHEONG, "", "applied", "level", 51_927),
    ("2,562억원", PANGYO, "national", "secured", "annual", 256_200_000_000),
    ("15,472명", PANGYO, "", "target", "increase", 15_472),
    ("255억원", MONTHLY, "total", "executed", "cumulative", 25_500_000_000),
    ("178", MONTHLY, "national", "executed", "cumulative", 17_800_000_000),
    ("77", MONTHLY, "provincial", "executed", "cumulative", 7_700_000_000),
    ("400억원", MONTHLY, "total", "planned", "cumulative", 40_000_000_000),
    ("260", MONTHLY, "national", "planned", "cumulative", 26_000_000_000),
    ("140", MONTHLY, "provincial", "planned", "cumulative", 14_000_000_000),
)


@pytest.mark.parametrize(("as_printed", "measure", "scope", "publisher"), SEEDS)
def test_every_figure_of_the_first_articles_is_there(
    as_printed: str, measure: str, scope: str, publisher: str
) -> None:
    publishers = {row["source_id"]: row["publisher"] for row in rows("sources")}
    found = {
        (row["as_printed"], row["measure_id"], row["scope"], publishers[row["source_id"]])
        for row in rows("claims")
    }
    assert (as_printed, measure, scope, publisher) in found


@pytest.mark.parametrize(("as_printed", "publisher", "component", "status", "basis", "value"), READINGS)
def test_a_figure_of_the_first_articles_is_read_as_it_is_meant(
    as_printed: str, publisher: str, component: str, status: str, basis: str, value: int
) -> None:
    publishers = {row["source_id"]: row["publisher"] for row in rows("sources")}
    found = [
        (row["component"], row["status"], row["basis"], int(row["value"]))
        for row in rows("claims")
        if row["as_printed"] == as_printed and publishers[row["source_id"]] == publisher
    ]
    assert found == [(component, status, basis, value)]


def test_the_three_rounds_of_five_are_each_printed_by_the_article_on_daejeon() -> None:
    (source,) = (row["source_id"] for row in rows("sources") if row["publisher"] == CHUNGCHEONG)
    found = [row for row in rows("claims") if row["source_id"] == source and row["as_printed"] == "5개소"]
    assert [(row["round_year"], row["status"]) for row in found] == [
        ("2020", "observed"),
        ("2021", "observed"),
        ("2022", "planned"),
    ]


def test_the_task_force_of_chungbuk_has_its_eight_bodies(ds: Dataset) -> None:
    members = [
        row["organisation_id"]
        for row in rows("selection_organisations")
        if row["selection_id"] == "2022-KR-43" and row["role"] == "member"
    ]
    assert sorted(ds.name("organisations", key, "ko") for key in members) == sorted(
        [
            "충청북도",
            "청주시",
            "충북연구원",
            "충북테크노파크",
            "충북과학기술혁신원",
            "청주대학교 산학협력단",
            "한국산업단지공단",
            "청주산업단지관리공단",
        ]
    )


# Form


def test_the_description_and_the_tables_are_a_valid_frictionless_package() -> None:
    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    assert report.valid
    assert report.stats["tasks"] == 26


def test_every_file_is_described_and_every_description_has_its_file() -> None:
    described = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert sorted(item["path"] for item in described) == [path.name for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_plain_utf8_with_one_row_a_line(path: Path) -> None:
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert not content.endswith(b"\n\n")
    text = content.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    with path.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == text.count("\n")


def natural(cell: str) -> tuple[int, str]:
    return (int(cell), "") if cell.isdecimal() else (0, cell)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_sorted_by_its_key(path: Path) -> None:
    described = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    (schema,) = (item["schema"] for item in described if item["path"] == path.name)
    types = {field["name"]: field["type"] for field in schema["fields"]}
    key = [schema["primaryKey"]] if isinstance(schema["primaryKey"], str) else schema["primaryKey"]
    keys = [
        tuple(natural(row[name]) if types[name] == "integer" else (0, row[name]) for name in key)
        for row in rows(path.stem)
    ]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_notes_are_short_and_in_both_languages(path: Path) -> None:
    for row in rows(path.stem):
        notes = {name: cell for name, cell in row.items() if "note" in name}
        assert all(len(cell) < 420 for cell in notes.values()), notes
        assert bool(row.get("note_ko")) == bool(row.get("note_en")), notes
        assert not any("  " in cell or cell != cell.strip() for cell in notes.values()), notes


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_amounts_in_english_words_say_their_currency(path: Path) -> None:
    """A reader of a single note must not guess of what it counts billions."""
    amount = re.compile(r"(?<![\w.])[\d,.]+ (?:billion|trillion)(?! (?:won|dollars))")
    before = re.compile(r"(?:KRW|USD) (?:[\d.,]+ (?:and|to|or) )?$")
    for row in rows(path.stem):
        for name, cell in row.items():
            if name.endswith("_en"):
                bare = [m[0] for m in amount.finditer(cell) if not before.search(cell[: m.start()])]
                assert not bare, (name, cell)
                assert not re.search(r"\d (?:%|per ?cent)", cell), cell


def test_an_as_printed_is_a_figure_and_no_sentence() -> None:
    printed = [row["as_printed"] for row in rows("claims")]
    assert max(len(text) for text in printed) <= 20
    assert all(any(letter.isdecimal() for letter in text) or text == "다섯 곳" for text in printed)


def test_a_misprint_is_never_the_only_figure_of_its_kind() -> None:
    """A misprint is kept beside what it misprints, never alone."""
    whole = [row for row in rows("claims") if row["measure_id"] == "budget" and row["scope"] == "plan"]
    sound = {(row["selection_id"], row["component"]) for row in whole if row["claim_id"] not in MISPRINTS}
    wrong = {(row["selection_id"], row["component"]) for row in whole if row["claim_id"] in MISPRINTS}
    assert wrong
    assert wrong <= sound


def test_claims_of_one_release_speak_of_one_round() -> None:
    """An origin is one release: its claims about selections are about one round."""
    years: dict[str, set[str]] = {}
    for row in rows("claims"):
        if row["selection_id"]:
            years.setdefault(row["origin_id"], set()).add(row["round_year"])
    # One statement of Jeonnam in September 2024 speaks of both its plans.
    assert {origin for origin, found in years.items() if len(found) > 1} == {"o0058"}


# What the data promise to hold


def test_figures_and_sources_are_as_many_as_promised() -> None:
    claims = rows("claims")
    assert len(claims) >= 1100
    assert len({row["source_id"] for row in claims}) >= 320


def test_every_row_of_the_first_collection_is_accounted_for() -> None:
    used, left = ({int(row["lead"]) for row in rows(table)} for table in ("leads", "rejected"))
    assert used | left == set(range(2, 1186))  # 1,184 rows, whose header was line 1
    assert not used & left


def test_each_selection_has_hub_linked_sites_a_total_and_sub_projects() -> None:
    """Daejeon's total is that of its bid, Incheon's sub-projects those of 2021: nothing else is printed."""
    sites, claims = rows("selection_sites"), rows("claims")
    for selection in rows("selections"):
        if selection["outcome"] != "selected":
            continue
        key = selection["selection_id"]
        roles = {row["role"] for row in sites if row["selection_id"] == key}
        assert "hub" in roles
        assert roles & {"linked_complex", "linked_area"}
        own = [row for row in claims if row["selection_id"] == key and row["scope"] == "plan"]
        assert any(row["measure_id"] == "budget" and row["component"] == "total" for row in own), key
        assert any(row["measure_id"] == "subprojects" for row in own), key


def test_each_selected_plan_names_industries_or_is_known_to_lack_them() -> None:
    named = {row["selection_id"] for row in rows("selection_industries")}
    sought = {row["selection_id"] for row in rows("gaps") if "산업을 목표로" in row["question_ko"]}
    chosen = {row["selection_id"] for row in rows("selections") if row["outcome"] == "selected"}
    assert named | sought == chosen
    assert not named & sought


def test_every_industry_is_named_by_some_plan_and_each_naming_says_what_is_printed() -> None:
    described = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    (table,) = (item for item in described if item["name"] == "selection_industries")
    (column,) = (item for item in table["schema"]["fields"] if item["name"] == "industry")
    found = rows("selection_industries")
    assert {row["industry"] for row in found} == set(column["constraints"]["enum"])
    labels = {item["label_ko"] for item in column["categories"]}
    assert len(labels) == len(column["categories"])
    for row in found:
        assert row["as_printed"] == row["as_printed"].strip() != ""
        assert not row["as_printed"].endswith(("다", "했다", "한다"))  # a name, never a sentence


def test_at_least_a_hundred_claims_were_compared_with_their_texts() -> None:
    checks = [row for row in rows("verification") if row["outcome"] != "not_reached"]
    about = {row["claim_id"]: row for row in rows("claims")}
    publishers = {row["source_id"]: row["publisher"] for row in rows("sources")}
    assert len(checks) >= 100
    assert len({about[row["claim_id"]]["region_id"] for row in checks}) >= 14
    assert {about[row["claim_id"]]["round_year"] for row in checks} >= {"2020", "2021", "2022"}
    assert len({publishers[about[row["claim_id"]]["source_id"]] for row in checks}) >= 50


def test_the_atlas_counts_every_complex_once() -> None:
    """As many per region as the table itself prints: rows that are no part of a row with statistics."""
    about = {row["complex_id"]: row for row in rows("complexes")}
    counted = {row["complex_id"] for row in rows("complex_statistics")}

    def is_part(key: str) -> bool:
        parent = about[key]["part_of"]
        return bool(parent) and (parent in counted or is_part(parent))

    found = Counter(about[key]["region_id"] for key in counted if not is_part(key))
    printed = {
        row["region_id"]: int(row["value"])
        for row in rows("baselines")
        if row["measure_id"] == "complexes" and row["year"] == "2023"
    }
    assert found == printed
    assert found.total() == 1310
