"""Read a quantity as Korean papers print it.

One grammar, no fallback: what it does not know it refuses, since a number that is silently
wrong by a factor of ten thousand is worse than none. Figures are built from the counting
units 조 (10¹²), 억 (10⁸) and 만 (10⁴), each with a group of at most four digits, which may
themselves be printed with 천, 백 and 십: ``1조 1천5백억 원``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from sandan_lib.errors import UnitError
from sandan_lib.model import Qualifier, Unit

__all__ = ["Quantity", "parse_quantity"]

_WHOLE_UNITS = frozenset({Unit.KRW, Unit.USD, Unit.PERSONS, Unit.COUNT, Unit.YEARS})

# Suffix after the number -> the units it may mean (the usual one first) and its factor.
# One job is one person: papers write 일자리 1만개 and 1만명 alike, so 개 may be asked for as persons.
_SUFFIXES: dict[str, tuple[tuple[Unit, ...], Decimal]] = {
    "": ((), Decimal(1)),
    "원": ((Unit.KRW,), Decimal(1)),
    "달러": ((Unit.USD,), Decimal(1)),
    "불": ((Unit.USD,), Decimal(1)),
    "명": ((Unit.PERSONS,), Decimal(1)),
    "인": ((Unit.PERSONS,), Decimal(1)),
    "개": ((Unit.COUNT, Unit.PERSONS), Decimal(1)),
    "건": ((Unit.COUNT,), Decimal(1)),
    "곳": ((Unit.COUNT,), Decimal(1)),
    "개소": ((Unit.COUNT,), Decimal(1)),
    "개사": ((Unit.COUNT,), Decimal(1)),
    "개국": ((Unit.COUNT,), Decimal(1)),
    "대": ((Unit.COUNT,), Decimal(1)),
    "번": ((Unit.COUNT,), Decimal(1)),
    "회": ((Unit.COUNT,), Decimal(1)),
    "%": ((Unit.PERCENT,), Decimal(1)),
    "퍼센트": ((Unit.PERCENT,), Decimal(1)),
    "%p": ((Unit.PERCENT_POINTS,), Decimal(1)),
    "%P": ((Unit.PERCENT_POINTS,), Decimal(1)),
    "%포인트": ((Unit.PERCENT_POINTS,), Decimal(1)),
    "퍼센트포인트": ((Unit.PERCENT_POINTS,), Decimal(1)),
    "km2": ((Unit.KM2,), Decimal(1)),
    "m2": ((Unit.KM2,), Decimal("0.000001")),
    "ha": ((Unit.KM2,), Decimal("0.01")),
    "kW": ((Unit.MW,), Decimal("0.001")),
    "MW": ((Unit.MW,), Decimal(1)),
    "GW": ((Unit.MW,), Decimal(1000)),
    "tCO2": ((Unit.TCO2,), Decimal(1)),
    "tCO2eq": ((Unit.TCO2,), Decimal(1)),
    "톤": ((Unit.TCO2,), Decimal(1)),
    "t": ((Unit.TCO2,), Decimal(1)),
    "년": ((Unit.YEARS,), Decimal(1)),
    "년간": ((Unit.YEARS,), Decimal(1)),
    "개년": ((Unit.YEARS,), Decimal(1)),
}
# Tonnes may be of anything: only whoever says what they are of may read them.
_ONLY_IF_TOLD = frozenset({"톤", "t"})
_SCALES = {
    "": Decimal(1),
    "십": Decimal(10),
    "백": Decimal(100),
    "천": Decimal(1000),
    "만": Decimal(10**4),
    "십만": Decimal(10**5),
    "백만": Decimal(10**6),
    "십억": Decimal(10**9),
    "천만": Decimal(10**7),
    "억": Decimal(10**8),
    "조": Decimal(10**12),
}
_PREFIXES = {
    "약": Qualifier.ABOUT,
    "대략": Qualifier.ABOUT,
    "최소": Qualifier.AT_LEAST,
    "최대": Qualifier.AT_MOST,
}
_ENDINGS = {
    "가량": Qualifier.ABOUT,
    "내외": Qualifier.ABOUT,
    "정도": Qualifier.ABOUT,
    "안팎": Qualifier.ABOUT,
    "남짓": Qualifier.ABOUT,
    "이상": Qualifier.AT_LEAST,
    "초과": Qualifier.AT_LEAST,
    "+알파": Qualifier.AT_LEAST,
    "+α": Qualifier.AT_LEAST,
    "이하": Qualifier.AT_MOST,
    "이내": Qualifier.AT_MOST,
    "미만": Qualifier.AT_MOST,
    "까지": Qualifier.AT_MOST,
}

# Native numerals, which papers spell out for small counts: 다섯 곳.
_NATIVE = {
    word: str(number)
    for number, word in enumerate(
        ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"), start=1
    )
}

_PLAIN = re.compile(r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MIXED = re.compile(r"(?:([1-9]?)천)?(?:([1-9]?)백)?(?:([1-9]?)십)?([1-9][0-9]{0,2})?")
_GROUPS = re.compile(r"(?:([^조억만]+)조)?(?:([^조억만]+)억)?(?:([^조억만]+)만)?([^조억만]+)?")
_NUMBER = re.compile(r"[0-9.,천백십만억조]*")
# A plain number with the counting words behind it, which the low end of a range may borrow: 3~4천억.
_BORROWABLE = re.compile(r"[0-9.,]+([천백십]?[조억만]?)")
# A number counted by one English-style word: 4,022백만 달러 (million), 12십억 달러, 1,234천명 (thousand).
_COUNTED_BY = re.compile(r"([0-9][0-9.,]*)(백만|십억|천)")
# 여 ("odd, a little more") stands inside the figure: 20여 명, 9000여억원, 4조7000억여원.
_ODD = re.compile(r"(?<=[0-9천백십만억조])여(?=[만억조]|[^0-9]*$)")
_SOMEWHERE_IN = re.compile(r"[0-9].*(?:원|명|개|달러|%|억|조)대")  # 5조원대: somewhere in the fives
_HEADING = re.compile(r"\(?단위[:：]?(.+?)\)?")
_TILDES = str.maketrans(dict.fromkeys("∼〜～", "~"))
_NATIVE_COUNT = re.compile(f"^(?:{'|'.join(_NATIVE)})(?=개|곳|명|건|번)")
_RAISED_TWO = re.compile("(?<=[mO])[²₂]")
_SIGNS = {"+": 1, "-": -1, "−": -1}
_TABLE_MINUS = "△"  # what tables print for a minus; in running text it may be a bullet
_MOST_DIGITS = 27  # what Decimal keeps exactly, and far more than any printed figure has


@dataclass(frozen=True, slots=True)
class Quantity:
    """A printed quantity, exactly.

    Attributes
    ----------
    value : int or Decimal
        Number in the base unit; ``int`` for money, persons, items and years.
    unit : Unit
        Base unit.
    qualifier : Qualifier
        What the printed words say of the number.
    value_high : int, Decimal or None
        Upper end of a printed range.
    """

    value: int | Decimal
    unit: Unit
    qualifier: Qualifier = Qualifier.EXACT
    value_high: int | Decimal | None = None


def parse_quantity(text: str, *, unit: Unit | str | None = None, printed_unit: str | None = None) -> Quantity:
    """Read a quantity as it is printed.

    Parameters
    ----------
    text : str
        The figure with its own unit and qualifying word, and nothing else.
    unit : Unit, optional
        The unit it must have. Without it the usual unit of the printed suffix is taken.
    printed_unit : str, optional
        Unit given apart from the figure, by a table's heading (``백만원``) or by the words
        around it (``억원`` for ``국비 178``).

    Returns
    -------
    Quantity
        Value in won, US dollars, persons, items, km², MW, tonnes of CO₂, percent, percentage
        points or years.

    Raises
    ------
    UnitError
        If the text is no quantity of this grammar, or has another unit than asked for.

    Examples
    --------
    >>> parse_quantity("19조 2,030억 원").value
    19203000000000
    >>> parse_quantity("다섯 곳").value
    5
    >>> parse_quantity("9000여억원").qualifier
    <Qualifier.ABOUT: 'about'>
    >>> parse_quantity("178", printed_unit="억원").value
    17800000000
    >>> parse_quantity("5~7개")
    Quantity(value=5, unit=<Unit.COUNT: 'count'>, qualifier=<Qualifier.RANGE: 'range'>, value_high=7)
    >>> parse_quantity("-3.2%p")
    Quantity(value=Decimal('-3.2'), unit=<Unit.PERCENT_POINTS: 'percent_points'>, ...)
    >>> parse_quantity("수천억")
    Traceback (most recent call last):
    sandan_lib.errors.UnitError: '수천억' is no quantity that can be read exactly ...
    """
    bare = _plain_text(text, text)
    bare, qualifier = _take_qualifier(bare, text)
    bare, sign = _take_sign(bare, text, in_table=printed_unit is not None)
    bare = _NATIVE_COUNT.sub(lambda match: _NATIVE[match.group()], bare)
    if "~" in bare:
        if qualifier is not Qualifier.EXACT:
            raise _unreadable(text, f"'{bare}' is both a range and {qualifier.value}")
        if sign is not None:
            raise _unreadable(text, "a range has no sign")
        return _parse_range(bare, text, unit, printed_unit)
    number, found, factor = _split_unit(bare, text, unit, printed_unit)
    amount = (sign or 1) * _parse_number(number, text) * factor
    return Quantity(_in_base_unit(amount, found, text), found, qualifier)


def _take_sign(bare: str, text: str, *, in_table: bool) -> tuple[str, int | None]:
    """Take a leading sign off; None where none is printed."""
    if bare[:1] in _SIGNS:
        return bare[1:], _SIGNS[bare[:1]]
    if bare[:1] == _TABLE_MINUS:
        if not in_table:
            raise _unreadable(text, f"outside a table {_TABLE_MINUS} may be a bullet or a minus")
        return bare[1:], -1
    return bare, None


def _plain_text(words: str, text: str) -> str:
    """Bring wide letters to plain ones and drop spaces; what would change its meaning is refused."""
    # Circled and raised digits are list numbers and footnote marks: NFKC would make figures of them.
    words = _RAISED_TWO.sub("2", words)
    strange = next((char for char in words if unicodedata.category(char) in ("No", "Nl")), None)
    if strange is not None:
        raise _unreadable(text, f"{strange!r} is no digit of a number")
    plain = unicodedata.normalize("NFKC", words.translate(_TILDES))
    if re.search(r"[0-9]\s+[0-9]", plain):
        raise _unreadable(text, "a space parts its digits")
    return re.sub(r"\s+", "", plain)


def _unreadable(text: str, why: str) -> UnitError:
    return UnitError(
        f"{text!r} is no quantity that can be read exactly: {why}. Write the figure as printed, "
        "with its unit and nothing more, such as '9,200억 원', '약 1조원' or '2만1천명'.",
        f"{text!r}: 정확히 읽을 수 없는 수량입니다. '9,200억 원', '약 1조원', '2만1천명'처럼 "
        "단위까지 적힌 그대로, 그것만 적으십시오.",
    )


def _take_qualifier(bare: str, text: str) -> tuple[str, Qualifier]:
    """Take the qualifying word off; two that disagree are refused."""
    found: set[Qualifier] = set()
    for word, qualifier in _PREFIXES.items():
        if bare.startswith(word):
            bare = bare.removeprefix(word)
            found.add(qualifier)
    for word, qualifier in _ENDINGS.items():
        if bare.endswith(word):
            bare = bare.removesuffix(word)
            found.add(qualifier)
    if _SOMEWHERE_IN.fullmatch(bare):
        bare = bare.removesuffix("대")
        found.add(Qualifier.ABOUT)
    bare, odd = _ODD.subn("", bare, count=1)
    if odd:
        found.add(Qualifier.ABOUT)
    if len(found) > 1:
        raise _unreadable(text, "its qualifying words contradict each other")
    return bare, found.pop() if found else Qualifier.EXACT


def _split_unit(
    bare: str, text: str, unit: Unit | str | None, printed_unit: str | None
) -> tuple[str, Unit, Decimal]:
    """Split number from suffix and settle the unit: its name and the factor to the base unit."""
    number = _longest_number(bare)
    suffix = bare[len(number) :]
    if suffix not in _SUFFIXES:
        raise _unreadable(text, f"{suffix!r} is no known unit")
    if suffix in _ONLY_IF_TOLD and unit is None:
        raise _unreadable(text, f"it does not say of what {suffix!r} is the weight")
    possible, factor = _SUFFIXES[suffix]
    if printed_unit is not None:
        apart, scale = _read_printed_unit(printed_unit, text)
        if possible and possible != apart:
            raise _unreadable(text, f"it has a unit, and {printed_unit!r} is another")
        if scale != 1 and not possible and re.search("[조억만]", number):
            raise _unreadable(text, f"it counts by itself, and {printed_unit!r} would count again")
        possible, factor = apart, factor if possible else scale
    elif number.endswith(("억", "조")) and not suffix:
        possible = (Unit.KRW,)  # papers leave out 원, never 달러, behind 억 and 조
    if not possible:
        raise _unreadable(text, "it has no unit and none is given apart from it")
    wanted = possible[0] if unit is None else _known_unit(unit)
    if wanted not in possible:
        raise UnitError(
            f"{text!r} is in {possible[0].value}, not in {wanted.value}.",
            f"{text!r}의 단위는 {possible[0].value}이며 {wanted.value}로 읽을 수 없습니다.",
        )
    return number, wanted, factor


def _known_unit(unit: Unit | str) -> Unit:
    if unit in tuple(Unit):
        return Unit(unit)
    allowed = ", ".join(Unit)
    raise UnitError(
        f"{unit!r} is no unit. Units: {allowed}.",
        f"{unit!r}: 그런 단위는 없습니다. 쓸 수 있는 것: {allowed}.",
    )


def _longest_number(bare: str) -> str:
    match = _NUMBER.match(bare)
    return match.group() if match else ""


def _read_printed_unit(printed_unit: str, text: str) -> tuple[tuple[Unit, ...], Decimal]:
    """Read a heading's unit: a counting word and a suffix, such as 백만원, 천㎡ or (단위: 억원)."""
    bare = _plain_text(printed_unit, text)
    heading = _HEADING.fullmatch(bare)
    bare = heading.group(1) if heading else bare
    scale = _longest_number(bare)
    suffix = bare[len(scale) :]
    if scale not in _SCALES or not suffix or suffix not in _SUFFIXES:
        raise _unreadable(text, f"{printed_unit!r} is no known unit")
    possible, factor = _SUFFIXES[suffix]
    return possible, factor * _SCALES[scale]


def _parse_range(bare: str, text: str, unit: Unit | str | None, printed_unit: str | None) -> Quantity:
    """Read ``5~7개`` or ``300억~400억원``; the low end borrows what it does not print."""
    low_text, _, high_text = bare.partition("~")
    number, found, factor = _split_unit(high_text, text, unit, printed_unit)
    low_number = _longest_number(low_text)
    suffix = high_text[len(number) :]
    if low_text[len(low_number) :] not in ("", suffix):
        raise _unreadable(text, "the two ends of the range have different units")
    if low_number == low_text:  # it prints no unit of its own
        low_number += _borrowed(low_number, number, text)
    low = _in_base_unit(_parse_number(low_number, text) * factor, found, text)
    high = _in_base_unit(_parse_number(number, text) * factor, found, text)
    if not low < high:
        raise _unreadable(text, "the range does not rise")
    return Quantity(low, found, Qualifier.RANGE, high)


def _borrowed(low: str, high: str, text: str) -> str:
    """Give the counting words that a bare low end takes from the high end: 천억 in ``3~4천억``."""
    if low.endswith(tuple("조억만천백십")):
        return ""
    match = _BORROWABLE.fullmatch(high)
    if match is None or not _PLAIN.fullmatch(low):
        raise _unreadable(text, f"it is not clear what {low!r} counts")
    return match.group(1)


def _parse_number(number: str, text: str) -> Decimal:
    """Add up the groups of 조, 억, 만 and ones."""
    counted = _COUNTED_BY.fullmatch(number)
    if counted is not None and not _MIXED.fullmatch(number):
        return _parse_counted(counted.group(1), counted.group(2), text)
    match = _GROUPS.fullmatch(number)
    if sum(char.isdigit() for char in number) > _MOST_DIGITS:
        raise _unreadable(text, f"it has more than {_MOST_DIGITS} digits")
    if not number or match is None:
        raise _unreadable(text, "its counting units do not descend from 조 over 억 to 만")
    groups = list(zip(match.groups(), (10**12, 10**8, 10**4, 1), strict=True))
    printed = [(group, scale) for group, scale in groups if group is not None]
    total = Decimal(0)
    for position, (group, scale) in enumerate(printed):
        amount = _parse_group(group, text)
        if amount != int(amount) and len(printed) > 1:
            raise _unreadable(text, f"{group!r} is a fraction inside a longer number")
        if position and amount >= 10**4:
            raise _unreadable(text, f"{group!r} has more than four digits behind a larger unit")
        total += amount * scale
    return total


def _parse_counted(plain: str, word: str, text: str) -> Decimal:
    """Read ``4,022백만``: a number counted by one word, as English counts in millions."""
    if not _PLAIN.fullmatch(plain) or (word == "천" and "." in plain):
        raise _unreadable(text, f"{plain!r} is no number that {word} could count")
    if sum(char.isdigit() for char in plain) > _MOST_DIGITS - len("000000000"):
        raise _unreadable(text, f"it has more than {_MOST_DIGITS} digits")
    return Decimal(plain.replace(",", "")) * _SCALES[word]


def _parse_group(group: str, text: str) -> Decimal:
    """Read one group: ``2,030``, ``1.2``, ``7천656``, ``천5백``."""
    if _PLAIN.fullmatch(group):
        return Decimal(group.replace(",", ""))
    match = _MIXED.fullmatch(group)
    if match is None:
        raise _unreadable(text, f"{group!r} is no number")
    total, smallest = 0, 1000
    for digit, place in zip(match.groups()[:3], (1000, 100, 10), strict=True):
        if digit is not None:
            total += int(digit or 1) * place
            smallest = place
    rest = match.group(4)
    if rest is not None:
        if int(rest) >= smallest:
            raise _unreadable(text, f"{group!r} counts one place twice")
        total += int(rest)
    return Decimal(total)


def _in_base_unit(amount: Decimal, unit: Unit, text: str) -> int | Decimal:
    if unit not in _WHOLE_UNITS:
        return amount
    if amount != int(amount):
        raise _unreadable(text, f"{amount} {unit.value} is not a whole number")
    return int(amount)
