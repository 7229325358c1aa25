"""Write exact numbers as readers of Korean and English expect them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from sandan_lib.errors import UnitError
from sandan_lib.languages import language
from sandan_lib.model import Qualifier, Unit
from sandan_lib.units.parse import Quantity

__all__ = ["format_quantity", "format_quotient", "format_value"]

_KO_SUFFIX = {
    Unit.KRW: " 원",
    Unit.USD: " 달러",
    Unit.PERSONS: "명",
    Unit.COUNT: "개",
    Unit.KM2: "㎢",
    Unit.PERCENT: "%",
    Unit.PERCENT_POINTS: "%p",
    Unit.TCO2: "tCO2",
    Unit.MW: "MW",
    Unit.YEARS: "년",
}
_EN_SUFFIX = {
    Unit.PERSONS: "",
    Unit.COUNT: "",
    Unit.KM2: " km²",
    Unit.PERCENT: "%",
    Unit.PERCENT_POINTS: " pp",
    Unit.TCO2: " t CO₂",
    Unit.MW: " MW",
    Unit.YEARS: " years",
}
_QUALIFIED = {
    "ko": {
        Qualifier.EXACT: "{}",
        Qualifier.ABOUT: "약 {}",
        Qualifier.AT_LEAST: "{} 이상",
        Qualifier.AT_MOST: "{} 이하",
    },
    "en": {
        Qualifier.EXACT: "{}",
        Qualifier.ABOUT: "about {}",
        Qualifier.AT_LEAST: "at least {}",
        Qualifier.AT_MOST: "at most {}",
    },
}


def format_value(value: int | Decimal, unit: Unit | str, lang: str = "ko") -> str:
    """Write an exact value; Korean text reads back to exactly the same value.

    Parameters
    ----------
    value : int or Decimal
        Number in the base unit.
    unit : Unit
        Base unit.
    lang : {"ko", "en"}
        Korean counts money in 조, 억 and 만; English in billions (bn) and millions (m).

    Returns
    -------
    str

    Raises
    ------
    UnitError
        If money is no whole number.

    Examples
    --------
    >>> format_value(1804700000000, "KRW")
    '1조 8,047억 원'
    >>> format_value(1804700000000, "KRW", "en")
    'KRW 1,804.7 bn'
    >>> format_value(42600000000, "USD", "en")
    'USD 42.6 bn'
    >>> format_value(Decimal("16.43"), "km2"), format_value(Decimal("0.227364"), "km2")
    ('16.43㎢', '227,364㎡')
    """
    unit = Unit(unit)
    money = unit in (Unit.KRW, Unit.USD)
    if money and value != int(value):
        raise UnitError(
            f"{value} {unit.value} is not a whole number; money is counted in whole units.",
            f"{value} {unit.value}: 돈은 정수로만 셉니다.",
        )
    language(lang)
    if unit is Unit.KM2:
        metres = Decimal(value) * 10**6
        if metres == int(metres) and metres % 1000:  # more than three decimals of a square kilometre
            return f"{int(metres):,}" + ("㎡" if lang == "ko" else " m²")
    if lang == "ko":
        number = _grouped(int(value)) if money else _plain(value)
        return number + _KO_SUFFIX[unit]
    if money:
        return f"{unit.value} {_billions(int(value))}"
    suffix = _EN_SUFFIX[unit]
    return _plain(value) + (" year" if unit is Unit.YEARS and value == 1 else suffix)


def format_quantity(quantity: Quantity, lang: str = "ko") -> str:
    """Write a quantity with its qualifying word.

    Parameters
    ----------
    quantity : Quantity
        What to write.
    lang : {"ko", "en"}
        Language of number and word.

    Returns
    -------
    str

    Examples
    --------
    >>> format_quantity(Quantity(1000000000000, Unit.KRW, Qualifier.ABOUT))
    '약 1조 원'
    >>> format_quantity(Quantity(5, Unit.COUNT, Qualifier.RANGE, 7), "en")
    '5–7'
    """
    low = format_value(quantity.value, quantity.unit, lang)
    if quantity.value_high is not None:
        high = format_value(quantity.value_high, quantity.unit, lang)
        if low.endswith("㎡") != high.endswith("㎡") or low.endswith(" m²") != high.endswith(" m²"):
            low = _plain(quantity.value) + (_KO_SUFFIX if lang == "ko" else _EN_SUFFIX)[quantity.unit]
        return f"{low}~{high}" if lang == "ko" else f"{low}–{high}"
    return _QUALIFIED[lang][quantity.qualifier].format(low)


_PER = {
    Unit.KRW: ("원", "won"),
    Unit.USD: ("달러", "dollar"),
    Unit.PERSONS: ("명", "person"),
    Unit.COUNT: ("개", "item"),
    Unit.KM2: ("㎢", "km²"),
    Unit.PERCENT: ("%", "percent"),
    Unit.PERCENT_POINTS: ("%p", "percentage point"),
    Unit.TCO2: ("tCO2", "t CO₂"),
    Unit.MW: ("MW", "MW"),
    Unit.YEARS: ("년", "year"),
}
_SHOWN = Context(prec=4, rounding=ROUND_HALF_EVEN)


def format_quotient(value: int | Decimal, unit: Unit | str, per: Unit | str, lang: str = "ko") -> str:
    """Write a figure divided by another, to four significant digits.

    Parameters
    ----------
    value : int or Decimal
        The quotient, in base units.
    unit, per : Unit
        Base units of what is divided, and of what it is divided by.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    str
        A quotient of like things is a share, in percent.

    Examples
    --------
    >>> format_quotient(Decimal("578929.450101"), "KRW", "persons")
    '57만 8,900 원/명'
    >>> format_quotient(Decimal("578929.450101"), "KRW", "persons", "en")
    'KRW 578,900 per person'
    >>> format_quotient(Decimal("0.0053321"), "KRW", "KRW")
    '0.5332%'
    """
    unit, per = Unit(unit), Unit(per)
    if unit is per:
        return _plain(_SHOWN.multiply(Decimal(value), 100)) + "%"
    rounded = _SHOWN.plus(Decimal(value))
    whole = rounded == int(rounded)
    if unit in (Unit.KRW, Unit.USD) and not whole:
        amount = f"{_plain(rounded)}{_KO_SUFFIX[unit]}" if lang == "ko" else f"{unit.value} {_plain(rounded)}"
    else:
        amount = format_value(int(rounded) if whole else rounded, unit, lang)
    ko, en = _PER[per]
    return f"{amount}/{ko}" if lang == "ko" else f"{amount} per {en}"


def _plain(value: int | Decimal) -> str:
    # Plain notation: Decimal(1E+2) would otherwise print as 1E+2.
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _grouped(value: int) -> str:
    """Write 1조 8,047억; zero groups are left out."""
    if value < 0:
        return f"-{_grouped(-value)}"
    parts = []
    rest = value
    for name, scale in (("조", 10**12), ("억", 10**8), ("만", 10**4), ("", 1)):
        amount, rest = divmod(rest, scale)
        if amount:
            parts.append(f"{amount:,}{name}")
    return " ".join(parts) or "0"


def _billions(value: int) -> str:
    for scale, name in ((10**9, " bn"), (10**6, " m")):
        if abs(value) >= scale and value % (scale // 1000) == 0:  # no more than three decimals
            return _plain(Decimal(value) / scale) + name
    return f"{value:,}"
