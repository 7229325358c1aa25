"""The borders of the seventeen regions, laid flat for drawing.

They are the shipped ``assets/regions.geojson``: boundaries of the National Geographic Information Institute
(국토지리정보원) with the base date 2023-09-15, simplified by ``tools/bake_boundaries.py``, which says how.
Gunwi-gun (군위군), which went from Gyeongbuk to Daegu on 1 July 2023, still lies in Gyeongbuk there, as it
did when the plans were selected.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

__all__ = ["FRAME", "SOURCE", "Outline", "outlines", "placed"]

SOURCE: Mapping[str, str] = MappingProxyType(
    {
        "ko": "경계: 국토지리정보원, 2023-09-15 (군위군은 경북에)",
        "en": "Boundaries: NGII, 2023-09-15 (Gunwi-gun in Gyeongbuk)",
    }
)
_FILE = Path(__file__).resolve().parent / "assets" / "regions.geojson"
_EARTH, _MIDDLE = 6371.0, 127.5  # km; the meridian in the middle of the country
# From Baengnyeongdo (백령도) in the west to Dokdo (독도) in the east, from Goseong to Marado: the
# islands stand where they are, since the sea between is room for words.
_WEST, _NORTH = -262.0, 4303.0
FRAME = (658.0, 622.0)

Point = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """A region's area, in kilometres from the frame's north-west corner.

    Attributes
    ----------
    polygons : tuple
        Mainland and islands: each its border, and then the borders of what lies inside and is not its.
    specks : tuple of (float, float)
        Islands far off that are too small to be drawn as an area.
    """

    polygons: tuple[tuple[tuple[Point, ...], ...], ...]
    specks: tuple[Point, ...]


def placed(east: float, north: float) -> Point:
    """Give a place on the map (transverse Mercator on a sphere).

    Parameters
    ----------
    east, north : float
        Longitude and latitude in degrees.

    Returns
    -------
    tuple of (float, float)
        Kilometres to the east and south of the frame's north-west corner.

    Examples
    --------
    >>> seoul, busan = placed(126.978, 37.566), placed(129.075, 35.180)
    >>> round(math.dist(seoul, busan))
    325
    """
    east, north = math.radians(east - _MIDDLE), math.radians(north)
    x = _EARTH * math.atanh(math.cos(north) * math.sin(east))
    y = _EARTH * math.atan2(math.tan(north), math.cos(east))
    return x - _WEST, _NORTH - y


@functools.cache
def outlines() -> Mapping[str, Outline]:
    """Read the outline of each region.

    Returns
    -------
    Mapping of str to Outline
        By region id. Regions that touch share each point of their border.

    Examples
    --------
    >>> len(outlines()), len(outlines()["KR-47"].specks)  # Dokdo
    (17, 1)
    """
    found = {
        feature["id"]: Outline(
            tuple(
                tuple(tuple(placed(*point) for point in ring) for ring in polygon)
                for polygon in feature["geometry"]["coordinates"]
            ),
            tuple(placed(*point) for point in feature["properties"]["specks"]),
        )
        for feature in json.loads(_FILE.read_text(encoding="utf-8"))["features"]
    }
    return MappingProxyType(found)
