"""The whole package in other forms, read back by the programs that people will read it with."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import mlcroissant
import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest
from frictionless import Package

from sandan_lib import Dataset, load
from sandan_lib.dataset import data_folder, read_checked, rows_of
from sandan_lib.dataset.trust import is_vouched
from sandan_lib.errors import DataError, ParameterError, SandanError
from sandan_lib.export import FORMS, export
from sandan_lib.export import run as export_run
from sandan_lib.export.as_csv import harmless
from sandan_lib.export.as_sqlite import glob_of
from sandan_lib.export.as_xlsx import sheet_name
from sandan_lib.export.content import gather
from sandan_lib.model import last_possible_day

Rows = list[dict[str, Any]]
VINTAGE = "2021-06-30"  # a day when claims speak of an event that only a later text tells of
RECORD_SETS = ("claims", "sources", "selections", "measures", "complexes", "projects")
# rdflib, on which mlcroissant stands, warns of itself.
OF_RDFLIB = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")


@pytest.fixture(scope="module")
def exported(ds: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give the folder of a form, made once; ``day`` for a vintage, ``again`` for a second run."""
    made: dict[tuple[str, str, bool], Path] = {}

    def make(form: str, day: str = "", *, again: bool = False) -> Path:
        if (form, day, again) not in made:
            folder = tmp_path_factory.mktemp("export") / form
            export(ds.as_of(day), form, folder)
            made[form, day, again] = folder
        return made[form, day, again]

    return make


def table(ds: Dataset, name: str) -> Rows:
    """Give the rows of a table with the columns of its description."""
    return rows_of(ds.table(name), ds.package.table(name).columns)


@pytest.fixture(scope="module")
def lost(ds: Dataset) -> set[str]:
    """Give the claims that the vintage leaves out since they speak of events not told of yet."""
    old = ds.as_of(VINTAGE)
    told = set(old.table("events")["event_id"])
    found = {row["claim_id"] for row in rows_of(old.claims) if row["event_id"] not in (None, *told)}
    assert found, "choose another day: these tests need such claims"
    return found


def reading(ds: Dataset, name: str) -> Rows:
    """Give the rows of a table as forms for readers show them: claims say whether they are misprints."""
    rows = table(ds, name)
    if name != "claims":
        return rows
    wrong = {row["claim_id"]: bool(row["misprint"]) for row in rows_of(ds.claims)}
    assert any(wrong.values())
    return [
        {
            column: value
            for key, cell in row.items()
            for column, value in (
                [(key, cell), ("misprint", wrong[row["claim_id"]])] if key == "as_printed" else [(key, cell)]
            )
        }
        for row in rows
    ]


def csv_rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def edit(path: Path, line: int, **cells: str) -> None:
    """Change cells of the row with the given number, from 0."""
    rows = csv_rows(path)
    rows[line] |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def same_data(one: Dataset, other: Dataset) -> None:
    assert set(one.package.tables) == set(other.package.tables)
    for name in one.package.tables:
        pd.testing.assert_frame_equal(one.table(name), other.table(name), obj=name)


def frictionless_errors(folder: Path) -> list[Any]:
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.stats["tasks"] == len(load().package.tables)
    errors: list[Any] = report.flatten(["name", "rowNumber", "fieldName", "note"])
    return errors


# The call


def test_an_unknown_form_is_refused_before_anything_is_made(ds: Dataset, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="Did you mean xlsx") as caught:
        export(ds, "xls", tmp_path / "new")
    assert "xlsx" in caught.value.ko
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_files_written_are_told(ds: Dataset, tmp_path: Path, form: str) -> None:
    made = export(ds, form, tmp_path / "deep" / "new")
    assert list(made) == sorted(path for path in (tmp_path / "deep" / "new").rglob("*") if path.is_file())
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["new"]


@pytest.mark.parametrize("form", FORMS)
def test_the_licence_goes_along(
    ds: Dataset, exported: Callable[..., Path], tmp_path: Path, form: str
) -> None:
    licence = (data_folder() / "LICENSE").read_bytes()
    assert (exported(form) / "LICENSE.txt").read_bytes() == licence
    export(load(exported("csv")), form, tmp_path / "again", source=exported("csv"))
    assert (tmp_path / "again" / "LICENSE.txt").read_bytes() == licence


def test_data_without_a_licence_get_none(package_copy: Path, tmp_path: Path) -> None:
    (package_copy / "LICENSE").unlink()
    made = export(load(package_copy), "json-ld", tmp_path / "new", source=package_copy)
    assert "LICENSE.txt" not in [path.name for path in made]


@pytest.mark.parametrize("form", FORMS)
def test_two_runs_write_the_same_bytes(exported: Callable[..., Path], form: str) -> None:
    first, second = exported(form), exported(form, again=True)
    names = sorted(path.relative_to(first) for path in first.rglob("*"))
    assert names == sorted(path.relative_to(second) for path in second.rglob("*"))
    for name in names:
        if (first / name).is_file():
            assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_what_the_library_adds_to_the_claims_is_in_no_exact_file(exported: Callable[..., Path]) -> None:
    assert "misprint" not in (exported("csv") / "claims.csv").read_text(encoding="utf-8").split("\n")[0]
    assert "misprint" not in pyarrow.parquet.read_schema(exported("parquet") / "claims.parquet").names


def test_data_described_otherwise_need_their_folder(package_copy: Path, tmp_path: Path) -> None:
    path = package_copy / "datapackage.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    described["title_ko"] = "다른 자료"
    path.write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    other = load(package_copy)
    with pytest.raises(ParameterError, match="source=FOLDER"):
        export(other, "sqlite", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    export(other, "sqlite", tmp_path / "new", source=package_copy)


def test_a_name_that_would_leave_the_folder_is_refused(package_copy: Path, tmp_path: Path) -> None:
    path = package_copy / "datapackage.json"
    described = path.read_text(encoding="utf-8").replace('"name": "sandan-renewal"', '"name": "../evil"', 1)
    path.write_text(described, encoding="utf-8")
    with pytest.raises(DataError, match="no name for a file"):
        export(load(package_copy), "sqlite", tmp_path / "new", source=package_copy)


# The folder


def test_a_folder_with_anything_in_it_is_refused(ds: Dataset, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ParameterError, match="exists and is not empty"):
        export(ds, "sqlite", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(ds: Dataset, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("mine")
    with pytest.raises(ParameterError, match="exists and is not empty"):
        export(ds, "sqlite", tmp_path / "new")
    assert (tmp_path / "new").read_text() == "mine"


def test_an_empty_folder_is_filled_and_stays_the_same_folder(ds: Dataset, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    before = new.stat().st_ino
    export(ds, "sqlite", new)
    assert new.stat().st_ino == before
    assert sorted(path.name for path in new.iterdir()) == ["LICENSE.txt", "sandan-renewal.sqlite"]


def test_a_new_folder_is_as_open_as_any_other(ds: Dataset, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    export(ds, "sqlite", tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_to_nowhere_is_followed(ds: Dataset, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    export(ds, "sqlite", tmp_path / "link")
    assert (tmp_path / "target" / "sandan-renewal.sqlite").is_file()


@pytest.mark.parametrize("place", ["file/new", "circle/new", "nu\0ll", "n" * 300])
def test_an_unwritable_place_is_an_error_of_ours(ds: Dataset, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(ParameterError, match="cannot write to") as caught:
        export(ds, "csv", tmp_path / place)
    assert "쓸 수 없습니다" in caught.value.ko
    assert sorted(path.name for path in tmp_path.iterdir()) == ["circle", "file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_an_error_of_ours(ds: Dataset, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(ParameterError, match="cannot write to"):
        export(ds, "csv", tmp_path / "closed" / "new")


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_export_that_breaks_off_leaves_nothing(
    ds: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, existing: bool
) -> None:
    def break_off(_: object, folder: Path) -> None:
        (folder / "half.csv").write_text("half")
        raise error

    monkeypatch.setattr(export_run, "_WRITERS", {"csv": break_off})
    if existing:
        (tmp_path / "new").mkdir()
    with pytest.raises(ParameterError if isinstance(error, OSError) else KeyboardInterrupt):
        export(ds, "csv", tmp_path / "new")
    assert [path.name for path in tmp_path.rglob("*")] == (["new"] if existing else [])


def test_whoever_comes_between_loses_nothing(
    ds: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: object, folder: Path) -> None:
        (folder / "claims.csv").write_text("ours")
        (tmp_path / "new").mkdir(exist_ok=True)
        (tmp_path / "new" / "claims.csv").write_text("theirs")

    monkeypatch.setattr(export_run, "_WRITERS", {"csv": slow})
    with pytest.raises(ParameterError, match="cannot write to"):
        export(ds, "csv", tmp_path / "new")
    assert [path.name for path in tmp_path.rglob("*.*")] == ["claims.csv"]
    assert (tmp_path / "new" / "claims.csv").read_text() == "theirs"


@pytest.mark.parametrize(
    ("form", "module", "part"),
    [("xlsx", "xlsxwriter", "xlsxwriter"), ("parquet", "pyarrow.parquet", "pyarrow")],
)
def test_a_missing_part_is_told_with_the_way_to_install_it(
    ds: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, module: str, part: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SandanError, match=part) as caught:
        export(ds, form, tmp_path / "new")
    assert "pip install 'sandan-lib[export]'" in caught.value.en
    assert "pip install 'sandan-lib[export]'" in caught.value.ko
    assert list(tmp_path.iterdir()) == []


# CSV


def test_the_csv_form_is_the_package_itself(ds: Dataset, exported: Callable[..., Path]) -> None:
    folder = exported("csv")
    again = load(folder)
    same_data(again, ds)
    assert is_vouched(folder, again.digest)
    described = (data_folder() / "datapackage.json").read_text(encoding="utf-8")
    assert json.loads((folder / "datapackage.json").read_text(encoding="utf-8")) == json.loads(described)
    for name, described_table in ds.package.tables.items():
        numbers = {column.name for column in described_table.fields if column.type == "number"}
        original = (data_folder() / described_table.path).read_bytes().split(b"\n")
        lines = (folder / f"{name}.csv").read_bytes().split(b"\n")
        # Whole numbers are written as such, however they were entered; all other bytes are the same.
        assert lines == original or (numbers and len(lines) == len(original)), name
    assert sorted(path.name for path in folder.glob("*.csv")) == sorted(f"{n}.csv" for n in ds.package.tables)


def test_frictionless_finds_the_csv_form_valid(exported: Callable[..., Path]) -> None:
    assert frictionless_errors(exported("csv")) == []


def test_copies_for_excel_say_that_they_are_copies(ds: Dataset, exported: Callable[..., Path]) -> None:
    copies = exported("csv") / "for-excel"
    readme = (copies / "README.txt").read_text(encoding="utf-8-sig")
    assert "for viewing" in readme
    assert "보기 위한 사본" in readme
    for name in ds.package.tables:
        assert (copies / f"{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
        texts = {column.name for column in ds.package.table(name).fields if column.type == "string"}
        exact = csv_rows(exported("csv") / f"{name}.csv")
        shown = reading(ds, name)
        for copy, row, whole in zip(csv_rows(copies / f"{name}.csv", "utf-8-sig"), exact, shown, strict=True):
            assert list(copy) == list(whole)
            if name == "claims":
                assert copy.pop("misprint") == str(whole["misprint"]).lower()
            assert copy == {key: harmless(cell) if key in texts else cell for key, cell in row.items()}


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "+SUM(A1)",
        "@x",
        "-1+1",
        "  =1+1",
        "\t=1",
        "\r@x",
        "\n+1",
        "\u00a0-1+1",
        "\u3000=1",
        "＝1+1",
        " ＋1",
        "－1",
        "＠x",
        "-3.5%",
        "=",
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_is_neutralised(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1+1", "청주 = 거점", "a@b.kr", "'=1", "약 1조 원", "(-1)"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert harmless(text) == text


# Parquet


def test_the_parquet_form_loads_as_the_same_data(ds: Dataset, exported: Callable[..., Path]) -> None:
    folder = exported("parquet")
    again = load(folder)
    same_data(again, ds)
    assert is_vouched(folder, again.digest)
    assert read_checked(folder).problems == ()


def test_parquet_columns_have_exact_types(ds: Dataset, exported: Callable[..., Path]) -> None:
    types = {
        "string": "dictionary<values=string, indices=int32, ordered=0>",
        "integer": "int64",
        "boolean": "bool",
        "number": "decimal128(38, 9)",
    }
    for name in ds.package.tables:
        read = pyarrow.parquet.read_table(exported("parquet") / f"{name}.parquet")
        fields = ds.package.table(name).fields
        assert {field.name: str(field.type) for field in read.schema} == {
            f.name: types[f.type] for f in fields
        }
        assert read.to_pylist() == table(ds, name)
        assert read.num_columns == len(fields)
    meta = pyarrow.parquet.read_metadata(exported("parquet") / "claims.parquet")
    assert meta.row_group(0).column(0).compression in ("ZSTD", "SNAPPY")


def test_the_parquet_form_describes_its_files(exported: Callable[..., Path]) -> None:
    described = json.loads((exported("parquet") / "datapackage.json").read_text(encoding="utf-8"))
    original = json.loads((data_folder() / "datapackage.json").read_text(encoding="utf-8"))
    for resource, before in zip(described["resources"], original["resources"], strict=True):
        changed = {
            "path": f"{before['name']}.parquet",
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
        }
        before.pop("encoding")
        assert resource == before | changed
        assert (exported("parquet") / resource["path"]).is_file()


def test_parquet_goes_back_to_csv_without_loss(exported: Callable[..., Path], tmp_path: Path) -> None:
    folder = exported("parquet")
    export(load(folder), "csv", tmp_path / "new", source=folder)
    same_data(load(tmp_path / "new"), load(exported("csv")))


@pytest.fixture(scope="module")
def odd_numbers(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Give data with numbers that not every form can hold."""
    folder = tmp_path_factory.mktemp("odd") / "data"
    folder.mkdir()
    for path in data_folder().glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    areas = folder / "complex_statistics.csv"
    edit(areas, 0, output_krw="999999999999999999", designated_area_km2="0.12345678901234567")
    edit(areas, 1, output_krw="9007199254740992", designated_area_km2="123456789012345678901234567")
    edit(areas, 2, output_krw="9007199254740993", designated_area_km2="-0.1")
    return load(folder)


ODD = [
    (999999999999999999, Decimal("0.12345678901234567")),
    (9007199254740992, 123456789012345678901234567),
    (9007199254740993, Decimal("-0.1")),
]


def test_a_number_that_parquet_cannot_hold_is_named(odd_numbers: Dataset, tmp_path: Path) -> None:
    first = rows_of(odd_numbers.table("complex_statistics"))[0]
    place = f"complex_statistics {first['complex_id']}/{first['year']}, designated_area_km2"
    with pytest.raises(DataError, match=f"{place}: 0.12345678901234567 does not fit") as caught:
        export(odd_numbers, "parquet", tmp_path / "new")
    assert place in caught.value.ko
    assert list(tmp_path.iterdir()) == []


def test_csv_and_sqlite_hold_any_number(odd_numbers: Dataset, tmp_path: Path) -> None:
    export(odd_numbers, "csv", tmp_path / "csv")
    same_data(load(tmp_path / "csv"), odd_numbers)
    export(odd_numbers, "sqlite", tmp_path / "sqlite")
    found = query(
        tmp_path / "sqlite", "SELECT output_krw, designated_area_km2 FROM complex_statistics LIMIT 3"
    )
    assert [(money, Decimal(str(area))) for money, area in found] == ODD
    assert [type(area) for _, area in found] == [str, str, float]
    column = query(tmp_path / "sqlite", "SELECT designated_area_km2 FROM complex_statistics ORDER BY rowid")
    areas = [row["designated_area_km2"] for row in rows_of(odd_numbers.table("complex_statistics"))]
    assert [None if read is None else Decimal(str(read)) for (read,) in column] == areas


def test_a_workbook_holds_as_text_what_it_would_round(odd_numbers: Dataset, tmp_path: Path) -> None:
    export(odd_numbers, "xlsx", tmp_path / "new")
    sheet = openpyxl.load_workbook(tmp_path / "new" / "sandan-renewal.xlsx")["complex_statistics"]
    header = [cell.value for cell in sheet[1]]
    found = [
        tuple(
            sheet.cell(line, header.index(name) + 1).value for name in ("output_krw", "designated_area_km2")
        )
        for line in (2, 3, 4)
    ]
    assert found == [
        ("999999999999999999", "0.12345678901234567"),
        (9007199254740992, "123456789012345678901234567"),
        ("9007199254740993", -0.1),
    ]


# Workbook


@pytest.fixture(scope="module")
def book(exported: Callable[..., Path]) -> Any:
    return openpyxl.load_workbook(exported("xlsx") / "sandan-renewal.xlsx")


def test_every_cell_is_in_the_workbook(ds: Dataset, book: Any) -> None:
    assert book.sheetnames == ["about", "codebook", *ds.package.tables]
    for name in ds.package.tables:
        header, *lines = book[name].iter_rows(values_only=True)
        assert header == tuple(reading(ds, name)[0])
        for line, row in zip(lines, reading(ds, name), strict=True):
            for read, cell in zip(line, row.values(), strict=True):
                if isinstance(cell, Decimal):
                    assert Decimal(repr(read)) == cell, (name, row)
                else:
                    assert read == cell, (name, row)
                    assert type(read) is type(cell), (name, row)


def test_sheets_are_ready_to_be_read(ds: Dataset, book: Any) -> None:
    for sheet in book.worksheets:
        assert len(sheet.title) <= 31
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.bold for cell in sheet[1])
        widths = [column.width for column in sheet.column_dimensions.values()]
        assert all(8 <= width <= 61 for width in widths)
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n", "b"}
        assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_the_workbook_says_what_it_is(ds: Dataset, book: Any) -> None:
    facts = {row[0]: row[1:] for row in book["about"].iter_rows(values_only=True)}
    assert facts["Title · 제목"] == (ds.package.title_en, ds.package.title_ko)
    assert facts["Version · 판"] == (ds.version, ds.version)
    assert "CC-BY-4.0" in facts["Licence · 이용 조건"][0]
    assert facts["SHA-256 of the data · 자료의 SHA-256"] == (ds.digest, ds.digest)
    assert ds.package.title_ko in facts["How to cite · 인용"][1]
    assert facts["State of knowledge on · 기준일"] == ("all that is known", "알려진 것 모두")
    assert book.properties.created == dt.datetime.combine(ds.package.created, dt.time())


def test_the_codebook_explains_every_column_and_word(ds: Dataset, book: Any) -> None:
    header, *lines = book["codebook"].iter_rows(values_only=True)
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    columns = {(row["table_name"], row["column_name"]): row for row in rows if row["kind"] == "column"}
    words = {(row["table_name"], row["column_name"], row["value"]) for row in rows if row["kind"] == "value"}
    assert {row["table_name"] for row in rows if row["kind"] == "table"} == set(ds.package.tables)
    assert set(columns) == {(n, f.name) for n, t in ds.package.tables.items() for f in t.fields} | {
        ("claims", "misprint")
    }
    assert words == {
        (name, f.name, value) for name, t in ds.package.tables.items() for f in t.fields for value in f.values
    }
    assert all(row["label_ko"] and row["label_en"] for row in rows)
    assert all(row["description_ko"] and row["description_en"] for row in columns.values())
    assert columns["complex_statistics", "output_krw"]["unit"] == "KRW"
    assert columns["claims", "source_id"]["refers_to"] == "sources.source_id"


def test_names_of_sheets_are_allowed_and_differ() -> None:
    taken: set[str] = set()
    long = "a_very_long_name_of_a_table_indeed"
    names = [sheet_name(name, taken) for name in ("history", long, long + "2", long.upper())]
    assert len({name.lower() for name in names}) == 4
    assert all(len(name) <= 31 and name.lower() != "history" for name in names)


# SQLite


def query(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    base = sqlite3.connect(f"file:{folder / 'sandan-renewal.sqlite'}?mode=ro", uri=True)
    try:
        return base.execute(statement).fetchall()
    finally:
        base.close()


def test_every_cell_is_in_the_database(ds: Dataset, exported: Callable[..., Path]) -> None:
    for name in ds.package.tables:
        found = query(exported("sqlite"), f'SELECT * FROM "{name}" ORDER BY rowid')
        for line, row in zip(found, reading(ds, name), strict=True):
            for read, cell in zip(line, row.values(), strict=True):
                if isinstance(cell, Decimal):
                    assert isinstance(read, float)
                    assert Decimal(repr(read)) == cell
                else:
                    assert read == cell, (name, row)
                    assert not isinstance(read, float)


def test_numbers_of_the_database_can_be_compared_and_sorted(
    ds: Dataset, exported: Callable[..., Path]
) -> None:
    numbers = {row["claim_id"]: row["value"] for row in table(ds, "claims")}
    assert any(isinstance(value, Decimal) for value in numbers.values())
    ordered = query(exported("sqlite"), "SELECT claim_id, value FROM claims ORDER BY value")
    assert [numbers[key] for key, _ in ordered] == sorted(numbers.values())
    for limit in ("1000", "'1000'", "20.5"):
        above = query(exported("sqlite"), f"SELECT claim_id FROM claims WHERE value > {limit}")
        over = {key for key, value in numbers.items() if value > Decimal(limit.strip("'"))}
        assert {key for (key,) in above} == over
    assert query(exported("sqlite"), "SELECT count(*) FROM claims WHERE misprint") == [
        (len(table(ds, "corrections")),)
    ]


def test_the_database_knows_types_keys_and_rules(ds: Dataset, exported: Callable[..., Path]) -> None:
    folder = exported("sqlite")
    assert query(folder, "PRAGMA foreign_key_check") == []
    assert query(folder, "PRAGMA integrity_check") == [("ok",)]
    for name, described in ds.package.tables.items():
        columns = query(folder, f'PRAGMA table_info("{name}")')
        types = {"string": "TEXT", "integer": "INTEGER", "boolean": "INTEGER", "number": "NUMERIC"}
        if name == "claims":
            assert [c[1:4] for c in columns if c[1] == "misprint"] == [("misprint", "INTEGER", 1)]
            columns = [c for c in columns if c[1] != "misprint"]
        assert [(c[1], c[2]) for c in columns] == [(f.name, types[f.type]) for f in described.fields]
        assert {c[1] for c in columns if c[3]} == {
            f.name for f in described.fields if f.required or f.name in described.primary_key
        }
        key = sorted((c[5], c[1]) for c in columns if c[5])
        assert tuple(column for _, column in key) == described.primary_key
        pointing = {(k[3], k[2], k[4]) for k in query(folder, f'PRAGMA foreign_key_list("{name}")')}
        assert pointing == {(k.field, k.table, k.reference) for k in described.foreign_keys}
    assert query(folder, "SELECT typeof(value) FROM claims WHERE unit = 'KRW' GROUP BY 1") == [("integer",)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE claims SET status = 'guessed'", "CHECK"),
        ("UPDATE complexes SET complex_id = 'x1'", "CHECK"),
        ("UPDATE claims SET claim_id = 'c0001' WHERE claim_id = 'c00001'", "CHECK"),
        ("UPDATE claims SET claim_id = 'c00001x' WHERE claim_id = 'c00001'", "CHECK"),
        ("UPDATE claims SET claim_id = 'x00001' WHERE claim_id = 'c00001'", "CHECK"),
        ("UPDATE claims SET published = '2022-5'", "CHECK"),
        ("UPDATE claims SET value = '1,000'", "CHECK"),
        ("UPDATE claims SET misprint = 2", "CHECK"),
        ("UPDATE sources SET title_checked = 2", "CHECK"),
        ("UPDATE claims SET as_printed = NULL", "NOT NULL"),
        ("UPDATE claims SET source_id = 's9999'", "FOREIGN KEY"),
        ("UPDATE projects SET name_ko = 'a'", "UNIQUE"),
    ],
)
def test_the_database_keeps_the_rules(
    exported: Callable[..., Path], tmp_path: Path, change: str, why: str
) -> None:
    (tmp_path / "x.sqlite").write_bytes((exported("sqlite") / "sandan-renewal.sqlite").read_bytes())
    base = sqlite3.connect(tmp_path / "x.sqlite")
    try:
        base.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match=why):
            base.execute(change)
    finally:
        base.close()


def test_the_view_of_figures_names_everything(ds: Dataset, exported: Callable[..., Path]) -> None:
    folder = exported("sqlite")
    found = dict(query(folder, "SELECT claim_id, misprint FROM figures"))
    assert found == {row["claim_id"]: int(row["misprint"]) for row in rows_of(ds.claims)}
    assert query(folder, "SELECT count(*) FROM figures WHERE publisher IS NULL OR measure_ko IS NULL") == [
        (0,)
    ]
    with_project = ds.claims["project_id"].notna().sum()
    assert query(folder, "SELECT count(project_ko) FROM figures") == [(with_project,)]
    ((name, value, real),) = query(
        folder, "SELECT region_ko, value, value_real FROM figures WHERE claim_id = 'c00001'"
    )
    assert (name, value, real) == ("경북", 990000000000, 990000000000.0)


def test_the_database_carries_its_codebook(ds: Dataset, exported: Callable[..., Path]) -> None:
    folder = exported("sqlite")
    assert dict(query(folder, "SELECT table_name, row_count FROM codebook_tables")) == {
        name: len(ds.table(name)) for name in ds.package.tables
    }
    labels = query(folder, "SELECT table_name, column_name, value, label_ko, label_en FROM codebook_values")
    assert labels
    assert all(ds.label(t, c, v, "ko") == ko and ds.label(t, c, v, "en") == en for t, c, v, ko, en in labels)
    assert query(folder, "SELECT count(*) FROM codebook_columns") == [
        (sum(len(described.fields) for described in ds.package.tables.values()) + 1,)  # misprint
    ]
    facts = dict(query(folder, "SELECT key, text_ko FROM codebook_package"))
    assert facts["title"] == ds.package.title_ko
    assert facts["digest"] == ds.digest


@pytest.mark.parametrize(
    ("pattern", "glob"),
    [
        (r"^c\d{5}$", "c[0-9][0-9][0-9][0-9][0-9]"),
        (r"^a\d$", "a[0-9]"),
        (r"^c\d+$", None),
        (r"c\d{5}", None),
        (r"^c.$", None),
        (None, None),
    ],
)
def test_only_plain_patterns_become_rules(pattern: str | None, glob: str | None) -> None:
    assert glob_of(pattern) == glob


# Croissant


@pytest.fixture(scope="module")
def croissant(exported: Callable[..., Path]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((exported("json-ld") / "croissant.json").read_text(encoding="utf-8"))
    return read


@OF_RDFLIB
def test_croissant_validates_without_a_word(
    ds: Dataset, exported: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(exported("json-ld") / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    assert caplog.messages == []
    assert str(dataset.metadata.ctx.conforms_to.value).endswith("/1.1")
    assert [item.id for item in dataset.metadata.record_sets] == list(RECORD_SETS)


@OF_RDFLIB
@pytest.mark.parametrize("name", RECORD_SETS)
def test_croissant_reads_every_record(ds: Dataset, exported: Callable[..., Path], name: str) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(exported("json-ld") / "croissant.json"))
    found = list(dataset.records(name))
    for record, row in zip(found, table(ds, name), strict=True):
        read = {
            key.removeprefix(f"{name}/"): cell.decode("utf-8") if isinstance(cell, bytes) else cell
            for key, cell in record.items()
        }
        assert read == {key: float(v) if isinstance(v, Decimal) else v for key, v in row.items()}


def test_croissant_is_a_schema_org_dataset(ds: Dataset, croissant: dict[str, Any]) -> None:
    assert croissant["@type"] == "sc:Dataset"
    assert croissant["@context"]["@vocab"] == "https://schema.org/"
    assert croissant["name"] == ds.package.title_en
    assert ds.package.title_ko in croissant["alternateName"]
    assert "figure" in croissant["description"]
    assert "수치" in croissant["description"]
    assert croissant["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert croissant["version"] == ds.version
    assert croissant["datePublished"] == ds.package.created.isoformat()
    assert croissant["creator"] == [{"@type": "Organization", "name": "The sandan-lib authors"}]
    assert croissant["spatialCoverage"]["alternateName"] == "대한민국"
    dates = sorted(ds.claims["published"].dropna())
    assert croissant["temporalCoverage"] == f"{dates[0]}/{dates[-1]}"
    assert croissant["keywords"]


def test_croissant_lists_every_file_with_its_hash(
    ds: Dataset, exported: Callable[..., Path], croissant: dict[str, Any]
) -> None:
    folder = exported("json-ld")
    listed = {item["contentUrl"]: item["sha256"] for item in croissant["distribution"]}
    there = {path.name for path in folder.iterdir()} - {"croissant.json"}
    assert set(listed) == there
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    same_data(load(folder), ds)


def test_croissant_has_the_context_of_its_version(croissant: dict[str, Any]) -> None:
    context = mlcroissant.Context(conforms_to="http://mlcommons.org/croissant/1.1")
    from mlcroissant._src.core.rdf import make_context

    assert croissant["@context"] == make_context(context)


# Cells that would be formulas, links or markup


HOSTILE = {
    "events": {
        "title_ko": "=cmd|' /C calc'!A0",
        "title_en": '=HYPERLINK("http://evil.example","청주")',
        "note_ko": "-1+1",
        "note_en": "@SUM(A1)",
    },
    "rejected": {"publisher": "+SUM(A1)", "subject": "\t=1+1", "note_ko": "{=1+1}", "note_en": "http://a.b"},
    "gaps": {
        "note_ko": "  =1+1",
        "note_en": "＝1+1",
        "where_en": "<b>&amp;\"'</b>",
        "where_ko": "_x0041_\x07",
    },
    "complexes": {"sigungu_ko": "@x", "note_ko": "'; DROP TABLE claims; --", "note_en": '"=1"'},
    "organisations": {"note_ko": "007", "note_en": "1e5"},
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("hostile") / "data"
    folder.mkdir()
    for path in data_folder().glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    for name, cells in HOSTILE.items():
        edit(folder / f"{name}.csv", 0, **cells)
    edit(folder / "sources.csv", 0, publisher="=1+1", title="-2+3")
    source = csv_rows(folder / "sources.csv")[0]["source_id"]
    for place, row in enumerate(csv_rows(folder / "released_ids.csv")):
        if (row["table"], row["id"]) == ("sources", source):  # by its publisher a released id is known
            edit(folder / "released_ids.csv", place, anchor="=1+1")
    return load(folder)


@pytest.mark.parametrize("form", FORMS)
def test_hostile_cells_stay_what_they_are(hostile: Dataset, tmp_path: Path, form: str) -> None:
    folder = tmp_path / form
    export(hostile, form, folder)
    if form not in {"xlsx", "sqlite"}:
        same_data(load(folder), hostile)
    for name, cells in HOSTILE.items():
        assert rows_of(hostile.table(name))[0].items() >= cells.items()
        if form == "csv":
            copy = csv_rows(folder / "for-excel" / f"{name}.csv", "utf-8-sig")[0]
            assert copy.items() >= {key: harmless(cell) for key, cell in cells.items()}.items()
        if form == "sqlite":
            (found,) = query(folder, f"SELECT {', '.join(cells)} FROM {name} LIMIT 1")
            assert found == tuple(cells.values())
    if form == "csv":
        for path in (folder / "for-excel").glob("*.csv"):
            for row in csv_rows(path, "utf-8-sig"):
                fields = {f.name: f.type for f in hostile.package.table(path.stem).fields}
                texts = [cell for key, cell in row.items() if fields.get(key) == "string"]
                assert not any(cell.strip().startswith(("=", "+", "-", "@", "＝")) for cell in texts)


def test_hostile_cells_are_texts_in_a_workbook(hostile: Dataset, tmp_path: Path) -> None:
    export(hostile, "xlsx", tmp_path / "new")
    book = openpyxl.load_workbook(tmp_path / "new" / "sandan-renewal.xlsx")
    for name, cells in HOSTILE.items():
        header = [cell.value for cell in book[name][1]]
        for column, text in cells.items():
            cell = book[name].cell(2, header.index(column) + 1)
            assert (unescaped(cell.value), cell.data_type, cell.hyperlink) == (text, "s", None)
    sources = {cell.value for cell in book["sources"]["B"]}
    assert "=1+1" in sources
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "b"}


def unescaped(text: str) -> str:
    """Read the escapes of the workbook format, which Excel reads and openpyxl leaves."""
    return text.replace("_x0007_", "\x07").replace("_x005F_", "_")


def test_a_text_too_long_for_a_workbook_is_refused(package_copy: Path, tmp_path: Path) -> None:
    edit(package_copy / "organisations.csv", 0, note_ko="가" * 32768, note_en="long")
    long = load(package_copy)
    with pytest.raises(DataError, match="organisations, row 2: too long") as caught:
        export(long, "xlsx", tmp_path / "new")
    assert "너무 길어" in caught.value.ko
    assert not (tmp_path / "new").exists()
    export(long, "parquet", tmp_path / "new")


# Vintages


@pytest.mark.parametrize("form", ["csv", "parquet", "json-ld"])
def test_a_vintage_is_a_package_that_loads(
    ds: Dataset, exported: Callable[..., Path], lost: set[str], form: str
) -> None:
    old = ds.as_of(VINTAGE)
    again = load(exported(form, VINTAGE))
    known = old.claims[~old.claims["claim_id"].isin(lost)].reset_index(drop=True)
    pd.testing.assert_frame_equal(again.claims, known)
    pd.testing.assert_frame_equal(again.table("events"), old.table("events"))
    for name in ("regions", "complexes", "programmes", "organisations", "region_aliases"):
        pd.testing.assert_frame_equal(again.table(name), old.table(name))
    assert {item.selection_id for item in old.selections()} <= {i.selection_id for i in again.selections()}


def test_frictionless_finds_a_vintage_valid(exported: Callable[..., Path]) -> None:
    assert frictionless_errors(exported("csv", VINTAGE)) == []


def test_a_vintage_holds_nothing_that_came_later(ds: Dataset, exported: Callable[..., Path]) -> None:
    again, day = load(exported("csv", VINTAGE)), dt.date.fromisoformat(VINTAGE)
    published = {row["source_id"]: row["published"] for row in rows_of(again.table("sources"))}
    late = {key for key, when in published.items() if when is None or last_possible_day(when) > day}
    # Left of late texts: rounds that claims of the day speak of, and statistics of past years.
    for name in (
        "claims",
        "events",
        "selection_sites",
        "programme_sites",
        "programme_links",
        "region_history",
        "selection_industries",
    ):
        assert not late & set(again.table(name)["source_id"]), name
    assert again.table("baselines")["year"].max() < 2021
    assert {row["selection_id"][:4] for row in rows_of(again.table("selections"))} <= {"2020", "2021"}
    for name in ("leads", "rejected", "gaps", "verification"):
        assert again.table(name).empty
    assert set(again.table("corrections")["claim_id"]) <= set(again.claims["claim_id"])


def test_a_vintage_says_what_it_is(exported: Callable[..., Path], lost: set[str]) -> None:
    described = json.loads((exported("csv", VINTAGE) / "datapackage.json").read_text(encoding="utf-8"))
    assert described["as_of"] == VINTAGE
    for key in ("description", "description_ko"):
        assert VINTAGE in described[key]
        assert all(claim in described[key] for claim in lost)
    facts = dict(query(exported("sqlite", VINTAGE), "SELECT key, text_en FROM codebook_package"))
    assert facts["as_of"] == VINTAGE
    assert VINTAGE in facts["cite"]
    assert VINTAGE in facts["description"]
    assert query(exported("sqlite", VINTAGE), "PRAGMA foreign_key_check") == []


@OF_RDFLIB
def test_a_vintage_is_valid_croissant(exported: Callable[..., Path]) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(exported("json-ld", VINTAGE) / "croissant.json"))
    assert (dataset.metadata.ctx.issues.errors, dataset.metadata.ctx.issues.warnings) == (set(), set())
    last = json.loads((exported("json-ld", VINTAGE) / "croissant.json").read_text(encoding="utf-8"))
    assert last["temporalCoverage"].split("/")[1] <= VINTAGE


@pytest.mark.parametrize("day", ["1990-01-01", "2020-03-01", "2022-07-01", "2024-01-01", "2100-01-01"])
def test_the_package_of_any_day_is_clean(ds: Dataset, tmp_path: Path, day: str) -> None:
    export(ds.as_of(day), "csv", tmp_path / "new")
    assert is_vouched(tmp_path / "new", load(tmp_path / "new").digest)


def test_a_vintage_does_not_change_the_data(ds: Dataset) -> None:
    before = {name: ds.table(name) for name in ds.package.tables}
    gather(ds.as_of(VINTAGE))
    for name, frame in before.items():
        pd.testing.assert_frame_equal(ds.table(name), frame)
