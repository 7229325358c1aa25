"""Printed quantities are read exactly or not at all, and what is written reads back."""

from __future__ import annotations

import ast
import csv
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import sandan_lib
from sandan_lib import Dataset, format_value, parse_quantity
from sandan_lib.dataset import rows_of
from sandan_lib.errors import UnitError
from sandan_lib.model import Qualifier, Unit
from sandan_lib.units import Quantity, format_quantity
from sandan_lib.units import parse as grammar

CASES = Path(__file__).parent / "cases"
WHOLE = (Unit.KRW, Unit.USD, Unit.PERSONS, Unit.COUNT, Unit.YEARS)
BROKEN = tuple(unit for unit in Unit if unit not in WHOLE)
PROPERTY = settings(deadline=None, database=None, max_examples=300)

money = st.integers(min_value=-(10**17), max_value=10**17)
whole = st.integers(min_value=0, max_value=10**10)
broken = st.decimals(min_value=-(10**9), max_value=10**9, places=6)
signed = st.one_of(
    st.tuples(st.sampled_from((Unit.KRW, Unit.USD)), money),
    st.tuples(st.sampled_from((Unit.PERSONS, Unit.COUNT, Unit.YEARS)), whole),
    st.tuples(st.sampled_from(BROKEN), broken),
)
quantities = signed.map(lambda known: (known[0], abs(known[1])))


def read(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def cases(name: str) -> list[Any]:
    """Give a table of cases; what a case is for names it, since pytest escapes Hangul."""
    return [pytest.param(row, id=f"line {number} {row['why']}") for number, row in enumerate(read(name), 2)]


def is_exact(quantity: Quantity) -> bool:
    """Tell whether the numbers have the one type that their unit asks for."""
    numbers = [quantity.value, *([] if quantity.value_high is None else [quantity.value_high])]
    kind = int if quantity.unit in WHOLE else Decimal
    return all(type(number) is kind for number in numbers)


# --- Reading: tables of cases


@pytest.mark.parametrize("row", cases("quantity_accept.tsv"))
def test_a_printed_quantity_is_read_exactly(row: dict[str, str]) -> None:
    found = parse_quantity(row["text"], unit=row["unit"], printed_unit=row["printed_unit"] or None)
    high = Decimal(row["value_high"]) if row["value_high"] else None
    assert found == Quantity(Decimal(row["value"]), Unit(row["unit"]), Qualifier(row["qualifier"]), high)
    assert is_exact(found)


@pytest.mark.parametrize("row", cases("quantity_accept.tsv"))
def test_the_usual_unit_is_found_without_being_told(row: dict[str, str]) -> None:
    """All but jobs, which papers count as things (개), and tonnes: the caller knows of whom or what."""
    if row["text"].endswith(("톤", "t")):
        with pytest.raises(UnitError, match="weight"):
            parse_quantity(row["text"])
        return
    found = parse_quantity(row["text"], printed_unit=row["printed_unit"] or None)
    told = parse_quantity(row["text"], unit=row["unit"], printed_unit=row["printed_unit"] or None)
    jobs = row["unit"] == "persons" and "개" in row["text"]
    assert found.unit == (Unit.COUNT if jobs else Unit(row["unit"]))
    assert (found.value, found.value_high, found.qualifier) == (told.value, told.value_high, told.qualifier)


@pytest.mark.parametrize("row", cases("quantity_reject.tsv"))
def test_what_cannot_be_read_exactly_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(row["text"], unit=row["unit"] or None, printed_unit=row["printed_unit"] or None)
    error = caught.value
    assert repr(row["text"]) in error.en
    assert repr(row["text"]) in error.ko
    assert re.search("[가-힣]{2}", error.ko.replace(row["text"], ""))


NATIVE = ["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"]


@pytest.mark.parametrize("number", range(1, 11))
def test_native_numerals_count(number: int) -> None:
    for counter in ("개", "곳", "명", "건", "번"):
        unit = Unit.PERSONS if counter == "명" else Unit.COUNT
        for space in ("", " "):
            assert parse_quantity(NATIVE[number - 1] + space + counter) == Quantity(number, unit)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param(word, id=f"{kind} {position}")
        for kind, words in (
            ("suffix", grammar._SUFFIXES),
            ("scale", grammar._SCALES),
            ("prefix", grammar._PREFIXES),
            ("ending", grammar._ENDINGS),
        )
        for position, word in enumerate(words, start=1)
        if word
    ],
)
def test_every_word_of_the_grammar_has_a_case(word: str) -> None:
    texts = [row["text"] + " " + row["printed_unit"] for row in read("quantity_accept.tsv")]
    assert any(word in unicodedata.normalize("NFKC", text).replace(" ", "") for text in texts), word


def test_cases_stand_once_and_none_is_both_accepted_and_refused() -> None:
    accepted = [(row["text"], row["printed_unit"], row["unit"]) for row in read("quantity_accept.tsv")]
    refused = [(row["text"], row["printed_unit"], row["unit"]) for row in read("quantity_reject.tsv")]
    assert len(accepted) >= 60
    assert len(refused) >= 40
    assert len({*accepted, *refused}) == len(accepted) + len(refused)
    bare = {case[:2] for case in refused if not case[2]}
    assert bare.isdisjoint(case[:2] for case in accepted)


# --- Reading: the data


def test_every_claim_follows_from_what_is_printed(ds: Dataset) -> None:
    wrong = []
    for row in rows_of(ds.claims):
        found = parse_quantity(row["as_printed"], unit=row["unit"], printed_unit=row["printed_unit"])
        # A qualifier may stand in the sentence around; then a note says so.
        said_elsewhere = found.qualifier is Qualifier.EXACT and row["note_ko"]
        if (found.value, found.value_high) != (row["value"], row["value_high"]) or not (
            found.qualifier == row["qualifier"] or said_elsewhere
        ):
            wrong.append((row["claim_id"], row["as_printed"], found))
    assert wrong == []


def test_every_baseline_follows_from_what_is_printed(ds: Dataset) -> None:
    units = {key: row["unit"] for key, row in ds.records("measures").items()}
    for row in rows_of(ds.table("baselines")):
        unit = units[row["measure_id"]]
        found = parse_quantity(row["as_printed"], unit=unit, printed_unit=row["printed_unit"])
        assert found == Quantity(row["value"], Unit(unit)), (row["region_id"], row["measure_id"], row["year"])


def test_every_figure_of_the_data_survives_being_written(ds: Dataset) -> None:
    for row in rows_of(ds.claims):
        unit = Unit(row["unit"])
        quantity = Quantity(row["value"], unit, Qualifier(row["qualifier"]), row["value_high"])
        assert parse_quantity(format_value(quantity.value, unit), unit=unit).value == quantity.value
        assert parse_quantity(format_quantity(quantity), unit=unit) == quantity, row["claim_id"]


def test_no_figure_of_the_data_is_a_float(ds: Dataset) -> None:
    checked = 0
    for table in ds.package.tables.values():
        for column in table.fields:
            if column.type in ("number", "integer"):
                cells = [row[column.name] for row in rows_of(ds.table(table.name))]
                kinds = {type(cell) for cell in cells if cell is not None}
                assert kinds <= {int, Decimal}, (table.name, column.name, kinds)
                checked += 1
    assert checked > 10


# --- Reading and writing: properties


@given(value=money)
@example(value=0)
@example(value=10**4)
@example(value=10**8)
@example(value=10**12)
@example(value=10**17)
@example(value=1_0000_0000_0001)
@PROPERTY
def test_money_written_in_korean_reads_back(value: int) -> None:
    for unit in (Unit.KRW, Unit.USD):
        assert parse_quantity(format_value(value, unit, "ko")) == Quantity(value, unit)


@given(value=whole)
@PROPERTY
def test_people_things_and_years_written_in_korean_read_back(value: int) -> None:
    for unit in (Unit.PERSONS, Unit.COUNT, Unit.YEARS):
        assert parse_quantity(format_value(value, unit, "ko")) == Quantity(value, unit)


@given(value=broken)
@example(value=Decimal("1E+3"))
@example(value=Decimal("16.430"))
@example(value=Decimal("0.000001"))
@PROPERTY
def test_areas_shares_and_loads_written_in_korean_read_back(value: Decimal) -> None:
    for unit in BROKEN:
        assert parse_quantity(format_value(value, unit, "ko")) == Quantity(value, unit)


@given(
    known=signed,
    qualifier=st.sampled_from([Qualifier.EXACT, Qualifier.ABOUT, Qualifier.AT_LEAST, Qualifier.AT_MOST]),
)
@PROPERTY
def test_a_qualified_figure_written_in_korean_reads_back(
    known: tuple[Unit, int | Decimal], qualifier: Qualifier
) -> None:
    quantity = Quantity(known[1], known[0], qualifier)
    assert parse_quantity(format_quantity(quantity, "ko")) == quantity


@given(known=quantities, more=st.integers(min_value=1, max_value=10**17))
@example(known=(Unit.KRW, 3 * 10**10), more=10**10)
@example(known=(Unit.COUNT, 5), more=2)
@example(known=(Unit.KRW, 100), more=1_999_900)
@PROPERTY
def test_a_range_written_in_korean_reads_back(known: tuple[Unit, int | Decimal], more: int) -> None:
    unit, low = known
    quantity = Quantity(low, unit, Qualifier.RANGE, low + more)
    assert parse_quantity(format_quantity(quantity, "ko")) == quantity


@given(known=signed, printed=st.sampled_from(["{}", " {} ", "약 {}", "{} 이상", "{}내외"]))
@PROPERTY
def test_width_and_spaces_do_not_matter(known: tuple[Unit, int | Decimal], printed: str) -> None:
    unit, value = known
    text = printed.format(format_value(value, unit))
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    assert parse_quantity(wide) == parse_quantity(text) == parse_quantity(text.replace(" ", ""))


SCALE = {"": 1, " m": 10**6, " bn": 10**9}


@given(value=money)
@example(value=0)
@example(value=999_999)
@example(value=10**6)
@example(value=10**9 - 1)
@example(value=10**9)
@example(value=10**9 + 1)
@PROPERTY
def test_money_in_english_is_exact_and_has_no_needless_digit(value: int) -> None:
    for unit in (Unit.KRW, Unit.USD):
        text = format_value(value, unit, "en")
        match = re.fullmatch(rf"{unit} (-?)(\d{{1,3}}(?:,\d{{3}})*)(?:\.(\d+))?( bn| m|)", text)
        assert match, text
        sign, before, behind, scale = match.groups(default="")
        assert Decimal(f"{sign}{before.replace(',', '')}.{behind or 0}") * SCALE[scale] == value
        assert not behind.endswith("0"), text
        assert before == "0" or not before.startswith("0"), text
        # The largest scale that leaves a whole number before the point, and three digits behind it.
        fits = {name: abs(value) >= by and value % (by // 1000) == 0 for name, by in SCALE.items() if name}
        assert scale == (" bn" if fits[" bn"] else " m" if fits[" m"] else "")


@given(known=signed)
@PROPERTY
def test_figures_in_english_are_exact_and_have_no_needless_digit(known: tuple[Unit, int | Decimal]) -> None:
    unit, value = known
    text = format_value(value, unit, "en")
    assert not re.search("[가-힣]", text)
    if unit not in (Unit.KRW, Unit.USD):
        number = re.match(r"-?[\d,]+(?:\.\d+)?", text)
        assert number, text
        scale = Decimal(10) ** -6 if text.endswith(" m²") else 1  # small areas
        assert Decimal(number.group().replace(",", "")) * scale == value
        assert not re.search(r"\.\d*0$", number.group()), text


@given(value=money)
@PROPERTY
def test_korean_money_has_groups_of_four_and_none_of_nothing(value: int) -> None:
    text = format_value(value, Unit.KRW, "ko")
    assert re.fullmatch(r"-?(?:[\d,]+조 ?)?(?:[\d,]+억 ?)?(?:[\d,]+만 ?)?(?:[\d,]+)? 원", text), text
    for group in re.findall(r"([\d,]+)[억만 ]", text.partition("조")[2]):
        assert 0 < int(group.replace(",", "")) < 10**4, text


@pytest.mark.parametrize(
    ("value", "unit", "korean", "english"),
    [
        (1_804_700_000_000, "KRW", "1조 8,047억 원", "KRW 1,804.7 bn"),
        (920_000_000_000, "KRW", "9,200억 원", "KRW 920 bn"),
        (105_000_000, "KRW", "1억 500만 원", "KRW 105 m"),
        (0, "KRW", "0 원", "KRW 0"),
        (42_600_000_000, "USD", "426억 달러", "USD 42.6 bn"),
        (51_927, "persons", "51,927명", "51,927"),
        (1_252, "count", "1,252개", "1,252"),
        (Decimal("16.430"), "km2", "16.43㎢", "16.43 km²"),
        (Decimal("0.227364"), "km2", "227,364㎡", "227,364 m²"),
        (Decimal(24), "percent", "24%", "24%"),
        (-3_500_000_000, "KRW", "-35억 원", "KRW -3.5 bn"),
        (Decimal("-0.4"), "percent_points", "-0.4%p", "-0.4 pp"),
        (Decimal("1E+3"), "MW", "1,000MW", "1,000 MW"),
        (Decimal("12000.5"), "tCO2", "12,000.5tCO2", "12,000.5 t CO₂"),
        (3, "years", "3년", "3 years"),
        (1, "years", "1년", "1 year"),
    ],
    ids=lambda cell: str(cell) if str(cell).isascii() else "",
)
def test_figures_are_written_as_readers_expect(
    value: int | Decimal, unit: str, korean: str, english: str
) -> None:
    assert format_value(value, unit, "ko") == korean
    assert format_value(value, unit, "en") == english


@pytest.mark.parametrize(
    ("quantity", "korean", "english"),
    [
        pytest.param(
            Quantity(10**12, Unit.KRW, Qualifier.ABOUT), "약 1조 원", "about KRW 1,000 bn", id="about"
        ),
        pytest.param(Quantity(5, Unit.COUNT, Qualifier.AT_LEAST), "5개 이상", "at least 5", id="at least"),
        pytest.param(Quantity(5, Unit.COUNT, Qualifier.AT_MOST), "5개 이하", "at most 5", id="at most"),
        pytest.param(Quantity(5, Unit.COUNT, Qualifier.RANGE, 7), "5개~7개", "5–7", id="range"),
    ],
)
def test_qualifiers_are_written_as_readers_expect(quantity: Quantity, korean: str, english: str) -> None:
    assert format_quantity(quantity, "ko") == korean
    assert format_quantity(quantity, "en") == english


# --- Exactness


def attempt(text: str, printed_unit: str | None = None) -> Quantity | UnitError:
    """Give what is read or our own refusal; any other error is a failure."""
    try:
        return parse_quantity(text, printed_unit=printed_unit)
    except UnitError as error:
        return error


@given(text=st.text(alphabet="0123456789.,~ 천백십만억조여약원명개곳%년이상대", max_size=14))
@example(text="1조2천340억 원")
@PROPERTY
def test_near_quantities_are_read_exactly_or_refused(text: str) -> None:
    """Nothing but a quantity of exact numbers or our own error ever comes out."""
    found = attempt(text)
    if isinstance(found, UnitError):
        assert repr(text) in found.en
        return
    assert is_exact(found)
    assert (found.value_high is not None) == (found.qualifier is Qualifier.RANGE)
    assert found.value_high is None or found.value_high > found.value


@given(text=st.text(max_size=20), printed_unit=st.none() | st.text(max_size=6))
@PROPERTY
def test_any_text_is_read_exactly_or_refused(text: str, printed_unit: str | None) -> None:
    found = attempt(text, printed_unit)
    assert repr(text) in found.en if isinstance(found, UnitError) else is_exact(found)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("12345678901234567890123456789012345원", id="35 digits of won"),
        pytest.param("0.12345678901234567890123456789012345%", id="35 digits behind the point"),
    ],
)
def test_a_number_is_never_rounded_however_long(text: str) -> None:
    """Decimal arithmetic rounds to 28 digits unless told otherwise; refusing is as good."""
    found = attempt(text)
    assert isinstance(found, UnitError) or found.value == Decimal(text.rstrip("원%"))


def test_the_units_know_no_float() -> None:
    """Neither a literal nor a conversion: 0.1 + 0.2 must not reach a report."""
    modules = sorted(Path(sandan_lib.__file__).parent.glob("units/*.py"))
    assert len(modules) >= 2
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), module
            assert not (isinstance(node, ast.Name) and node.id in ("float", "round")), module
