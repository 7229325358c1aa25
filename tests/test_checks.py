"""Every data rule speaks when it is broken, at the right place, and only then."""

from __future__ import annotations

import csv
import json
import os
import string
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sandan_lib import load
from sandan_lib.checks import check_package
from sandan_lib.checks.problems import _RULES, Problem
from sandan_lib.checks.release import STABLE_TABLES
from sandan_lib.dataset import freeze_ids
from sandan_lib.errors import DataError

Damage = Callable[[Path], str]

VERIFIED = ("c00004", "2026-11-23")  # the first row of the table
NAMING = ("2022-KR-46", "ships", "s0149")  # a row of the industries, the last of its plan
ALONE = "c02601"  # a claim that no lead, check or correction points to


class Sheet:
    """One CSV file of a package copy; a row is one line, so row 0 stands in line 2."""

    def __init__(self, folder: Path, table: str) -> None:
        self.path = folder / f"{table}.csv"
        with self.path.open(encoding="utf-8", newline="") as file:
            self.header, *self.rows = csv.reader(file)

    def index(self, *key: str) -> int:
        """Give the only row that begins with ``key``."""
        (found,) = (i for i, row in enumerate(self.rows) if tuple(row[: len(key)]) == key)
        return found

    def line(self, *key: str) -> int:
        return self.index(*key) + 2

    def get(self, key: Sequence[str], column: str) -> str:
        return self.rows[self.index(*key)][self.header.index(column)]

    def put(self, key: Sequence[str], column: str, value: str) -> None:
        self.rows[self.index(*key)][self.header.index(column)] = value

    def save(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([self.header, *self.rows])


def found_in(folder: Path) -> list[tuple[str, str]]:
    """Give rule and place of each problem: ``("reparse", "data/claims.csv:41:value")``."""
    return [(problem.rule, place_of(problem)) for problem in check_package(folder).problems]


def place_of(problem: Problem) -> str:
    return f"{problem.file}:{problem.line}:{problem.column}"


# Damages: each changes a package copy and says where the problem then is.


def cell(table: str, key: str | tuple[str, ...], column: str, value: str, *, at: str = "") -> Damage:
    """Put ``value`` into one cell; the problem is expected there, or in column ``at``."""
    keys = (key,) if isinstance(key, str) else key

    def damage(folder: Path) -> str:
        sheet = Sheet(folder, table)
        line = sheet.line(*keys)
        sheet.put(keys, column, value)
        sheet.save()
        return f"data/{table}.csv:{line}:{at or column}"

    return damage


def raw_line(table: str, key: str, edit: Callable[[bytes], bytes], column: str = "") -> Damage:
    """Edit the bytes of the line that begins with ``key``."""

    def damage(folder: Path) -> str:
        path = folder / f"{table}.csv"
        lines = path.read_bytes().split(b"\n")
        (number,) = (i for i, line in enumerate(lines) if line.startswith(key.encode() + b","))
        lines[number] = edit(lines[number])
        path.write_bytes(b"\n".join(lines))
        return f"data/{table}.csv:{number + 1}:{column}"

    return damage


def delete_file(folder: Path) -> str:
    (folder / "released_ids.csv").unlink()
    return "data/released_ids.csv:0:"


def empty_file(folder: Path) -> str:
    (folder / "released_ids.csv").write_bytes(b"")
    return "data/released_ids.csv:1:"


def mark_byte_order(folder: Path) -> str:
    path = folder / "rounds.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    return "data/rounds.csv:1:"


def end_lines_as_windows_does(folder: Path) -> str:
    path = folder / "rounds.csv"
    first, second, rest = path.read_bytes().split(b"\n", 2)
    path.write_bytes(first + b"\n" + second + b"\n" + rest.replace(b"\n", b"\r\n"))
    return "data/rounds.csv:3:"


def add_column(folder: Path) -> str:
    sheet = Sheet(folder, "regions")
    sheet.header.append("colour")
    for row in sheet.rows:
        row.append("blue")
    sheet.save()
    return "data/regions.csv:1:colour"


def drop_column(folder: Path) -> str:
    sheet = Sheet(folder, "released_ids")
    position = sheet.header.index("withdrawn")
    for row in (sheet.header, *sheet.rows):
        del row[position]
    sheet.save()
    return "data/released_ids.csv:1:withdrawn"


def swap_columns(folder: Path) -> str:
    sheet = Sheet(folder, "region_aliases")
    left, right = sheet.header.index("valid_from"), sheet.header.index("valid_to")
    for row in (sheet.header, *sheet.rows):
        row[left], row[right] = row[right], row[left]
    sheet.save()
    return "data/region_aliases.csv:1:"


def swap_rows(folder: Path) -> str:
    sheet = Sheet(folder, "region_aliases")
    sheet.rows[3], sheet.rows[4] = sheet.rows[4], sheet.rows[3]
    sheet.save()
    return "data/region_aliases.csv:6:alias"


def copy_a_claim(folder: Path) -> str:
    sheet = Sheet(folder, "claims")
    sheet.rows.append(["c99999", *sheet.rows[-1][1:]])
    sheet.save()
    return f"data/claims.csv:{len(sheet.rows) + 1}:claim_id"


def name_an_unknown_source_in_a_list(folder: Path) -> str:
    sheet = Sheet(folder, "selections")
    key = ("2020-KR-27",)
    sheet.put(key, "source_ids", sheet.get(key, "source_ids") + ";s9999")
    sheet.save()
    return f"data/selections.csv:{sheet.line(*key)}:source_ids"


def alias_a_region_by(spelling: str, region: str) -> Damage:
    """Enter another spelling of a region, in its place in the order of the table."""

    def damage(folder: Path) -> str:
        sheet = Sheet(folder, "region_aliases")
        sheet.rows.append([spelling, region, "romanised", "", "", "", ""])
        sheet.rows.sort(key=lambda row: row[0])
        sheet.save()
        return f"data/region_aliases.csv:{sheet.line(spelling)}:alias"

    return damage


def name_an_industry_of_a_bid_that_failed(folder: Path) -> str:
    sheet = Sheet(folder, "selection_industries")
    sheet.rows.insert(0, ["2020-KR-26", "ships", "s0753", "조선기자재", "", ""])
    sheet.save()
    return "data/selection_industries.csv:2:selection_id"


def break_a_split(folder: Path) -> str:
    sheet = Sheet(folder, "claims")
    sheet.put(("c00015",), "component", "national")  # 9,926 = 4,121 + 2,022 + 3,783: private is missing now
    sheet.save()
    return f"data/claims.csv:{sheet.line('c00012')}:value"


def add_a_source_that_nothing_uses(folder: Path) -> str:
    sheet = Sheet(folder, "sources")
    row = dict.fromkeys(sheet.header, "")
    row |= {"source_id": "s9999", "publisher": "신문", "authority": "press", "title": "제목"}
    row |= {"title_checked": "true", "published_precision": "unknown", "read_whole": "false"}
    sheet.rows.append(list(row.values()))
    sheet.save()
    return f"data/sources.csv:{len(sheet.rows) + 1}:source_id"


def add_a_measure_that_nothing_uses(folder: Path) -> str:
    sheet = Sheet(folder, "measures")
    row = dict(zip(sheet.header, sheet.rows[sheet.index("subprojects")], strict=True))
    row |= {"measure_id": "zeal", "name_ko": "열의", "name_en": "zeal"}
    sheet.rows.append(list(row.values()))
    sheet.save()
    return f"data/measures.csv:{len(sheet.rows) + 1}:measure_id"


def reject_what_was_used(folder: Path) -> str:
    sheet = Sheet(folder, "rejected")
    row = dict(zip(sheet.header, sheet.rows[0], strict=True)) | {"lead": "2"}
    sheet.rows.insert(0, list(row.values()))
    sheet.save()
    return "data/rejected.csv:2:lead"


def lose_a_lead(folder: Path) -> str:
    sheet = Sheet(folder, "leads")
    del sheet.rows[sheet.index("500")]
    sheet.save()
    return "data/leads.csv:0:"


def put_rubbish_into_parquet(folder: Path) -> str:
    path = folder / "datapackage.json"
    description = path.read_text(encoding="utf-8")
    path.write_text(description.replace('"released_ids.csv"', '"released_ids.parquet"'), encoding="utf-8")
    (folder / "released_ids.parquet").write_bytes(b"no parquet at all")
    return "data/released_ids.parquet:0:"


def release_an_id_that_is_not_there(folder: Path) -> str:
    freeze_ids(folder)
    sheet = Sheet(folder, "released_ids")
    sheet.rows.append(["claims", "c99998", "0.0.1", "s0001 · 1억원", ""])
    sheet.rows.sort(key=lambda row: row[:2])
    sheet.save()
    return f"data/released_ids.csv:{sheet.line('claims', 'c99998')}:id"


def release_an_id_for_something_else(folder: Path) -> str:
    freeze_ids(folder)
    ledger = Sheet(folder, "released_ids")
    ledger.put(("claims", "c00506"), "anchor", "s0001 · 1억원")
    ledger.save()
    return f"data/claims.csv:{Sheet(folder, 'claims').line('c00506')}:claim_id"


def save_as_excel_does(table: str, encoding: str = "utf-8-sig", separator: str = ",") -> Damage:
    """Save a table in the way of a spreadsheet: another encoding or separator, and CR LF."""

    def damage(folder: Path) -> str:
        sheet = Sheet(folder, table)
        with sheet.path.open("w", encoding=encoding, errors="replace", newline="") as file:
            csv.writer(file, delimiter=separator).writerows([sheet.header, *sheet.rows])
        return f"data/{table}.csv:{1 if encoding == 'utf-8-sig' else 0}:"

    return damage


def end_before_the_beginning(folder: Path) -> str:
    cell("region_history", ("KR-42", "2"), "valid_to", "2023-05")(folder)  # valid from 2023-06-11
    return f"data/region_history.csv:{Sheet(folder, 'region_history').line('KR-42', '2')}:valid_from"


# c00506 is a plain claim: jobs of Chungbuk, 9,600명, to 2025, without component, split or note.
DAMAGES: tuple[tuple[str, Damage], ...] = (
    ("missing-file", delete_file),
    ("empty-file", empty_file),
    ("not-utf8", raw_line("rounds", "2021", lambda line: line.replace(b"call", b"c\xffll"), "note_en")),
    ("bom", mark_byte_order),
    ("line-end", end_lines_as_windows_does),
    ("quoting", raw_line("region_aliases", "충북", lambda line: line.replace(b",", b',"', 1))),
    ("field-count", raw_line("region_aliases", "충북", lambda line: line + b",")),
    ("field-count", raw_line("region_aliases", "충북", lambda _: b"")),
    ("unknown-column", add_column),
    ("missing-column", drop_column),
    ("column-order", swap_columns),
    ("required", cell("sources", "s0219", "title", "")),
    ("type", cell("measures", "budget", "sort_order", "first")),
    ("type", cell("sources", "s0219", "read_whole", "yes")),
    ("type", cell("complex_statistics", "k0002", "designated_area_km2", "10,089")),
    ("type", cell("complex_statistics", "k0002", "designated_area_km2", "10.0890")),
    ("pattern", cell("sources", "s0001", "url", "www.example.org")),
    ("vocabulary", cell("organisations", "g001", "kind", "ministery")),
    ("duplicate", cell("regions", "KR-27", "name_en", "Busan")),
    ("duplicate", cell("selection_sites", ("2020-KR-27", "2"), "site_no", "1", at="selection_id")),
    ("order", swap_rows),
    ("reference", cell("complexes", "k0002", "part_of", "k9999")),
    ("reference", name_an_unknown_source_in_a_list),
    ("date", cell("rounds", "2021", "called", "2021-02-30")),
    ("date", cell("rounds", "2021", "called", "2021-13")),
    ("date", cell("rounds", "2021", "called", "6 January 2021")),
    ("precision", cell("sources", "s0219", "published_precision", "year")),
    ("source-date", cell("claims", "c00506", "published", "2022-11-08")),
    ("reparse", cell("claims", "c00506", "value", "9601")),
    ("reparse", cell("claims", "c00506", "value_high", "9700")),
    ("qualifier", cell("claims", "c00506", "qualifier", "about")),
    ("unit", cell("claims", "c00162", "unit", "count")),  # 1만개 reads as jobs and as things alike
    ("component", cell("claims", "c00506", "component", "total")),
    ("component", cell("claims", "c00477", "component", "total")),
    ("ambiguous", alias_a_region_by("chung-buk", "KR-44")),  # Chungbuk, to whoever types it
    ("ambiguous", cell("complexes", "k0003", "aliases", "구미 1공단")),
    ("ambiguous", cell("complexes", "k0003", "aliases", "K0002")),  # an id is a name too
    ("period", cell("claims", "c00506", "period_start", "2026")),
    ("period", cell("claims", "c00506", "period_start", "1022")),
    ("follows", cell("claims", "c00506", "region_id", "KR-44")),
    ("follows", cell("claims", "c00506", "round_year", "2021")),
    ("scope", cell("claims", "c00506", "scope", "complex")),
    ("correction", cell("corrections", "c00368", "printed", "901억")),
    ("right", cell("corrections", "c00368", "right_value", "900억")),
    ("right", cell("corrections", "c00368", "right_value", "5,887명")),
    ("lead", reject_what_was_used),
    ("lead", lose_a_lead),
    ("unreadable", put_rubbish_into_parquet),
    ("follows", cell("claims", "c00526", "region_id", "KR-44")),
    ("reference", cell("verification", VERIFIED, "claim_id", "c00000")),
    ("vocabulary", cell("gaps", "q0001", "outcome", "lost")),
    ("reference", cell("programme_sites", ("smart-green", "1"), "complex_id", "k9999")),
    ("vocabulary", cell("region_history", ("KR-27", "1"), "certainty", "sure")),
    ("reference", cell("programme_links", ("smart-green", "1"), "source_id", "s9999")),
    ("vocabulary", cell("projects", "p0001", "theme", "roads")),
    ("vocabulary", cell("selection_industries", NAMING, "industry", "shipz")),
    ("reference", cell("selection_industries", NAMING, "source_id", "s9999")),
    ("required", cell("selection_industries", NAMING, "as_printed", "")),
    ("pattern", cell("selection_industries", NAMING, "as_printed", "조선을 키운다.")),
    ("duplicate", cell("selection_industries", NAMING, "source_id", "s0140", at="selection_id")),
    ("chosen", name_an_industry_of_a_bid_that_failed),
    ("encoding", save_as_excel_does("claims", "cp949")),
    ("encoding", save_as_excel_does("sources", "utf-16", "\t")),
    ("separator", save_as_excel_does("measures", separator="\t")),
    ("list", cell("selections", "2020-KR-27", "source_ids", "s0014,s0022")),
    ("list", cell("leads", "2", "claim_ids", "c00012, c00013")),
    ("region", cell("projects", "p0001", "complex_id", "k0001")),
    ("region", cell("projects", "p0013", "selection_id", "2020-KR-27")),
    ("region", cell("programme_sites", ("competitiveness-district", "1"), "complex_id", "k0001")),
    ("region", cell("gaps", "q0012", "region_id", "KR-27", at="selection_id")),
    ("verdict", cell("verification", VERIFIED, "figure", "wrong", at="outcome")),
    ("verdict", cell("verification", VERIFIED, "figure", "unclear", at="outcome")),
    ("verdict", cell("verification", VERIFIED, "scope", "wrong", at="outcome")),
    ("future", cell("verification", VERIFIED, "checked", "2199-01-01")),
    ("future", cell("gaps", "q0001", "sought", "2199")),
    ("least", cell("gaps", "q0001", "lookups", "0")),
    ("least", cell("gaps", "q0001", "lookups", "-3")),
    ("pattern", cell("rejected", "66", "url", "www.yeongnam.com")),
    ("before", end_before_the_beginning),
    ("note-pair", cell("claims", "c00506", "note_en", "in one language", at="note_ko")),
    ("note-pair", cell("claims", "c00506", "note_ko", "한 언어로만", at="note_en")),
    ("repeated-claim", copy_a_claim),
    ("parts", break_a_split),
    ("unused", add_a_source_that_nothing_uses),
    ("unused", add_a_measure_that_nothing_uses),
    ("vanished", release_an_id_that_is_not_there),
    ("reused", release_an_id_for_something_else),
)


def test_the_shipped_package_breaks_no_rule(package_copy: Path) -> None:
    assert found_in(package_copy) == []


@pytest.mark.parametrize(("rule", "damage"), DAMAGES, ids=[rule for rule, _ in DAMAGES])
def test_a_broken_rule_is_reported_at_its_place_and_nothing_else_is(
    package_copy: Path, rule: str, damage: Damage
) -> None:
    place = damage(package_copy)
    assert found_in(package_copy) == [(rule, place)]


def test_every_rule_is_provoked_by_some_damage() -> None:
    assert {rule for rule, _ in DAMAGES} == set(_RULES)


def test_a_figure_that_cannot_be_read_is_reported_where_its_value_stands(package_copy: Path) -> None:
    place = cell("claims", "c00506", "as_printed", "수천 명", at="value")(package_copy)
    assert ("reparse", place) in found_in(package_copy)


def test_a_part_without_its_name_is_reported_for_both_languages(package_copy: Path) -> None:
    place = cell("claims", "c00506", "scope", "part")(package_copy)
    assert found_in(package_copy) == [("scope", place)] * 2


def test_a_text_cannot_appear_after_the_package_was_made(package_copy: Path) -> None:
    place = cell("sources", "s0057", "published", "2199-01-01")(package_copy)
    assert ("future", place) in found_in(package_copy)


@pytest.mark.parametrize("table", sorted(load().package.tables))
def test_a_table_parted_by_semicolons_is_said_once_and_complained_of_nowhere(
    package_copy: Path, table: str
) -> None:
    place = save_as_excel_does(table, separator=";")(package_copy)
    assert found_in(package_copy) == [("separator", place)]


def test_many_damaged_lines_of_utf8_are_named_each(package_copy: Path) -> None:
    path = package_copy / "sources.csv"
    lines = path.read_bytes().split(b"\n")
    lines[1:9] = [line.replace(b",press,", b",pr\xe9ss,") for line in lines[1:9]]
    path.write_bytes(b"\n".join(lines))
    assert [rule for rule, _ in found_in(package_copy) if rule in ("encoding", "not-utf8")] == [
        "not-utf8"
    ] * 8


def message_of(folder: Path) -> str:
    (problem,) = check_package(folder).problems
    return problem.text("en")


@pytest.mark.parametrize(
    ("damage", "hint"),
    [
        (cell("complexes", "k0002", "part_of", "k9999"), ""),
        (cell("complexes", "k0002", "part_of", "K0001"), " (k0001?)"),
        (cell("events", "e0001", "round_year", "2029"), ""),
        (cell("events", "e0001", "programme_id", "inovation-cluster"), " (innovation-cluster?)"),
        (cell("gaps", "q0002", "measure_id", "complexes_designatd"), " (complexes_designated?)"),
        (name_an_unknown_source_in_a_list, ""),
    ],
)
def test_words_get_a_suggestion_and_numbers_none(package_copy: Path, damage: Damage, hint: str) -> None:
    damage(package_copy)
    message = message_of(package_copy)
    assert message.endswith(f".csv{hint}")


def test_a_validity_may_end_in_the_month_of_its_beginning(package_copy: Path) -> None:
    cell("region_history", ("KR-42", "2"), "valid_to", "2023-06")(package_copy)
    assert found_in(package_copy) == []


def test_a_split_that_does_not_add_up_is_allowed_with_a_note(package_copy: Path) -> None:
    break_a_split(package_copy)
    sheet = Sheet(package_copy, "claims")
    sheet.put(("c00012",), "note_ko", "적힌 대로 더하면 맞지 않는다.")
    sheet.put(("c00012",), "note_en", "The printed parts do not add up.")
    sheet.save()
    assert found_in(package_copy) == []


def test_a_header_that_names_a_column_twice_is_reported(package_copy: Path) -> None:
    sheet = Sheet(package_copy, "regions")
    position = sheet.header.index("adm_code")
    sheet.header.insert(position, "adm_code")
    for row in sheet.rows:
        row.insert(position, "99")
    sheet.save()
    problems = check_package(package_copy).problems
    assert [(problem.file, problem.line, problem.column) for problem in problems] == [
        ("data/regions.csv", 1, "adm_code")
    ]


TEN: dict[str, tuple[str, Damage]] = {
    "unknown key": ("reference", cell("events", "e0005", "source_id", "s9999")),
    "value unlike print": ("reparse", cell("claims", "c00506", "value", "96000")),
    "duplicate id": ("duplicate", cell("claims", "c00201", "claim_id", "c00200")),
    "missing source": ("required", cell("claims", "c00100", "source_id", "")),
    "impossible date": ("date", cell("rounds", "2021", "preselected", "2021-02-29")),
    "wrong unit": ("unit", cell("claims", "c00162", "unit", "count")),
    "unknown column": ("unknown-column", add_column),
    "missing file": ("missing-file", delete_file),
    "broken quoting": (
        "quoting",
        raw_line("region_aliases", "충북", lambda line: line.replace(b",", b',"', 1)),
    ),
    "byte that is no UTF-8": (
        "not-utf8",
        raw_line(
            "programmes", "smart-green", lambda line: line.replace(b"earlier", b"\xe9arlier"), "note_en"
        ),
    ),
}


def damage_in_ten_ways(folder: Path) -> dict[tuple[str, str], str]:
    """Break ten rules in ten places; give the kind of damage by rule and place."""
    # The duplicate comes last, since rows are found by their ids.
    order = sorted(TEN, key="duplicate id".__eq__)
    return {(TEN[kind][0], TEN[kind][1](folder)): kind for kind in order}


def test_ten_damages_are_all_named_in_one_run(package_copy: Path) -> None:
    expected = damage_in_ten_ways(package_copy)
    assert len({place for _, place in expected}) == 10
    counted = Counter(found_in(package_copy))
    assert {kind: counted[place] for place, kind in expected.items()} == dict.fromkeys(TEN, 1)


def run_check(folder: Path, lang: str) -> subprocess.CompletedProcess[str]:
    # What a terminal with a UTF-8 locale is: strict, unlike the C locale of a bare container.
    env = os.environ | {"SANDAN_LANG": lang, "PYTHONIOENCODING": "utf-8:strict"}
    command = [sys.executable, "-m", "sandan_lib", "check", str(folder)]
    return subprocess.run(command, capture_output=True, env=env, encoding="utf-8", check=False, timeout=60)


@pytest.mark.parametrize(("lang", "other"), [("en", "ko"), ("ko", "en")])
def test_the_command_prints_all_problems_and_exits_with_1(package_copy: Path, lang: str, other: str) -> None:
    damage_in_ten_ways(package_copy)
    problems = check_package(package_copy).problems
    done = run_check(package_copy, lang)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [problem.text(lang) for problem in problems]
    assert not set(done.stdout.splitlines()) & {problem.text(other) for problem in problems}
    assert "Traceback" not in done.stderr
    assert str(len(problems)) in done.stderr


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("claims", b"claim_id,", b"claim\xff_id,"),  # a column's name
        ("sources", b"\ns0102,", b"\ns01\xff02,"),  # a key, which is then the nearest to its own references
        ("claims", b"\nc00506,", b"\nc00\xff506,"),
    ],
)
def test_the_command_prints_a_place_even_if_its_name_is_no_utf8(
    package_copy: Path, table: str, old: bytes, new: bytes
) -> None:
    path = package_copy / f"{table}.csv"
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))
    done = run_check(package_copy, "en")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert f"data/{table}.csv:" in done.stdout


def test_the_command_refuses_a_folder_without_data(tmp_path: Path) -> None:
    done = run_check(tmp_path, "en")
    assert done.returncode == 2
    assert "datapackage.json" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "sNaN",
        "-Infinity",
        "1e9",
        "٣",
        "²",
        "1_000",
        "9" * 5000,
        "{value}",
        "%s",
        "0000-00-00",
        ";",
        "s0001;",
        " ",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_no_content_of_a_cell_stops_the_checks(package_copy: Path, text: str) -> None:
    """Put ``text`` into every column of every table, each time in another row."""
    for path in sorted(package_copy.glob("*.csv")):
        sheet = Sheet(package_copy, path.stem)
        for position, row in zip(range(len(sheet.header)), sheet.rows, strict=False):
            row[position] = text
        sheet.save()
    problems = check_package(package_copy).problems
    assert {problem.file for problem in problems} >= {
        "data/claims.csv",
        "data/sources.csv",
        "data/events.csv",
    }
    assert all(problem.text(lang) for problem in problems for lang in ("ko", "en"))


def edit_description(folder: Path, edit: Callable[[Any], object]) -> None:
    path = folder / "datapackage.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    edit(description)
    path.write_text(json.dumps(description), encoding="utf-8")


def first_schema(description: Any) -> Any:
    return description["resources"][0]["schema"]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda it: it.pop("version"), id="no version"),
        pytest.param(lambda it: it.pop("created"), id="no day of making"),
        pytest.param(lambda it: it.update(created="yesterday"), id="a day that is none"),
        pytest.param(lambda it: it["resources"].pop(1), id="no table of claims"),
        pytest.param(lambda it: first_schema(it)["fields"][0].update(type="money"), id="unknown type"),
        pytest.param(lambda it: first_schema(it).pop("primaryKey"), id="no key"),
        pytest.param(
            lambda it: first_schema(it)["foreignKeys"][0]["reference"].update(resource="nowhere"),
            id="reference to no table",
        ),
        pytest.param(
            lambda it: first_schema(it)["fields"][0]["constraints"].update(pattern="("), id="broken pattern"
        ),
    ],
)
def test_a_description_that_cannot_be_used_is_a_data_error(
    package_copy: Path, edit: Callable[[Any], object]
) -> None:
    edit_description(package_copy, edit)
    with pytest.raises(DataError, match=r"datapackage\.json"):
        check_package(package_copy)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"name": "\xff"}'])
def test_a_description_that_cannot_be_read_is_a_data_error(package_copy: Path, content: bytes) -> None:
    (package_copy / "datapackage.json").write_bytes(content)
    with pytest.raises(DataError, match=r"datapackage\.json"):
        check_package(package_copy)


def placeholders(message: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(message) if name is not None)


@pytest.mark.parametrize("rule", sorted(_RULES))
def test_both_languages_word_a_rule_from_the_same_facts(rule: str) -> None:
    english, korean = _RULES[rule]
    assert placeholders(english) == placeholders(korean)
    assert any("가" <= letter <= "힣" for letter in korean)
    assert not any("가" <= letter <= "힣" for letter in english)


# Releases


def promised_ids(folder: Path) -> int:
    return sum(len(Sheet(folder, table).rows) for table in STABLE_TABLES)


def forget_releases(folder: Path) -> None:
    sheet = Sheet(folder, "released_ids")
    sheet.rows.clear()
    sheet.save()


def test_freezing_enters_every_id_once(package_copy: Path) -> None:
    forget_releases(package_copy)
    assert freeze_ids(package_copy) == promised_ids(package_copy)
    assert found_in(package_copy) == []
    ledger = (package_copy / "released_ids.csv").read_bytes()
    assert freeze_ids(package_copy) == 0
    assert (package_copy / "released_ids.csv").read_bytes() == ledger


def test_freezing_later_enters_only_what_is_new(package_copy: Path) -> None:
    freeze_ids(package_copy)
    sheet = Sheet(package_copy, "organisations")
    sheet.rows.append(["g999", "새 기관", "New body", "agency", "", ""])
    sheet.save()
    edit_description(package_copy, lambda it: it.update(version="9.9.9"))
    assert freeze_ids(package_copy) == 1
    ledger = Sheet(package_copy, "released_ids")
    assert ledger.get(("organisations", "g999"), "release") == "9.9.9"
    assert ledger.get(("organisations", "g001"), "release") != "9.9.9"


def test_a_released_id_must_not_vanish(package_copy: Path) -> None:
    freeze_ids(package_copy)
    sheet = Sheet(package_copy, "claims")
    del sheet.rows[sheet.index(ALONE)]
    sheet.save()
    line = Sheet(package_copy, "released_ids").line("claims", ALONE)
    assert found_in(package_copy) == [("vanished", f"data/released_ids.csv:{line}:id")]


@pytest.mark.parametrize(
    ("table", "key", "column", "value"),
    [
        ("claims", "c00506", "as_printed", "9,600개"),
        ("claims", "c00506", "source_id", "s0174"),
        ("complexes", "k0001", "name_ko", "다른국가산업단지"),
        ("events", "e0005", "kind", "result"),
        ("projects", "p0001", "name_ko", "다른 사업"),
        ("organisations", "g001", "name_ko", "다른부"),
        ("sources", "s0001", "publisher", "다른신문"),
    ],
)
def test_a_released_id_must_not_stand_for_something_else(
    package_copy: Path, table: str, key: str, column: str, value: str
) -> None:
    freeze_ids(package_copy)
    id_column = Sheet(package_copy, table).header[0]
    place = cell(table, key, column, value, at=id_column)(package_copy)
    assert ("reused", place) in found_in(package_copy)


def test_a_reading_may_be_corrected_after_its_release(package_copy: Path) -> None:
    freeze_ids(package_copy)
    cell("claims", "c00506", "status", "estimated")(package_copy)
    assert found_in(package_copy) == []


def withdraw(folder: Path, key: str) -> None:
    ledger = Sheet(folder, "released_ids")
    ledger.put(("claims", key), "withdrawn", "0.2.0")
    ledger.save()


def test_a_withdrawn_id_may_go(package_copy: Path) -> None:
    freeze_ids(package_copy)
    withdraw(package_copy, ALONE)
    sheet = Sheet(package_copy, "claims")
    del sheet.rows[sheet.index(ALONE)]
    sheet.save()
    assert found_in(package_copy) == []


def test_a_withdrawn_id_is_never_given_again(package_copy: Path) -> None:
    freeze_ids(package_copy)
    withdraw(package_copy, "c00506")
    sheet = Sheet(package_copy, "claims")
    sheet.put(("c00506",), "as_printed", "9,700명")
    sheet.put(("c00506",), "value", "9700")
    sheet.save()
    assert ("reused", f"data/claims.csv:{sheet.line('c00506')}:claim_id") in found_in(package_copy)
