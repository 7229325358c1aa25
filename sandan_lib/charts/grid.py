"""Regions as a grid of equal tiles: a small one is as readable as a large one."""

from __future__ import annotations

from typing import Any

from sandan_lib.charts.theme import INK, WIDTH, alt, chart_of
from sandan_lib.tiles import TILES

__all__ = ["LOOKS", "NAME_SIZE", "grid"]

NAME_SIZE = {"ko": 12, "en": 11}  # English names are longer
_COLUMNS, _ROWS, _TILE, _GAP = 5, 5, 72, 5

Row = dict[str, Any]

# Regions without a figure: each reason has a look that survives grey print.
LOOKS: dict[str, Row] = {
    "not_selected": {"fill": "#ffffff", "stroke": "#d4d7dc"},
    "elsewhere": {"fill": "#eef0f2", "stroke": "#b6bac0"},
    "missing": {"fill": "#ffffff", "stroke": INK, "strokeDash": [4, 3]},
}


def grid(rows: list[Row], colour: Any, tips: list[Any], lang: str) -> Any:
    """Draw the tiles with their names and words.

    Parameters
    ----------
    rows : list of dict
        One for each figure, or for each region without one: ``region_id``, ``name``, ``label``, ``kind``
        (``figure`` or a key of :data:`LOOKS`), whether its shade is ``dark``, and which part (``place``)
        of how many (``parts``) of its tile it takes.
    colour, tips : altair.Color, list of altair.Tooltip
        Of the figures.
    lang : {"ko", "en"}
        Language of the names, whose length decides their size.

    Returns
    -------
    altair.LayerChart
    """
    rows = [_tile(**row) for row in rows]
    width, height = WIDTH, _ROWS * _TILE - _GAP

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", scale={"domain": [0, width], "nice": False}, axis=None)

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale={"domain": [height, 0], "nice": False}, axis=None)

    layers = []
    for kind, look in LOOKS.items():
        own = [row for row in rows if row["kind"] == kind]
        if own:
            box = chart_of(own).mark_rect(strokeWidth=1, **look)
            layers.append(box.encode(x=x("x"), x2=alt.X2("x2:Q"), y=y("y"), y2=alt.Y2("y2:Q")))
    known = chart_of(row for row in rows if row["kind"] == "figure").mark_rect(stroke="#ffffff")
    layers.append(
        known.encode(x=x("x"), x2=alt.X2("x2:Q"), y=y("y"), y2=alt.Y2("y2:Q"), color=colour, tooltip=tips)
    )
    # What is under the pointer is the words: those of a figure say of it what its tile says.
    for dark, figure in ((False, False), (False, True), (True, True)):
        own = [row for row in rows if (row["dark"], row["kind"] == "figure") == (dark, figure)]
        ink = "#ffffff" if dark else INK
        if own:
            shade: Row = {"tooltip": tips} if figure else {}
            text = chart_of(own).encode(x=x("middle"), **shade)
            layers += [
                text.mark_text(fontWeight=700, fontSize=NAME_SIZE[lang], color=ink).encode(
                    y=y("name_y"), text=alt.Text("name:N")
                ),
                text.mark_text(fontSize=11, color=ink).encode(y=y("label_y"), text=alt.Text("label:N")),
            ]
    return alt.layer(*layers).properties(width=width, height=height)


def _tile(*, region_id: str, name: str, place: int, parts: int, dark: bool = False, **words: Any) -> Row:
    """Add a tile's, or a part of a tile's, place in pixels."""
    column, row = TILES[region_id]
    width = WIDTH / _COLUMNS
    height = (_TILE - _GAP) / parts
    top = row * _TILE + place * height
    return {
        "region_id": region_id,
        "name": name,
        "x": column * width,
        "x2": (column + 1) * width - _GAP,
        "y": top,
        "y2": top + height,
        "middle": column * width + (width - _GAP) / 2,
        "name_y": top + height / 2 - (9 if parts == 1 else 7),
        "label_y": top + height / 2 + (10 if parts == 1 else 8),
        "dark": dark,
        **words,
    }
