"""What follows from the data and is kept in git: golden counts, and the record that the data are sound."""

from __future__ import annotations

import csv
import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from sandan_lib import Dataset
from sandan_lib.checks import digest_of
from sandan_lib.dataset import data_folder
from sandan_lib.dataset.trust import RECORD, is_vouched
from sandan_lib.schema import read_package
from sandan_lib.version import __version__

TESTS = Path(__file__).resolve().parent
RENEW = "run `make data`, and look at what has changed"
KEY = ("programme_id", "round_year", "region_id", "measure_id")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """The tool that writes what these tests compare."""
    spec = importlib.util.spec_from_file_location("renew_data", TESTS.parent / "tools" / "renew_data.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def golden() -> list[dict[str, str]]:
    with (TESTS / "golden" / "counts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def claims() -> list[dict[str, str]]:
    """The claims as they stand in their file, read without the library."""
    with (data_folder() / "claims.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_golden_counts_are_those_of_the_data(
    ds: Dataset, tool: ModuleType, golden: list[dict[str, str]]
) -> None:
    assert golden == tool.golden_counts(ds), RENEW
    assert tool.GOLDEN == TESTS / "golden" / "counts.csv"


def test_the_golden_counts_count_every_claim_once(
    golden: list[dict[str, str]], claims: list[dict[str, str]]
) -> None:
    assert sum(int(row["claims"]) for row in golden) == len(claims), RENEW
    counted = Counter(tuple(row[column] for column in KEY) for row in claims)
    assert {tuple(row[column] for column in KEY): int(row["claims"]) for row in golden} == counted


@pytest.mark.parametrize(("column", "of"), [("sources", "source_id"), ("origins", "origin_id")])
def test_texts_and_releases_are_counted_once_in_each_group(
    golden: list[dict[str, str]], claims: list[dict[str, str]], column: str, of: str
) -> None:
    groups: dict[tuple[str, ...], set[str]] = {}
    for row in claims:
        groups.setdefault(tuple(row[name] for name in KEY), set()).add(row[of])
    assert {tuple(row[name] for name in KEY): int(row[column]) for row in golden} == {
        key: len(ids) for key, ids in groups.items()
    }, RENEW


def test_the_golden_counts_are_in_order_and_never_nothing(golden: list[dict[str, str]]) -> None:
    keys = [tuple(row[column] for column in KEY) for row in golden]
    assert keys == sorted(set(keys))
    for row in golden:
        assert 1 <= int(row["origins"]) <= int(row["claims"])
        assert 1 <= int(row["sources"]) <= int(row["claims"])


def test_the_shipped_data_have_passed_every_rule_of_this_release() -> None:
    digest = digest_of(data_folder(), read_package(data_folder()))
    record = json.loads((data_folder() / RECORD).read_text(encoding="utf-8"))
    assert record == {"digest": digest, "library": __version__}, RENEW
    assert is_vouched(data_folder(), digest), RENEW


def test_the_digest_that_is_vouched_for_is_the_one_that_reports_show(ds: Dataset) -> None:
    assert is_vouched(data_folder(), ds.digest), RENEW
    assert not is_vouched(data_folder(), "0" * 64)
