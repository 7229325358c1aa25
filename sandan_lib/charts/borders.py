"""Regions within their true borders: a reader finds a place where it lies.

All of the country is in one frame and to one scale, Baengnyeongdo (백령도) and Dokdo (독도) included: that
costs the mainland less than a tenth of its size, and the sea is where small regions have their words, with a
line that leads to them. Islands too small for an area (Dokdo among them) are dots of their region's shade.
A region selected twice has the shade of the later round; the earlier one is a plate inside, with its own
shade, words and source.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sandan_lib.boundaries import FRAME, SOURCE, outlines, placed
from sandan_lib.charts.grid import LOOKS, NAME_SIZE
from sandan_lib.charts.theme import INK, MUTED, WIDTH, alt, chart_of, text_width

__all__ = ["borders"]

_SCALE = WIDTH / FRAME[0]
_HEIGHT = round(FRAME[1] * _SCALE) + 20  # below the map: whose borders they are
_LINE, _STEP = 14, 39  # from a name to its figure, from one round's words to those of the one before
# On white paper an outline is all there is of a white region.
_LOOKS = LOOKS | {"not_selected": LOOKS["not_selected"] | {"stroke": MUTED}, "figure": {"stroke": "#a8b0b9"}}
_FLAT = {"type": "identity", "scale": 1, "translate": [0, 0]}  # the outlines are pixels already

Row = dict[str, Any]

# Longitude and latitude of each region's words; for small regions also of the place they speak of.
_WORDS: Mapping[str, tuple[tuple[float, float], tuple[float, float] | None]] = MappingProxyType(
    {
        "KR-11": ((125.75, 38.32), (126.98, 37.57)),
        "KR-26": ((130.15, 35.02), (129.04, 35.20)),
        "KR-27": ((130.55, 35.98), (128.58, 35.83)),
        "KR-28": ((125.35, 37.32), (126.68, 37.50)),
        "KR-29": ((125.35, 35.30), (126.83, 35.16)),
        "KR-30": ((125.30, 35.86), (127.38, 36.33)),
        "KR-31": ((130.55, 35.52), (129.22, 35.55)),
        "KR-41": ((127.30, 37.28), None),
        "KR-42": ((128.32, 37.78), None),
        "KR-43": ((127.78, 36.96), None),
        "KR-44": ((126.62, 36.67), None),
        "KR-45": ((127.12, 35.78), None),
        "KR-46": ((126.95, 34.72), None),
        "KR-47": ((128.93, 36.47), None),
        "KR-48": ((128.22, 35.35), None),
        "KR-49": ((127.55, 33.40), None),
        "KR-50": ((125.30, 36.30), (127.26, 36.56)),
    }
)
_ISLANDS = (("울릉도", "Ulleungdo", (130.87, 37.36)), ("독도", "Dokdo", (131.80, 37.10)))


def borders(rows: list[Row], colour: Any, tips: list[Any], lang: str) -> Any:
    """Draw the regions with their names and words.

    Parameters
    ----------
    rows, colour, tips, lang
        As for :func:`sandan_lib.charts.grid.grid`.

    Returns
    -------
    altair.LayerChart
    """
    rows = [row | _place(row, lang) for row in rows]
    newest = [row for row in rows if row["place"] == row["parts"] - 1]
    layers = []
    for kind, look in _LOOKS.items():
        shade = {"color": colour, "tooltip": tips} if kind == "figure" else {}
        own = [row for row in newest if row["kind"] == kind]
        if own:
            area = chart_of(_area(row) for row in own)
            layers.append(area.mark_geoshape(strokeWidth=0.8, **look).project(**_FLAT).encode(**shade))
        specks = [row for item in own for row in _specks(item)]
        if specks:
            dot = chart_of(specks).mark_circle(size=22, opacity=1, strokeWidth=0.8, **look)
            layers.append(dot.encode(x=_x("x"), y=_y("y"), **shade))
        plates = [row for row in rows if row["kind"] == kind and row not in newest]
        if plates:
            plate = chart_of(_cells(row) for row in plates)
            box = plate.mark_rect(cornerRadius=4, **look | {"stroke": "#ffffff", "strokeWidth": 1.5})
            layers.append(box.encode(x=_x("x"), x2=alt.X2("x2:Q"), y=_y("y"), y2=alt.Y2("y2:Q"), **shade))
    return alt.layer(*layers, *_leaders(newest), *_texts(rows, tips, lang), *_notes(lang)).properties(
        width=WIDTH, height=_HEIGHT
    )


def _x(field: str) -> Any:
    return alt.X(f"{field}:Q", scale={"domain": [0, WIDTH], "nice": False}, axis=None)


def _y(field: str) -> Any:
    return alt.Y(f"{field}:Q", scale={"domain": [_HEIGHT, 0], "nice": False}, axis=None)


def _pixels(point: tuple[float, float]) -> list[float]:
    return [round(part * _SCALE, 1) for part in point]


def _place(row: Row, lang: str) -> Row:
    """Give where a row's words stand: the newest first, earlier rounds on plates below it."""
    words, _ = _WORDS[row["region_id"]]
    x, y = _pixels(placed(*words))
    above = row["parts"] - 1 - row["place"]
    top = y - _LINE - (row["parts"] - 1) * _STEP / 2 + above * _STEP
    half = max(text_width(row["name"], NAME_SIZE[lang]), text_width(row["label"], 11)) / 2 + 7
    return {
        "x": x - half,
        "x2": x + half,
        "y": top - 3,
        "y2": top + _STEP - 7,
        "middle": x,
        "name_y": top + _LINE / 2,
        "label_y": top + 1.5 * _LINE,
    }


def _cells(row: Row) -> Row:
    return {key: cell for key, cell in row.items() if key not in ("place", "parts", "dark")}


def _area(row: Row) -> Row:
    """Give a row with its region's area, which Vega draws if the row itself is a feature of GeoJSON."""
    polygons = [
        [[_pixels(point) for point in ring] for ring in polygon]
        for polygon in outlines()[row["region_id"]].polygons
    ]
    return _cells(row) | {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": polygons}}


def _specks(row: Row) -> list[Row]:
    places = [_pixels(point) for point in outlines()[row["region_id"]].specks]
    return [_cells(row) | {"x": x, "y": y} for x, y in places]


def _leaders(newest: list[Row]) -> list[Any]:
    """Lead from the words of small regions to the regions."""
    lines = []
    for row in newest:
        target = _WORDS[row["region_id"]][1]
        if target is not None:
            x, y = _pixels(placed(*target))
            start = row["x2"] - 3 if x > row["middle"] else row["x"] + 3
            lines.append({"from_x": start, "from_y": row["name_y"] + _LINE / 2, "to_x": x, "to_y": y})
    base = chart_of(lines)
    rule = base.encode(x=_x("from_x"), x2=alt.X2("to_x:Q"), y=_y("from_y"), y2=alt.Y2("to_y:Q"))
    return [
        rule.mark_rule(color="#ffffff", strokeWidth=3, opacity=0.8),
        rule.mark_rule(color=INK, strokeWidth=0.9),
        base.mark_circle(color=INK, size=12, opacity=1).encode(x=_x("to_x"), y=_y("to_y")),
    ]


def _texts(rows: list[Row], tips: list[Any], lang: str) -> list[Any]:
    """Write names and words with a white rim, which keeps them legible on any shade."""
    shown = ("region_id", "name", "label", "middle", "name_y", "label_y")
    rim: Row = {"stroke": "#ffffff", "strokeWidth": 3, "strokeJoin": "round"}
    plain = [{key: row[key] for key in shown} for row in rows]
    # What is under the pointer is the words: those of a figure say of it what its shade says.
    figures = [_cells(row) for row in rows if row["kind"] == "figure"]
    others = [cells for cells, row in zip(plain, rows, strict=True) if row["kind"] != "figure"]
    kinds: list[tuple[list[Row], Row, Row]] = [
        (plain, rim, {}),
        (others, {}, {}),
        (figures, {}, {"tooltip": tips}),
    ]
    layers = []
    for own, look, shade in kinds:
        text = chart_of(own).encode(x=_x("middle"), **shade)
        bold = text.mark_text(fontWeight=700, fontSize=NAME_SIZE[lang], **look)
        layers.append(bold.encode(y=_y("name_y"), text=alt.Text("name:N")))
        words = text.mark_text(fontSize=11, **look)
        layers.append(words.encode(y=_y("label_y"), text=alt.Text("label:N")))
    return layers


def _notes(lang: str) -> list[Any]:
    """Name the far islands, and say whose borders they are."""
    names = [
        {"x": x, "y": y, "island": ko if lang == "ko" else en}
        for ko, en, place in _ISLANDS
        for x, y in [_pixels(placed(*place))]
    ]
    source = [{"x": 0, "y": _HEIGHT - 6, "boundaries": SOURCE[lang]}]
    look: Row = {"color": "#4a4f57", "fontSize": 10}
    return [
        chart_of(names).mark_text(**look).encode(x=_x("x"), y=_y("y"), text=alt.Text("island:N")),
        chart_of(source)
        .mark_text(align="left", **look)
        .encode(x=_x("x"), y=_y("y"), text=alt.Text("boundaries:N")),
    ]
