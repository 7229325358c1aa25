"""What a release changed: every row that differs, no other, with the reason that it gives."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandan_lib.cli import main
from sandan_lib.dataset import data_folder
from sandan_lib.diff import Change, difference
from sandan_lib.errors import DataError

Rows = list[dict[str, str]]

NEWEST = """# Changes

Words before the first section name c00001 in vain.

## 9.9.9 (2027-01-01)

- c00002: printed as 4,121, read again
  and found right.
- c00003 and s0010 follow a later text; c00002 is named once more.

## 0.1.0 (2026-11-23)

- c00004: an old reason that must not come back. c00002 too.
"""


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """A later release of the same data, to be changed."""
    folder = shutil.copytree(data_folder(), tmp_path / "later", copy_function=shutil.copyfile)
    describe(folder, lambda it: it.update(version="9.9.9"))
    (folder / "CHANGELOG.md").write_text(NEWEST, encoding="utf-8")
    return folder


def describe(folder: Path, edit: Callable[[Any], object]) -> None:
    path = folder / "datapackage.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    edit(description)
    path.write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")


def key_of(folder: Path, table: str) -> list[str]:
    """Give the columns that tell the rows of a table apart."""
    description = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (key,) = (item["schema"]["primaryKey"] for item in description["resources"] if item["name"] == table)
    return [key] if isinstance(key, str) else list(key)


def rows_of(folder: Path, table: str) -> Rows:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path, table: str, rows: Rows) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def put(folder: Path, table: str, key: str, **cells: str) -> None:
    """Change cells of the row whose first column is ``key``."""
    rows = rows_of(folder, table)
    (row,) = (row for row in rows if next(iter(row.values())) == key)
    row |= cells
    write(folder, table, rows)


def shown(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["diff", str(data_folder()), str(folder), *words]) == 0
    return capsys.readouterr().out.splitlines()


def kinds(folder: Path) -> list[tuple[str, str, str]]:
    return [(change.table, change.key, change.kind) for change in difference(data_folder(), folder).changes]


# What differs


def test_equal_releases_do_not_differ(package_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = difference(data_folder(), package_copy)
    assert found.changes == ()
    assert found.counts() == {}
    assert found.old_version == found.new_version
    first, *rest = shown(package_copy, capsys)
    assert first == f"{found.old_version} → {found.new_version}"
    assert not [line for line in rest if line.startswith(("+", "~", "-")) or ":" in line]


def test_another_version_alone_is_no_change_of_a_row(later: Path) -> None:
    found = difference(data_folder(), later)
    assert (found.new_version, found.changes) == ("9.9.9", ())


def test_the_order_of_rows_is_no_change(later: Path) -> None:
    write(later, "claims", rows_of(later, "claims")[::-1])
    assert kinds(later) == []


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("claims", "value"),
        ("claims", "note_en"),
        ("sources", "title"),
        ("baselines", "value"),
        ("selection_sites", "note_ko"),
        ("region_aliases", "kind"),
        ("measures", "name_ko"),
    ],
)
def test_one_changed_cell_is_one_change_with_its_old_and_new_text(
    later: Path, table: str, column: str
) -> None:
    rows = rows_of(later, table)
    before = rows[5][column]
    rows[5][column] = "다른 글, 1"
    write(later, table, rows)
    (change,) = difference(data_folder(), later).changes
    assert (change.table, change.kind) == (table, "changed")
    assert dict(change.columns) == {column: (before, "다른 글, 1")}
    assert change.key.split(" · ")[0] == next(iter(rows[5].values()))


def test_several_cells_of_a_row_are_one_change(later: Path) -> None:
    put(later, "claims", "c00005", value="1", note_ko="", note_en="")
    before = next(row for row in rows_of(data_folder(), "claims") if row["claim_id"] == "c00005")
    (change,) = difference(data_folder(), later).changes
    expected = {"value": (before["value"], "1")}
    expected |= {key: (before[key], "") for key in ("note_ko", "note_en") if before[key]}
    assert dict(change.columns) == expected


def test_added_changed_and_withdrawn_rows_of_several_tables_are_told_exactly(later: Path) -> None:
    expected = set()
    for table in ("claims", "sources", "baselines", "released_ids"):
        key_columns = key_of(later, table)
        rows = rows_of(later, table)
        key = {which: " · ".join(rows[which][name] for name in key_columns) for which in (2, 7)}
        del rows[7]
        rows[2] = rows[2] | {list(rows[2])[-1]: "다름"}
        new = rows[0] | {key_columns[-1]: "zzz"}
        rows.append(new)
        write(later, table, rows)
        expected |= {(table, key[2], "changed"), (table, key[7], "withdrawn")}
        expected.add((table, " · ".join(new[name] for name in key_columns), "added"))
    found = difference(data_folder(), later)
    assert set(kinds(later)) == expected
    assert len(found.changes) == len(expected) == 12
    assert found.counts() == {
        table: {"added": 1, "changed": 1, "withdrawn": 1} for table, _, _ in sorted(expected)
    }
    assert all(change.columns == {} for change in found.changes if change.kind != "changed")


def test_the_other_way_round_what_was_added_is_withdrawn(later: Path) -> None:
    rows = rows_of(later, "claims")
    write(later, "claims", [*rows, rows[0] | {"claim_id": "c99999"}])
    there, back = difference(data_folder(), later), difference(later, data_folder())
    assert [change.kind for change in there.changes] == ["added"]
    assert [change.kind for change in back.changes] == ["withdrawn"]
    assert (back.old_version, back.new_version) == (there.new_version, there.old_version)


def test_changes_stand_in_the_order_of_tables_and_keys(later: Path) -> None:
    for table, key in (("sources", "s0010"), ("claims", "c00009"), ("claims", "c00002")):
        put(later, table, key, note_en="changed", note_ko="바뀜")
    description = json.loads((later / "datapackage.json").read_text(encoding="utf-8"))
    order = [item["name"] for item in description["resources"]]
    found = kinds(later)
    assert found == sorted(found, key=lambda item: (order.index(item[0]), item[1]))
    assert len(found) == 3


# Tables and columns that only one release has


def without_table(folder: Path, name: str) -> int:
    """Take a table out of a release, and say how many rows it had."""
    describe(folder, lambda it: it.update(resources=[r for r in it["resources"] if r["name"] != name]))
    count = len(rows_of(folder, name))
    (folder / f"{name}.csv").unlink()
    return count


def test_all_rows_of_a_new_table_are_added(later: Path) -> None:
    count = without_table(later, "gaps")
    found = difference(later, data_folder())
    assert found.counts() == {"gaps": {"added": count, "changed": 0, "withdrawn": 0}}


def test_all_rows_of_a_table_that_is_gone_are_withdrawn(later: Path) -> None:
    count = without_table(later, "gaps")
    found = difference(data_folder(), later)
    assert found.counts() == {"gaps": {"added": 0, "changed": 0, "withdrawn": count}}


def test_a_column_that_only_one_release_has_changes_no_row(later: Path) -> None:
    rows = rows_of(later, "claims")
    write(later, "claims", [row | {"colour": "blue"} for row in rows])
    assert kinds(later) == []
    write(later, "claims", [{key: cell for key, cell in row.items() if key != "locator"} for row in rows])
    assert kinds(later) == []


# Why


def reasons(folder: Path, *claims: str) -> dict[str, str | None]:
    for claim in claims:
        put(folder, "claims", claim, value="1")
    found = difference(data_folder(), folder).changes
    assert [change.key for change in found] == sorted(claims)
    return {change.key: change.reason for change in found}


def test_the_reason_is_the_line_of_the_newest_section_that_names_the_row(later: Path) -> None:
    found = reasons(later, "c00002", "c00003", "c00005")
    assert found["c00002"] == "c00002: printed as 4,121, read again and found right."
    assert found["c00003"] == "c00003 and s0010 follow a later text; c00002 is named once more."
    assert found["c00005"] is None


def test_older_sections_and_the_words_before_them_give_no_reason(later: Path) -> None:
    assert reasons(later, "c00001", "c00004") == {"c00001": None, "c00004": None}


def test_a_reason_belongs_to_whatever_it_names(later: Path) -> None:
    put(later, "sources", "s0010", title="다른 제목")
    (change,) = difference(data_folder(), later).changes
    assert change.reason == "c00003 and s0010 follow a later text; c00002 is named once more."


def test_added_and_withdrawn_rows_have_reasons_too(later: Path) -> None:
    changelog = "# Changes\n\n## 9.9.9\n\n- c99999 is new.\n- c00007 was no figure.\n"
    (later / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    rows = [row for row in rows_of(later, "claims") if row["claim_id"] != "c00007"]
    write(later, "claims", [*rows, rows[0] | {"claim_id": "c99999"}])
    found = {change.key: change.reason for change in difference(data_folder(), later).changes}
    assert found == {"c99999": "c99999 is new.", "c00007": "c00007 was no figure."}


def test_the_reasons_are_those_of_the_new_release(later: Path) -> None:
    put(later, "claims", "c00002", value="1")
    (change,) = difference(later, data_folder()).changes
    assert change.reason is None or "printed as 4,121" not in change.reason


@pytest.mark.parametrize("changelog", [None, "", "c00002 without any section\n- c00002\n"])
def test_without_a_section_there_is_no_reason(later: Path, changelog: str | None) -> None:
    path = later / "CHANGELOG.md"
    path.unlink()
    if changelog is not None:
        path.write_text(changelog, encoding="utf-8")
    assert reasons(later, "c00002") == {"c00002": None}


# The command line


def sandan(*words: str | Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandan_lib", *map(str, words)]
    env = os.environ | {"SANDAN_LANG": lang}
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def test_the_command_shows_counts_and_the_rows_of_one_table(
    later: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(later, "claims")
    old = rows[1]["value"]
    rows[1]["value"] = "5"
    del rows[6]
    write(later, "claims", [*rows, rows[0] | {"claim_id": "c99999"}])
    put(later, "sources", "s0010", title="다른 제목")
    monkeypatch.setenv("SANDAN_LANG", "en")
    lines = shown(later, capsys)
    assert lines[0].endswith(" → 9.9.9")
    assert "claims: added 1, changed 1, withdrawn 1" in lines
    assert "sources: added 0, changed 1, withdrawn 0" in lines
    rest = lines[3:]
    assert rest == [
        "~ c00002",
        f"    value: {old} → 5",
        "    # c00002: printed as 4,121, read again and found right.",
        "- c00007",
        "+ c99999",
    ]
    of_sources = shown(later, capsys, "--table", "sources")
    assert "~ s0010" in of_sources
    assert "~ c00002" not in of_sources
    monkeypatch.setenv("SANDAN_LANG", "ko")
    assert "claims: 늘어남 1, 바뀜 1, 없어짐 1" in shown(later, capsys)


def test_an_empty_cell_is_shown_as_empty(later: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(later, "claims", "c00002", locator="3쪽")
    put(later, "claims", "c00003", period_end="")
    lines = shown(later, capsys)
    assert "    locator: ∅ → 3쪽" in lines
    assert "    period_end: 2023 → ∅" in lines


def test_changes_of_remarks_alone_are_counted_and_shown_when_asked(
    later: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(later, "claims", "c00002", note_ko="바뀜", note_en="changed")
    put(later, "claims", "c00003", note_ko="바뀜", note_en="changed", value="1")
    short, full = shown(later, capsys), shown(later, capsys, "--notes")
    assert "~ c00002" not in short
    assert any("--notes" in line and "1" in line for line in short)
    assert "~ c00003" in short
    assert {"~ c00002", "~ c00003"} <= set(full)
    assert "    note_en: Printed" in "\n".join(full)


def test_another_scope_is_no_change_of_words(later: Path) -> None:
    part = next(row["claim_id"] for row in rows_of(later, "claims") if row["scope_note_en"])
    put(later, "claims", part, scope_note_ko="다른 부분", scope_note_en="another part")
    (change,) = difference(data_folder(), later).changes
    assert not change.only_words


def test_only_changes_of_words_are_changes_of_words() -> None:
    words = {"note_ko": ("가", "나"), "note_en": ("a", "b")}
    assert Change("claims", "c00001", "changed", words, None).only_words
    assert not Change("claims", "c00001", "changed", words | {"value": ("1", "2")}, None).only_words
    assert not Change("claims", "c00001", "added", {}, None).only_words


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(("typed", "near"), [("claim", "claims"), ("source", "sources"), ("gabs", "gaps")])
def test_an_unknown_table_is_refused_with_the_nearest(
    package_copy: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    typed: str,
    near: str,
) -> None:
    monkeypatch.setenv("SANDAN_LANG", lang)
    assert main(["diff", str(data_folder()), str(package_copy), "--table", typed]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert repr(typed) in captured.err
    assert f" {near}?" in captured.err
    assert ("그런 표는 없습니다" in captured.err) == (lang == "ko")


# What cannot be read


def put_a_folder_in_its_place(folder: Path) -> None:
    (folder / "regions.csv").unlink()
    (folder / "regions.csv").mkdir()


BROKEN: dict[str, Callable[[Path], object]] = {
    "no UTF-8": lambda folder: (folder / "regions.csv").write_bytes(b"region_id,name_ko\nKR-11,\xff\n"),
    "no such file": lambda folder: (folder / "regions.csv").unlink(),
    "a folder": put_a_folder_in_its_place,
    "no key": lambda folder: (folder / "regions.csv").write_text("colour\nblue\n", encoding="utf-8"),
    "no description": lambda folder: (folder / "datapackage.json").unlink(),
    "a broken description": lambda folder: (folder / "datapackage.json").write_text("{", encoding="utf-8"),
}


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_our_error_whichever_release_it_is(
    package_copy: Path, damage: Callable[[Path], object]
) -> None:
    damage(package_copy)
    for pair in ((data_folder(), package_copy), (package_copy, data_folder())):
        with pytest.raises(DataError) as caught:
            difference(*pair)
        assert str(package_copy) in caught.value.en
        assert str(package_copy) in caught.value.ko


def test_a_row_too_short_for_its_key_is_our_error(package_copy: Path) -> None:
    with (package_copy / "baselines.csv").open("a", encoding="utf-8") as file:
        file.write("KR-99\n")
    with pytest.raises(DataError):
        difference(data_folder(), package_copy)


def test_a_changelog_that_is_no_text_gives_no_reason_or_is_our_error(later: Path) -> None:
    (later / "CHANGELOG.md").write_bytes(b"# \xff\n## 9.9.9\n- c00002: why\n")
    put(later, "claims", "c00002", value="1")
    try:
        (change,) = difference(data_folder(), later).changes
    except DataError as error:
        assert "CHANGELOG.md" in error.en  # noqa: PT017 - either is right
    else:
        assert change.key == "c00002"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_broken_table_ends_the_command_with_code_2_and_one_line(package_copy: Path, lang: str) -> None:
    BROKEN["no UTF-8"](package_copy)
    done = sandan("diff", data_folder(), package_copy, lang=lang)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert str(package_copy / "regions.csv") in done.stderr
    assert ("표로 읽을 수 없습니다" in done.stderr) == (lang == "ko")


def test_a_folder_that_is_not_there_ends_the_command_with_code_2(tmp_path: Path) -> None:
    done = sandan("diff", tmp_path / "nowhere", data_folder())
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "nowhere" / "datapackage.json") in done.stderr


@pytest.mark.parametrize(
    "words", [["diff"], ["diff", "data"], ["diff", "", "data"], ["diff", "data", "data", "--tabel"]]
)
def test_two_folders_are_asked_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "--help`" in capsys.readouterr().err
