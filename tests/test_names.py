"""Any spelling resolves to its one id; a near miss is an error that helps."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandan_lib import Dataset, load
from sandan_lib.dataset import rows_of
from sandan_lib.errors import DataError, UnknownName
from sandan_lib.names import Names, fold

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    """Read a table of cases; what a case is for names it, since pytest escapes Hangul."""
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            pytest.param(row, id=f"line {number} {row['why']}") for number, row in enumerate(rows, start=2)
        ]


@pytest.mark.parametrize("row", cases("region_names_accept.tsv"))
def test_a_spelling_means_its_region(ds: Dataset, row: dict[str, str]) -> None:
    assert ds.region(row["spelling"]) == row["region_id"]


@pytest.mark.parametrize("row", cases("region_names_reject.tsv"))
def test_a_near_miss_is_refused_and_its_nearest_named(ds: Dataset, row: dict[str, str]) -> None:
    """Never guessed by likeness: a guessed region is a wrong report."""
    with pytest.raises(UnknownName) as caught:
        ds.region(row["spelling"])
    error = caught.value
    assert repr(row["spelling"]) in error.en
    assert repr(row["spelling"]) in error.ko
    if row["nearest"]:
        _, _, offered = error.en.partition("Did you mean ")
        assert row["nearest"] in offered.partition("?")[0].split(" or ")
        assert row["nearest"] in error.ko
    # The way out: where all spellings stand, and one that is missing belongs.
    assert "data/region_aliases.csv" in error.en
    assert "data/region_aliases.csv" in error.ko


def test_every_region_resolves_from_all_that_the_data_call_it(ds: Dataset) -> None:
    for row in rows_of(ds.table("regions")):
        for column in ("region_id", "name_ko", "name_full_ko", "name_en", "name_full_en", "adm_code"):
            assert ds.region(row[column]) == row["region_id"], (column, row[column])
    for row in rows_of(ds.table("region_aliases")):
        assert ds.region(row["alias"]) == row["region_id"]


def test_every_complex_resolves_from_all_that_the_data_call_it(ds: Dataset) -> None:
    aliases = 0
    for row in rows_of(ds.table("complexes")):
        for column in ("complex_id", "name_ko", "name_en"):
            assert ds.complex_names.resolve(row[column]) == row["complex_id"]
        for alias in (row["aliases"] or "").split(";"):
            if alias:
                assert ds.complex_names.resolve(alias) == row["complex_id"]
                aliases += 1
    assert aliases > 200


def test_what_texts_print_for_a_complex_never_means_another(ds: Dataset) -> None:
    """A part may be printed under the name of its whole, but under no stranger's."""
    whole = {key: {key, row["part_of"]} for key, row in ds.records("complexes").items()}
    printed = [(row["as_printed"], row["complex_id"]) for row in rows_of(ds.table("selection_sites"))]
    printed += [(row["name_kicox"], row["complex_id"]) for row in rows_of(ds.table("complex_statistics"))]
    known = [(text, key) for text, key in printed if key and fold(text) in ds.complex_names.ids]
    assert len(known) > 70
    assert [(text, key) for text, key in known if ds.complex_names.resolve(text) not in whole[key]] == []


@pytest.mark.parametrize(
    ("spelling", "complex_id"),
    [
        pytest.param("명지녹산국가산단", "k0036", id="without the middle dot"),
        pytest.param("명지ㆍ녹산국가산단", "k0036", id="the jamo that printers use as a middle dot"),
        pytest.param("명지・녹산 국가산단", "k0036", id="the Japanese middle dot and a space"),
        pytest.param("성서 4차", "k0017", id="one stage of several"),
        pytest.param("성서산단", "k0013", id="the whole, not a stage"),
        pytest.param("군산국가산단", "k0048", id="the first of two"),
        pytest.param("군산2국가산단", "k0049", id="the second of two"),
        pytest.param("gumi national industrial complex", "k0001", id="English in lower case"),
        pytest.param("구미국가산업단지 ( 1단지 )", "k0002", id="spaces around brackets"),
    ],
)
def test_complexes_that_look_alike_stay_apart(ds: Dataset, spelling: str, complex_id: str) -> None:
    assert ds.complex_names.resolve(spelling) == complex_id


def test_every_measure_resolves_in_both_languages(ds: Dataset) -> None:
    for row in rows_of(ds.table("measures")):
        for column in ("measure_id", "name_ko", "name_en"):
            assert ds.measure_names.resolve(row[column]) == row["measure_id"]
        assert ds.measure_names.resolve(row["name_en"].upper()) == row["measure_id"]


@pytest.mark.parametrize("second", ["전주", "전 주", "(전주)", "전·주"])
def test_a_spelling_with_two_meanings_is_an_error_of_the_data(second: str) -> None:
    with pytest.raises(DataError) as caught:
        Names.build("city", "시", "cities.csv", [("전주", "A"), (second, "B")])
    for message in (caught.value.en, caught.value.ko):
        assert repr(second) in message
        assert "cities.csv" in message
        assert "A" in message
        assert "B" in message


def test_a_spelling_given_twice_for_one_meaning_is_none() -> None:
    names = Names.build("city", "시", "cities.csv", [("전주", "A"), ("전 주", "A")])
    assert names.resolve("전주") == "A"


def test_an_ambiguous_alias_in_the_data_never_resolves(package_copy: Path) -> None:
    """Two spellings that fold alike are unique as text, and yet one name for two regions."""
    path = package_copy / "region_aliases.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    lines.append("CHUNGBUK,KR-44,romanised,,,,")
    lines.sort(key=lambda line: line.split(",")[0])
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"Chungbuk|CHUNGBUK"):
        load(package_copy).region("서울")


@given(spelling=st.text(alphabet="충북전광AaKkRr43ＫＲ４３ -－‐·ㆍ・.,（）()\u3000\u00a0", max_size=16))
@settings(deadline=None, database=None)
def test_folding_leaves_only_what_tells_names_apart(spelling: str) -> None:
    folded = fold(spelling)
    assert fold(folded) == folded
    assert set(folded) <= set("충북전광akr43")


@given(data=st.data())
@settings(deadline=None, database=None)
def test_spaces_hyphens_and_case_never_matter(data: st.DataObject) -> None:
    ds = load()  # the same object every time
    alias = data.draw(st.sampled_from(sorted(ds.table("region_aliases")["alias"])))
    marks = st.sampled_from(["", " ", "-", "·", "\u3000", "\u00a0"])
    upper = st.booleans()
    spelling = "".join(
        (char.upper() if data.draw(upper) else char.lower()) + data.draw(marks) for char in alias
    )
    assert ds.region(spelling) == ds.region(alias)


@given(spelling=st.text(max_size=8))
@settings(deadline=None, database=None)
def test_any_text_is_a_region_or_an_error_of_ours(spelling: str) -> None:
    ds = load()  # the same object every time
    if fold(spelling) in ds.region_names.ids:
        assert ds.region(spelling) in ds.records("regions")
        return
    with pytest.raises(UnknownName) as caught:
        ds.region(spelling)
    assert repr(spelling) in caught.value.en
