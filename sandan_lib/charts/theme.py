"""One look for all charts: type, colours, sizes. Nothing global is changed by it.

Axes, scales and titles of the report's charts are plain dictionaries. Altair holds each object of
its own against the schema when it is made, and copies all of its options with every layer; the
tests hold whole charts against it instead.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sandan_lib.lean import without_rfc3987
from sandan_lib.model import Unit

with without_rfc3987():
    import altair as alt
    from altair.utils.schemapi import debug_mode

__all__ = [
    "ACCENT",
    "FONT",
    "INK",
    "MUTED",
    "PARTS",
    "WIDTH",
    "alt",
    "axis_scale",
    "axis_title",
    "chart_of",
    "config",
    "many",
    "text_width",
]

FONT = "Sandan Sans KR"
WIDTH = 560

# Okabe and Ito's colours: told apart by colour-blind readers; lightness differs for grey print.
INK = "#1a1a1a"
MUTED = "#8a8f98"
ACCENT = "#d55e00"
PARTS = {"national": "#08488e", "local": "#7cc0ea", "private": "#d55e00", "unknown": "#e3e5e8"}


def config() -> dict[str, Any]:
    """Give the Vega-Lite config shared by all charts."""
    type_ = {"font": FONT, "labelFont": FONT, "titleFont": FONT}
    return {
        "font": FONT,
        "background": "#ffffff",
        "view": {"stroke": None, "continuousWidth": WIDTH},
        "title": {
            "font": FONT,
            "fontSize": 15,
            "fontWeight": 700,
            "color": INK,
            "anchor": "start",
            "offset": 12,
            "subtitleFont": FONT,
            "subtitleFontSize": 12,
            "subtitleColor": "#4a4f57",
            "subtitlePadding": 4,
        },
        "axis": {
            **{key: type_[key] for key in ("labelFont", "titleFont")},
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": 400,
            "labelColor": INK,
            "titleColor": "#4a4f57",
            "gridColor": "#e6e8eb",
            "domainColor": "#b6bac0",
            "tickColor": "#b6bac0",
            "labelLimit": 260,
        },
        "legend": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelFontSize": 12,
            "labelColor": INK,
            "orient": "bottom",
            "title": None,
            "symbolSize": 110,
            "labelLimit": 260,
            "columns": 4,
        },
        "text": {"font": FONT, "fontSize": 12, "color": INK},
    }


class _Rows(alt.Data):
    """Rows of plain cells, which go into the specification as they are.

    Altair looks at each cell of a list to convert it, and copies it several times for each layer.
    """

    def to_dict(self, *_: object, **__: object) -> dict[str, Any]:
        return {"values": [dict(row) for row in self["values"]]}


class _Chart(alt.Chart):
    """A chart whose marks and channels are shared by its copies, since nobody changes them.

    Altair copies every layer four times, with all the options that each of them could have.
    """

    def __deepcopy__(self, _: object) -> _Chart:
        return self.copy(deep=False)


def _unchecked(method: Callable[..., _Chart]) -> Callable[..., _Chart]:
    """Let a mark be made without holding it against the schema: see above."""

    @functools.wraps(method)
    def made(*args: Any, **options: Any) -> _Chart:
        with debug_mode(False):  # noqa: FBT003 - altair's own signature
            return method(*args, **options)

    return made


for _name in dir(alt.Chart):
    if _name.startswith(("mark_", "transform_")):
        setattr(_Chart, _name, _unchecked(getattr(alt.Chart, _name)))


def chart_of(rows: Iterable[Mapping[str, Any]]) -> alt.Chart:
    """Give an empty chart of some rows, whose cells are text, numbers, truth values or ``None``."""
    return _Chart(_Rows(values=tuple(rows)))  # type: ignore[no-untyped-call]


def axis_scale(unit: Unit, lang: str) -> Decimal:
    """Give the number of base units in one axis unit: 억 원 or a billion for money."""
    if unit in (Unit.KRW, Unit.USD):
        return Decimal(10**8) if lang == "ko" else Decimal(10**9)
    return Decimal(1)


def axis_title(unit: Unit, lang: str) -> str:
    """Give the words for the axis unit."""
    words = {
        (Unit.KRW, "ko"): "억 원",
        (Unit.KRW, "en"): "KRW bn",
        (Unit.USD, "ko"): "억 달러",
        (Unit.USD, "en"): "USD bn",
        (Unit.PERSONS, "ko"): "명",
        (Unit.PERSONS, "en"): "persons",
        (Unit.COUNT, "ko"): "개",
        (Unit.COUNT, "en"): "number",
    }
    return words.get((unit, lang), unit.value)


def text_width(text: str, size: float = 12) -> float:
    """Estimate the width of a text in pixels: Korean letters are as wide as high."""
    return size * sum(0.92 if char > "\u1100" else 0.23 if char == " " else 0.56 for char in text)


def many(count: int, thing: str, ending: str = "s") -> str:
    """Count things in English.

    Examples
    --------
    >>> many(1, "hub"), many(2, "hub"), many(2, "complex", "es")
    ('1 hub', '2 hubs', '2 complexes')
    """
    return f"{count} {thing}" + (ending if count != 1 else "")
