"""Texts of a drawing as outlines, and how wide they are, from the shipped type's own tables.

What draws pictures reads the font file anew for every letter that it measures or draws, and for most of
a chart's time does nothing else. Here each letter is read once. Where letters stand is what the type
says: their advances, and the kerning of Latin pairs. (Its few ligatures are not set; they look like the
letters that they join.)
"""

from __future__ import annotations

import functools
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from sandan_lib.typeface import FAMILY, characters, font_tables

__all__ = ["Face", "face", "outlined"]

# Middles between two points are drawn to as well: in half units, all numbers are whole.
_UNITS = 2
_TEXT = re.compile(r"<text\b([^>]*?)(?:/>|>(.*?)</text>)", re.DOTALL)
_SPAN = re.compile(r"<tspan\b([^>]*?)(?:/>|>([^<]*)</tspan>)")
_ATTRIBUTE = re.compile(r'\s+([\w:-]+)="([^"]*)"')
_SPACES = re.compile(r"[ \t\r\n]+")
# What may be said of a text: how it is placed, and how any shape is painted or described.
_PLACING = {"text-anchor", "transform", "font-family", "font-size", "font-weight", "stroke-width"}
_PAINT = {"fill", "fill-opacity", "opacity", "stroke", "stroke-opacity", "stroke-linejoin"}
_WORDS = {"aria-hidden", "aria-label", "aria-roledescription", "role", "pointer-events"}
_START = {"start": 0, "middle": 1, "end": 2}  # halves of its width that a text begins before its place


class Face:
    """One weight of the shipped type.

    Parameters
    ----------
    weight : {400, 700}
        Regular or bold.
    """

    def __init__(self, weight: int) -> None:
        self._tables = font_tables(weight)
        self._glyphs = characters(self._tables["cmap"])
        (count,) = struct.unpack_from(">H", self._tables["hhea"], 34)
        pairs: tuple[int, ...] = struct.unpack_from(f">{2 * count}H", self._tables["hmtx"])
        self._advances = pairs[::2]
        self._kerning = _Kerning(self._tables["GPOS"])
        self._drawn: dict[int, str] = {}

    def __contains__(self, text: str) -> bool:
        """Tell whether the type has every letter of a text."""
        return all(ord(letter) in self._glyphs for letter in text)

    def width(self, text: str) -> int:
        """Give the width of a text in thousandths of its size.

        Parameters
        ----------
        text : str
            Whose letters the type has.

        Returns
        -------
        int

        Examples
        --------
        >>> face(400).width("산업") == 2 * face(400).width("산")
        True
        >>> face(400).width("AV") < face(400).width("A") + face(400).width("V")
        True
        """
        return self._placed(text)[1]

    def path(self, text: str, start: int) -> str:
        """Draw a text as the data of an SVG path, upside down and in half thousandths of its size.

        Parameters
        ----------
        text : str
            Whose letters the type has.
        start : int
            Where it begins.

        Returns
        -------
        str
        """
        places, _ = self._placed(text)
        return "".join(
            f"M{start + _UNITS * x} 0{outline}" for glyph, x in places if (outline := self._outline(glyph))
        )

    def _placed(self, text: str) -> tuple[list[tuple[int, int]], int]:
        """Give glyphs with their places, and where the next would stand."""
        places, x, before = [], 0, -1
        for letter in text:
            glyph = self._glyphs[ord(letter)]
            x += self._kerning.of(before, glyph)
            places.append((glyph, x))
            x += self._advance(glyph)
            before = glyph
        return places, x

    def _advance(self, glyph: int) -> int:
        return self._advances[min(glyph, len(self._advances) - 1)]

    def _outline(self, glyph: int) -> str:
        if glyph not in self._drawn:
            start, end = struct.unpack_from(">2I", self._tables["loca"], 4 * glyph)
            self._drawn[glyph] = "".join(_contours(self._tables["glyf"][start:end]))
        return self._drawn[glyph]

    def metrics(self) -> dict[str, Any]:
        """Give what :meth:`width` knows, for whoever measures elsewhere.

        Returns
        -------
        dict
            ``advances`` by character; ``left`` and ``right``, the kerning classes of characters; and
            ``kerning`` by both classes, and ``pairs`` of characters that are told apart from their
            classes.
        """
        kerning = self._kerning
        by_glyph: dict[int, list[int]] = {}
        for code, glyph in self._glyphs.items():
            by_glyph.setdefault(glyph, []).append(code)
        pairs = {
            f"{left},{right}": value
            for (one, other), value in kerning.pairs.items()
            for left in by_glyph.get(one, ())
            for right in by_glyph.get(other, ())
        }
        return {
            "advances": {code: self._advance(glyph) for code, glyph in self._glyphs.items()},
            "left": {code: kerning.left[g] for code, g in self._glyphs.items() if g in kerning.left},
            "right": {code: kerning.right[g] for code, g in self._glyphs.items() if g in kerning.right},
            "kerning": kerning.values,
            "pairs": pairs,
        }


@functools.cache
def face(weight: int) -> Face:
    """Give a weight of the shipped type, read once.

    Parameters
    ----------
    weight : {400, 700}
        Regular or bold.

    Returns
    -------
    Face
    """
    return Face(weight)


class _Kerning:
    """How much nearer letters of a pair stand: the one lookup of the shipped files.

    Its first part names pairs of glyphs, its second pairs of classes of glyphs; the first that knows the
    left glyph (and, of named pairs, the right one) decides.
    """

    def __init__(self, gpos: bytes) -> None:
        lookups = struct.unpack_from(">H", gpos, 8)[0]
        lookup = lookups + struct.unpack_from(">H", gpos, lookups + 2)[0]
        _, _, count = struct.unpack_from(">3H", gpos, lookup)
        starts = [lookup + at for at in struct.unpack_from(f">{count}H", gpos, lookup + 6)]
        self.pairs: dict[tuple[int, int], int] = {}
        self.left: dict[int, int] = {}
        self.right: dict[int, int] = {}
        self.values: list[tuple[int, ...]] = []
        for start in starts:
            form, coverage, *values = struct.unpack_from(">4H", gpos, start)
            if values != [4, 0]:
                raise ValueError("the shipped type's kerning is not of the one kind that is read here")
            covered = list(_covered(gpos, start + coverage))
            if form == 1:
                self._named(gpos, start, covered)
            else:
                self._classed(gpos, start, covered)

    def _named(self, gpos: bytes, start: int, covered: list[int]) -> None:
        for number, left in enumerate(covered):
            (at,) = struct.unpack_from(">H", gpos, start + 10 + 2 * number)
            (count,) = struct.unpack_from(">H", gpos, start + at)
            for right, value in struct.iter_unpack(">Hh", gpos[start + at + 2 : start + at + 2 + 4 * count]):
                self.pairs[left, right] = value

    def _classed(self, gpos: bytes, start: int, covered: list[int]) -> None:
        lefts, rights, rows, columns = struct.unpack_from(">4H", gpos, start + 8)
        classes = dict(_classes(gpos, start + lefts))
        self.left = {glyph: classes.get(glyph, 0) for glyph in covered}
        self.right = dict(_classes(gpos, start + rights))
        flat = struct.unpack_from(f">{rows * columns}h", gpos, start + 16)
        self.values = [flat[row * columns : (row + 1) * columns] for row in range(rows)]

    def of(self, left: int, right: int) -> int:
        """Give what is added to the left glyph's advance."""
        named = self.pairs.get((left, right))
        if named is not None:
            return named
        row = self.left.get(left)
        return 0 if row is None else self.values[row][self.right.get(right, 0)]


def _covered(table: bytes, start: int) -> Iterator[int]:
    form, count = struct.unpack_from(">2H", table, start)
    if form == 1:
        yield from struct.unpack_from(f">{count}H", table, start + 4)
        return
    for first, last, _ in struct.iter_unpack(">3H", table[start + 4 : start + 4 + 6 * count]):
        yield from range(first, last + 1)


def _classes(table: bytes, start: int) -> Iterator[tuple[int, int]]:
    form, count = struct.unpack_from(">2H", table, start)
    if form == 1:
        first, (size,) = count, struct.unpack_from(">H", table, start + 4)
        yield from enumerate(struct.unpack_from(f">{size}H", table, start + 6), start=first)
        return
    for first, last, kind in struct.iter_unpack(">3H", table[start + 4 : start + 4 + 6 * count]):
        yield from ((glyph, kind) for glyph in range(first, last + 1))


def _contours(outline: bytes) -> Iterator[str]:
    """Give a simple glyph's contours as relative path data, each from where the last began."""
    if not outline:
        return
    (count,) = struct.unpack_from(">h", outline)
    if count < 0:
        raise ValueError("the shipped type has no composite glyphs")
    ends = struct.unpack_from(f">{count}H", outline, 10)
    points = list(_points(outline, 10 + 2 * count, ends[-1] + 1))
    at, first = (0, 0), 0
    for end in ends:
        data, at = _contour(points[first : end + 1], at)
        first = end + 1
        yield data


def _points(outline: bytes, at: int, count: int) -> Iterator[tuple[int, int, bool]]:
    """Read a glyph's points in half units, and whether the line touches them."""
    at += 2 + struct.unpack_from(">H", outline, at)[0]  # over what would fit it to a grid
    flags: list[int] = []
    while len(flags) < count:
        times = 1
        if outline[at] & 8:
            times += outline[at + 1]
        flags += [outline[at]] * times
        at += 1 + (times > 1 or outline[at] & 8 > 0)
    axes = []
    for short, same in ((2, 16), (4, 32)):
        values, value = [], 0
        for flag in flags:
            if flag & short:
                value += outline[at] if flag & same else -outline[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", outline, at)[0]
                at += 2
            values.append(_UNITS * value)
        axes.append(values)
    yield from zip(*axes, (bool(flag & 1) for flag in flags), strict=True)


def _contour(points: list[tuple[int, int, bool]], at: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """Draw a closed line through points, from ``at``; give where it begins, too."""
    # Between two points that the line does not touch, it passes their middle.
    whole: list[tuple[int, int, bool]] = []
    for number, (x, y, touched) in enumerate(points):
        before = points[number - 1]
        if not touched and not before[2]:
            whole.append(((x + before[0]) // 2, (y + before[1]) // 2, True))
        whole.append((x, y, touched))
    turn = next(number for number, point in enumerate(whole) if point[2])
    whole = whole[turn:] + whole[: turn + 1]
    begin = here = (whole[0][0], whole[0][1])
    parts = [f"m{begin[0] - at[0]} {begin[1] - at[1]}"]
    bend: tuple[int, int] | None = None
    for x, y, touched in whole[1:]:
        if not touched:
            bend = (x, y)
            continue
        dx, dy = x - here[0], y - here[1]
        if bend is None:
            parts.append(f"l{dx} {dy}")
        else:
            parts.append(f"q{bend[0] - here[0]} {bend[1] - here[1]} {dx} {dy}")
        here, bend = (x, y), None
    return "".join(parts) + "z", begin


def outlined(svg: str) -> str | None:
    """Put outlines in the place of a drawing's texts.

    Parameters
    ----------
    svg : str
        As Vega draws it.

    Returns
    -------
    str or None
        ``None`` if it has a text that is not set in the shipped type, or that the type lacks letters of,
        or that is set in a way that is not known here.
    """
    known = True

    def drawn(match: re.Match[str]) -> str:
        nonlocal known
        path = _outlined(dict(_ATTRIBUTE.findall(match[1])), match[2] or "") if known else None
        known = path is not None
        return path or ""

    result = _TEXT.sub(drawn, svg)
    return result if known and "<text" not in result else None


def _outlined(said: Mapping[str, str], content: str) -> str | None:
    weight = _weight(said.get("font-weight", "400"))
    size = re.fullmatch(r"(\d+(?:\.\d+)?)px", said.get("font-size", ""))
    if said.get("font-family") != FAMILY or weight is None or size is None:
        return None
    if not said.keys() <= _PLACING | _PAINT | _WORDS or float(size[1]) == 0:
        return None
    letters, scale = face(weight), float(size[1]) / (1000 * _UNITS)
    paths = []
    for text, down in _lines(content):
        if text not in letters:
            return None
        start = -letters.width(text) * _START[said.get("text-anchor", "start")]
        place = f"{said.get('transform', '')} translate(0,{down:g}) scale({scale:.9g},{-scale:.9g})"
        paths.append(f'<path transform="{place.strip()}" d="{letters.path(text, start)}"')
    paint = "".join(f' {name}="{said[name]}"' for name in said if name in _PAINT)
    if "stroke-width" in said:
        paint += f' stroke-width="{float(said["stroke-width"]) / scale:.9g}"'
    return "".join(f"{path}{paint}/>" for path in paths)


def _weight(said: str) -> int | None:
    named = {"normal": 400, "bold": 700}
    if said in named:
        return named[said]
    return (700 if int(said) >= 600 else 400) if said.isdigit() else None


def _lines(content: str) -> Iterable[tuple[str, float]]:
    """Give the lines of a text, each with how far below the first it stands; spaces as SVG has them."""
    if "<" not in content:
        return [(_collapsed(content), 0.0)]
    lines, down = [], 0.0
    for attributes, text in _SPAN.findall(content):
        if text:  # a part without letters moves none
            down += float(dict(_ATTRIBUTE.findall(attributes)).get("dy", 0))
            lines.append((_collapsed(text), down))
    return lines


def _collapsed(text: str) -> str:
    return _SPACES.sub(" ", unescape(text)).strip(" ")
