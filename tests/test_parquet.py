"""Tables in parquet files: the same data as in CSV, held to the same rules, and nothing rounded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sandan_lib import Dataset, compare, load
from sandan_lib.checks import check_package, digest_of
from sandan_lib.dataset.frames import exact_numbers
from sandan_lib.dataset.trust import RECORD, is_vouched
from sandan_lib.errors import DataError
from sandan_lib.export import export
from sandan_lib.schema import read_package
from sandan_lib.version import __version__

NUMBERS = pa.decimal128(38, 9)


@pytest.fixture(scope="module")
def exported(ds: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet") / "package"
    export(ds, "parquet", folder)
    return folder


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    """A copy of the package in parquet that may be damaged, with the record of its check."""
    return shutil.copytree(exported, tmp_path / "package", copy_function=shutil.copyfile)


def rewrite(folder: Path, table: str, column: str, change: Callable[[list[Any]], object]) -> None:
    """Change the cells of one column, as somebody with pyarrow would."""
    path = folder / f"{table}.parquet"
    arrow = pq.read_table(path)
    cells = arrow.column(column).to_pylist()
    change(cells)
    place = arrow.column_names.index(column)
    pq.write_table(arrow.set_column(place, column, pa.array(cells, arrow.schema.field(column).type)), path)


def put(row: int, value: Any) -> Callable[[list[Any]], object]:
    return lambda cells: cells.__setitem__(row, value)


def same_data(one: Dataset, other: Dataset) -> None:
    assert set(one.package.tables) == set(other.package.tables)
    for name in one.package.tables:
        pd.testing.assert_frame_equal(one.table(name), other.table(name), obj=name)


# The same data


def test_parquet_loads_as_the_same_frames_as_csv(ds: Dataset, exported: Path) -> None:
    same_data(load(exported), ds)


def test_numbers_keep_their_type_and_their_value(ds: Dataset, exported: Path) -> None:
    seen: set[type] = set()
    for name, table in ds.package.tables.items():
        for column in table.fields:
            if column.type == "number":
                here, there = ds.table(name)[column.name], load(exported).table(name)[column.name]
                for one, other in zip(here, there, strict=True):
                    assert type(one) is type(other), (name, column.name)
                    assert one is other if one is pd.NA else one == other
                    seen.add(type(one))
    assert seen == {int, Decimal, type(pd.NA)}


def test_both_ways_of_reading_parquet_give_the_same_frames(copy: Path) -> None:
    trusted = load(copy)
    assert is_vouched(copy, trusted.digest)
    (copy / RECORD).unlink()
    checked = load(copy)
    assert checked is not trusted
    same_data(trusted, checked)


def test_a_comparison_of_parquet_data_is_that_of_the_csv(ds: Dataset, exported: Path) -> None:
    here, there = compare(ds, "budget", per="population"), compare(load(exported), "budget", per="population")
    pd.testing.assert_frame_equal(here.frame, there.frame)
    assert here.caveats == there.caveats


def test_a_vintage_in_parquet_loads_as_that_vintage(ds: Dataset, tmp_path: Path) -> None:
    export(ds.as_of("2021-06-30"), "parquet", tmp_path / "new")
    loaded = load(tmp_path / "new")
    frame = compare(ds, "budget", as_of="2021-06-30").frame
    pd.testing.assert_frame_equal(compare(loaded, "budget", as_of="2021-06-30").frame, frame)
    assert len(loaded.claims) < len(ds.claims)


# The same rules


@pytest.mark.parametrize(
    ("table", "column", "row", "value"),
    [
        ("claims", "value", 5, Decimal(1)),
        ("claims", "status", 0, "plannd"),
        ("claims", "source_id", 3, "s9999"),
        ("claims", "period_start", 2, 1066),
        ("claims", "as_printed", 11, None),
        ("sources", "url", 6, "www.example.org"),
        ("sources", "title_checked", 1, None),
        ("baselines", "measure_id", 8, "populatoin"),
    ],
)
def test_a_wrong_cell_is_refused_with_file_and_line(
    copy: Path, table: str, column: str, row: int, value: Any
) -> None:
    rewrite(copy, table, column, put(row, value))
    with pytest.raises(DataError, match="nothing was loaded") as caught:
        load(copy)
    assert f"package/{table}.parquet:{row + 2}:{column}" in caught.value.en
    assert f"package/{table}.parquet:{row + 2}:{column}" in caught.value.ko
    assert "읽지 않았습니다" in caught.value.ko


@pytest.mark.parametrize("value", ["1e9", "1.50"])
def test_text_in_a_column_of_numbers_is_refused_like_that_of_a_csv(copy: Path, value: str) -> None:
    path = copy / "baselines.parquet"
    arrow = pq.read_table(path)
    cells = [f"{cell:f}".rstrip("0").rstrip(".") for cell in arrow.column("value").to_pylist()]
    cells[4] = value
    place = arrow.column_names.index("value")
    pq.write_table(arrow.set_column(place, "value", pa.array(cells, pa.string())), path)
    (problem,) = check_package(copy).problems
    assert (problem.rule, problem.file, problem.line) == ("type", "package/baselines.parquet", 6)


def test_a_missing_column_is_refused(copy: Path) -> None:
    path = copy / "regions.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["name_en"]), path)
    with pytest.raises(DataError, match=r"package/regions\.parquet:1.*name_en"):
        load(copy)


def test_columns_in_another_order_are_refused(copy: Path) -> None:
    path = copy / "regions.parquet"
    arrow = pq.read_table(path)
    pq.write_table(arrow.select(arrow.column_names[::-1]), path)
    assert ("column-order", "package/regions.parquet") in {
        (problem.rule, problem.file) for problem in check_package(copy).problems
    }


def test_rows_in_another_order_are_refused(copy: Path) -> None:
    path = copy / "regions.parquet"
    arrow = pq.read_table(path)
    pq.write_table(arrow.take(pa.array(range(len(arrow) - 1, -1, -1))), path)
    assert {problem.rule for problem in check_package(copy).problems} == {"order"}


def test_the_same_rows_written_otherwise_are_the_same_data(ds: Dataset, copy: Path) -> None:
    """Other compression, other row groups, no dictionaries: other bytes, so checked anew."""
    for path in copy.glob("*.parquet"):
        arrow = pq.read_table(path)
        plain = [
            pa.chunked_array([column.cast(pa.string())]) if pa.types.is_dictionary(column.type) else column
            for column in arrow.columns
        ]
        table = pa.table(plain, names=arrow.column_names)
        pq.write_table(table, path, compression="none", row_group_size=100)
    assert not is_vouched(copy, digest_of(copy, read_package(copy)))
    same_data(load(copy), ds)


# What cannot be read


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


BROKEN: dict[str, Callable[[Path], object]] = {
    "rubbish": lambda path: path.write_bytes(b"no parquet at all"),
    "empty": lambda path: path.write_bytes(b""),
    "cut off": cut_off,
    "spoilt within": lambda path: path.write_bytes(
        path.read_bytes()[:20] + b"\x00" * 200 + path.read_bytes()[220:]
    ),
    "text": lambda path: path.write_text("region_id,name_ko\n", encoding="utf-8"),
}


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_an_error_of_ours(copy: Path, damage: Callable[[Path], object]) -> None:
    damage(copy / "claims.parquet")
    with pytest.raises(DataError) as caught:
        load(copy)
    assert "claims.parquet" in caught.value.en
    assert "claims.parquet" in caught.value.ko


def test_a_missing_file_is_an_error_of_ours(copy: Path) -> None:
    (copy / "regions.parquet").unlink()
    with pytest.raises(DataError, match=r"package/regions\.parquet: the file is missing"):
        load(copy)


# The record of a check


def test_the_record_of_an_export_vouches_for_it(copy: Path) -> None:
    record = json.loads((copy / RECORD).read_text(encoding="utf-8"))
    assert record == {"digest": digest_of(copy, read_package(copy)), "library": __version__}
    assert is_vouched(copy, record["digest"])


RECORDS: dict[str, Callable[[Any], object]] = {
    "another digest": lambda record: record | {"digest": "0" * 64},
    "another library": lambda record: record | {"library": "0.0.1"},
    "more than is asked": lambda record: record | {"trust": "me"},
    "no digest": lambda record: {"library": record["library"]},
    "a list": lambda record: [record],
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("forged", RECORDS.values(), ids=RECORDS)
def test_a_record_that_does_not_match_vouches_for_nothing(
    copy: Path, forged: Callable[[Any], object]
) -> None:
    record = json.loads((copy / RECORD).read_text(encoding="utf-8"))
    (copy / RECORD).write_text(json.dumps(forged(record)), encoding="utf-8")
    assert not is_vouched(copy, digest_of(copy, read_package(copy)))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[[["])
def test_a_record_that_cannot_be_read_vouches_for_nothing(copy: Path, content: bytes) -> None:
    (copy / RECORD).write_bytes(content)
    assert not is_vouched(copy, digest_of(copy, read_package(copy)))


@pytest.mark.parametrize(
    ("key", "value"), [("digest", "0" * 64), ("library", "0.0.1")], ids=["digest", "library"]
)
def test_with_such_a_record_every_rule_is_checked(copy: Path, key: str, value: str) -> None:
    """The wrong cell is found although the record, but for one word, is that of this very state."""
    rewrite(copy, "claims", "value", put(5, Decimal(1)))
    record = {"digest": digest_of(copy, read_package(copy)), "library": __version__}
    (copy / RECORD).write_text(json.dumps(record | {key: value}), encoding="utf-8")
    with pytest.raises(DataError, match=r"claims\.parquet:7"):
        load(copy)


def test_the_record_of_the_state_before_a_change_is_not_believed(copy: Path) -> None:
    assert load(copy).claims["value"].iloc[5] != 1
    rewrite(copy, "claims", "value", put(5, Decimal(1)))
    with pytest.raises(DataError, match=r"claims\.parquet:7"):
        load(copy)


def test_sound_data_load_without_a_record_that_matches(ds: Dataset, copy: Path) -> None:
    (copy / RECORD).write_bytes(b"nothing")
    same_data(load(copy), ds)
    assert (copy / RECORD).read_bytes() == b"nothing", "loading writes nothing"


# Exact numbers


def numbers(*chunks: list[Any]) -> list[Any]:
    return list(exact_numbers(pa.chunked_array([pa.array(chunk, NUMBERS) for chunk in chunks], NUMBERS)))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([Decimal(0), Decimal(1), Decimal("1E+3")], [0, 1, 1000]),
        ([Decimal(-7), Decimal(-(10**12))], [-7, -(10**12)]),
        ([Decimal("0.5"), Decimal("-0.25")], [Decimal("0.5"), Decimal("-0.25")]),
        ([Decimal("1.50"), Decimal("2.00")], [Decimal("1.5"), 2]),
        ([Decimal(2**53 + 1), Decimal(2**63 - 1), Decimal(-(2**63))], [2**53 + 1, 2**63 - 1, -(2**63)]),
        ([Decimal("0.000000001")], [Decimal("0.000000001")]),
        ([Decimal(2**53 + 1) + Decimal("0.1")], [Decimal(2**53 + 1) + Decimal("0.1")]),
        ([Decimal(10**20) + Decimal("0.5")], [Decimal(10**20) + Decimal("0.5")]),
    ],
)
def test_numbers_are_read_exactly_and_whole_ones_as_int(cells: list[Decimal], expected: list[Any]) -> None:
    found = numbers(cells)
    assert found == expected
    assert [type(number) for number in found] == [type(number) for number in expected]


@pytest.mark.parametrize("cells", [[None], [None, None], [Decimal(1), None, Decimal("0.5"), None]])
def test_missing_numbers_stay_missing(cells: list[Any]) -> None:
    found = numbers(cells)
    assert [number is pd.NA for number in found] == [cell is None for cell in cells]


def test_a_column_of_nothing_and_one_in_pieces_are_read_too() -> None:
    assert numbers([]) == []
    assert numbers() == []
    assert numbers([Decimal(1)], [], [Decimal("2.5"), Decimal(3)]) == [1, Decimal("2.5"), 3]
    assert exact_numbers(pa.chunked_array([], NUMBERS)).dtype == object


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**20])
def test_whole_numbers_beyond_64_bits_are_read_exactly(number: int) -> None:
    assert numbers([Decimal(number), Decimal(1)]) == [number, 1]


def test_broken_numbers_of_more_than_28_digits_are_read_exactly() -> None:
    number = Decimal("12345678901234567890.123456789")
    assert numbers([number]) == [number]
