"""Errors: one tree, two languages, and always a way out."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandan_lib import Dataset, compare, errors, parse_quantity
from sandan_lib.errors import (
    DataError,
    NotComparable,
    OutputsBusy,
    ParameterError,
    RunError,
    SandanError,
    UnitError,
    UnknownName,
    UnknownSelection,
    nearest,
)
from sandan_lib.schema import read_package

# What a caller who does not know our tree would catch.
BUILTIN = {
    UnitError: ValueError,
    UnknownName: KeyError,
    UnknownSelection: LookupError,
    DataError: ValueError,
    ParameterError: ValueError,
    NotComparable: ValueError,
    OutputsBusy: RuntimeError,
    RunError: RuntimeError,
}
KINDS = [pytest.param(kind, id=kind.__name__) for kind in BUILTIN]


def test_every_public_error_is_in_the_table_above() -> None:
    public = {getattr(errors, name) for name in errors.__all__} - {SandanError, nearest}
    assert public == set(BUILTIN)


@pytest.mark.parametrize("kind", KINDS)
def test_the_tree_is_shallow_and_joins_the_builtin_errors(kind: type[SandanError]) -> None:
    assert kind.__bases__ == (SandanError, BUILTIN[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_reads_in_both_languages(kind: type[SandanError]) -> None:
    error = kind("no such file", "파일이 없습니다")
    # KeyError would otherwise print its message in quotes.
    assert str(error) == error.en == error.message("en") == "no such file"
    assert error.ko == error.message("ko") == "파일이 없습니다"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_back_from_another_process(kind: type[SandanError]) -> None:
    error = kind("no such file", "파일이 없습니다")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.en, back.ko) == (error.en, error.ko)


Mistake = Callable[[Dataset], object]
# Mistake -> kind of error, what of the input it names, what it offers instead.
MISTAKES: dict[str, tuple[Mistake, type[SandanError], str, str]] = {
    "misspelled region": (lambda ds: ds.region("경복"), UnknownName, "'경복'", "경북"),
    "misspelled complex": (
        lambda ds: ds.complex_names.resolve("구미국가산댄"),
        UnknownName,
        "'구미국가산댄'",
        "구미국가산단",
    ),
    "misspelled measure": (lambda ds: compare(ds, "budgett"), UnknownName, "'budgett'", "budget"),
    "misspelled table": (lambda ds: ds.table("claim"), UnknownName, "'claim'", "claims"),
    "misspelled column": (
        lambda ds: ds.package.table("claims").field("as_print"),
        UnknownName,
        "'as_print'",
        "as_printed",
    ),
    "word outside a vocabulary": (
        lambda ds: ds.label("claims", "status", "plan", "ko"),
        UnknownName,
        "'plan'",
        "planned",
    ),
    "misspelled component": (
        lambda ds: compare(ds, "budget", component="nationl"),
        ParameterError,
        "'nationl'",
        "'national'",
    ),
    "misspelled rule": (lambda ds: compare(ds, "budget", rule="last"), ParameterError, "'last'", "latest"),
    "impossible day": (lambda ds: ds.as_of("2022-02-30"), ParameterError, "'2022-02-30'", "2022-05-01"),
    "component of what is no money": (
        lambda ds: compare(ds, "jobs", component="total"),
        NotComparable,
        "component='total'",
        "",
    ),
    "round that never was": (lambda ds: ds.selection("충북", 2019), UnknownSelection, "2019", "2022"),
    "round without the region": (lambda ds: ds.selection("충북", 2020), UnknownSelection, "2020", "2022"),
    "region of two rounds": (lambda ds: ds.selection("경북"), UnknownSelection, "", "2020"),
    "figure that is none": (lambda _: parse_quantity("수천억"), UnitError, "'수천억'", "9,200억 원"),
    "figure of another unit": (
        lambda _: parse_quantity("426억", unit="USD"),
        UnitError,
        "'426억'",
        "KRW",
    ),
    "folder without data": (
        lambda _: read_package(Path("/nowhere")),
        DataError,
        "/nowhere",
        "datapackage.json",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_message_names_the_mistake_and_the_remedy_in_both_languages(ds: Dataset, mistake: str) -> None:
    make, kind, named, offered = MISTAKES[mistake]
    with pytest.raises(SandanError) as caught:
        make(ds)
    error = caught.value
    assert type(error) is kind
    for message in (error.en, error.ko):
        assert named in message
        assert offered in message
    assert re.search("[가-힣]{2}", error.ko.replace(named, "").replace(offered, ""))
    assert re.search("[A-Za-z]{3}", error.en.replace(named, "").replace(offered, ""))
    assert error.en != error.ko


def test_ipython_shows_two_lines_and_no_traceback(tmp_path: Path) -> None:
    """Run in a real IPython, since only there the promise holds or breaks."""
    code = "import sandan_lib as sd; sd.parse_quantity('수천억')"
    command = [sys.executable, "-m", "IPython", "--colors=NoColor", "--HistoryManager.enabled=False"]
    shown = subprocess.run(
        [*command, "-c", code],
        env=os.environ | {"IPYTHONDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert shown.returncode == 1
    lines = (shown.stdout + shown.stderr).strip().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("UnitError: '수천억' is no quantity")
    assert lines[1].startswith("'수천억': 정확히 읽을 수 없는")


@pytest.mark.parametrize(
    ("given", "allowed", "first"),
    [
        pytest.param("경복", ["경남", "경북", "서울"], "경북", id="Korean syllables differ in one letter"),
        pytest.param("Busen", ["Ulsan", "Busan", "Daegu"], "Busan", id="Latin letters"),
        pytest.param("BUDGET", ["jobs", "budget"], "budget", id="case does not count"),
        pytest.param("ｂｕｄｇｅｔ", ["jobs", "budget"], "budget", id="width does not count"),
        pytest.param("planed", ["planned", "plan", "planet"], "planned", id="the nearest comes first"),
    ],
)
def test_the_nearest_name_comes_first(given: str, allowed: list[str], first: str) -> None:
    assert nearest(given, allowed)[0] == first


def test_suggestions_are_allowed_names_as_written_and_few() -> None:
    allowed = ["Chungbuk", "CHUNGBUK", "Chungnam", "Gyeongbuk", "Jeonbuk", "Jeonnam"]
    found = nearest("chungbuk", allowed, count=2)
    assert found[0] == "Chungbuk"
    assert len(found) == 2
    assert set(found) <= set(allowed)


@pytest.mark.parametrize("given", ["", "🏭", "zzz"])
def test_nothing_is_suggested_where_nothing_is_near(given: str) -> None:
    assert nearest(given, ["Seoul", "Busan", "경북"]) == []
