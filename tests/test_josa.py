"""Particles after every name and figure that a report can print.

The expected form comes from another rule than the library's: a word is first written out as it
is read aloud, and its last syllable taken apart by Unicode's canonical decomposition.
"""

from __future__ import annotations

import re
import unicodedata

import pytest

from sandan_lib import Dataset, format_value
from sandan_lib.model import Unit
from sandan_lib.text import josa

# Pair -> id of the case; pytest would print Hangul as escapes.
PAIRS = [
    pytest.param(pair, id=name)
    for pair, name in {
        "은/는": "eun-neun",
        "이/가": "i-ga",
        "을/를": "eul-reul",
        "과/와": "gwa-wa",
        "으로/로": "euro-ro",
    }.items()
]
_NAMES = (
    *zip("0123456789", ["영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"], strict=True),
    *zip(
        "ABCDEFGHIJKLM",
        ["에이", "비", "시", "디", "이", "에프", "지", "에이치", "아이", "제이", "케이", "엘", "엠"],
        strict=True,
    ),
    *zip(
        "NOPQRSTUVWXYZ",
        ["엔", "오", "피", "큐", "알", "에스", "티", "유", "브이", "더블유", "엑스", "와이", "제트"],
        strict=True,
    ),
    ("%", "퍼센트"),
    ("㎢", "제곱킬로미터"),
    ("₂", "이"),
)
SPOKEN = dict(_NAMES)
FINAL_RIEUL = "\u11af"


def spoken(word: str) -> str:
    """Write the end of a word as it is read; what stands in brackets at the end is not read."""
    last = re.sub(r"\([^()]*\)$", "", re.sub(r"]+$", "", word))[-1]
    return SPOKEN.get(last, last)


def expected(syllables: str, pair: str) -> str:
    """Choose the form after a word written as it is read."""
    consonant, vowel = pair.split("/")
    letters = unicodedata.normalize("NFD", syllables[-1])
    assert "\u1100" <= letters[0] <= "\u1112", f"{syllables!r} does not end in a syllable"
    final = letters[2:]
    if pair == "으로/로" and final == FINAL_RIEUL:
        return vowel
    return consonant if final else vowel


def check(word: str, read: str, pair: str) -> None:
    assert josa(word, pair) == word + expected(read, pair)


@pytest.mark.parametrize("pair", PAIRS)
def test_particles_fit_every_region(ds: Dataset, pair: str) -> None:
    regions = ds.table("regions")
    names = [*regions["name_ko"], *regions["name_full_ko"]]
    assert len(names) == 34
    for name in names:
        check(name, spoken(name), pair)


@pytest.mark.parametrize("pair", PAIRS)
def test_particles_fit_every_complex(ds: Dataset, pair: str) -> None:
    names = list(ds.table("complexes")["name_ko"])
    assert any(name.endswith(")") for name in names)
    for name in names:
        check(name, spoken(name), pair)


@pytest.mark.parametrize("pair", PAIRS)
def test_particles_fit_every_measure_body_and_programme(ds: Dataset, pair: str) -> None:
    for table in ("measures", "organisations", "programmes"):
        for name in ds.table(table)["name_ko"]:
            check(name, spoken(name), pair)


@pytest.mark.parametrize("pair", PAIRS)
def test_particles_fit_every_label(ds: Dataset, pair: str) -> None:
    for table in ds.package.tables.values():
        for column in table.fields:
            for category in column.categories:
                check(category.label_ko, spoken(category.label_ko), pair)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("digit", "0123456789")
def test_particles_fit_a_digit_as_it_is_read(digit: str, pair: str) -> None:
    check(digit, SPOKEN[digit], pair)
    check(f"1.{digit}", SPOKEN[digit], pair)
    check(f"202{digit}", "십" if digit == "0" else SPOKEN[digit], pair)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(
    ("number", "read"), [("10", "십"), ("1,300", "백"), ("2,000", "천"), ("50000", "만")]
)
def test_particles_fit_round_numbers_as_they_are_read(number: str, read: str, pair: str) -> None:
    check(number, read, pair)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_particles_fit_a_latin_letter_as_it_is_named(letter: str, pair: str) -> None:
    check(letter, SPOKEN[letter], pair)
    check(f"R&{letter}", SPOKEN[letter], pair)


# How the sign behind a figure is read aloud.
UNITS = {
    Unit.KRW: "원",
    Unit.USD: "달러",
    Unit.PERSONS: "명",
    Unit.COUNT: "개",
    Unit.KM2: "제곱킬로미터",
    Unit.PERCENT: "퍼센트",
    Unit.PERCENT_POINTS: "퍼센트포인트",
    Unit.TCO2: "이",
    Unit.MW: "메가와트",
    Unit.YEARS: "년",
}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("unit", Unit)
def test_particles_fit_a_figure_with_its_unit(unit: Unit, pair: str) -> None:
    """The unit is read last, whatever digit stands before it: 10%는, not 10%은."""
    for value in range(10, 20):
        check(format_value(value, unit), UNITS[unit], pair)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(
    ("word", "read"),
    [
        pytest.param("‘산업단지 대개조’", "조", id="quotes"),
        pytest.param("구미(경북)", "미", id="brackets"),
        pytest.param("대불국가산단(영암)", "단", id="brackets after an open syllable"),
        pytest.param("「대구」", "구", id="corner brackets"),
        pytest.param("2022년(3차)", "년", id="a digit before brackets"),
        pytest.param("서울 ", "울", id="space"),
    ],
)
def test_closing_marks_do_not_count(word: str, read: str, pair: str) -> None:
    check(word, read, pair)


@pytest.mark.parametrize("pair", PAIRS)
def test_decomposed_syllables_are_the_same_word(pair: str) -> None:
    """File names on a Mac arrive so; ``Names`` reads them, and so must a sentence about them."""
    for name in ("충북", "광주", "서울"):
        word = unicodedata.normalize("NFD", name)
        assert unicodedata.normalize("NFC", josa(word, pair)) == name + expected(name, pair)
