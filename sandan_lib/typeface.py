"""The shipped Korean type inside an SVG: only the letters that it uses.

A whole weight is a quarter of a megabyte once it stands in a text file, a chart's letters some twenty
kilobytes. fontTools would cut them out too, but is no part of a plain install; the shipped fonts are
plain TrueType without composite glyphs, so that two tables are all there is to write anew. Glyphs keep
their numbers, and with them kerning and ligatures.
"""

from __future__ import annotations

import base64
import functools
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterable
from html import escape
from pathlib import Path

__all__ = ["FAMILY", "FONT_FOLDER", "characters", "font_tables", "self_contained", "woff"]

FONT_FOLDER = Path(__file__).resolve().parent / "assets" / "fonts"
FAMILY = "Sandan Sans KR"
_FILES = {400: "SandanSansKR-Regular.ttf", 700: "SandanSansKR-Bold.ttf"}
_SVG = "http://www.w3.org/2000/svg"


def self_contained(svg: str, words: str) -> str:
    """Put the type that an SVG uses into it, and what it shows in words.

    Parameters
    ----------
    svg : str
        Drawing whose texts are set in the package's type.
    words : str
        What it shows.

    Returns
    -------
    str
        The same drawing, which needs neither an installed font nor a network.
    """
    faces = "".join(_face(weight, letters) for weight, letters in sorted(_letters(svg).items()))
    start = svg.index(">", svg.index("<svg"))
    head = f' role="img"><desc>{escape(words)}</desc>' + (f"<style>{faces}</style>" if faces else "")
    return svg[:start] + head + svg[start + 1 :]


def _letters(svg: str) -> dict[int, set[str]]:
    """Collect the letters of each weight."""
    found: dict[int, set[str]] = {}
    for element in ET.fromstring(svg).iter(f"{{{_SVG}}}text"):  # noqa: S314 - we have drawn it ourselves
        weight = element.get("font-weight", "400")
        bold = weight == "bold" or (weight.isdigit() and int(weight) >= 600)
        found.setdefault(700 if bold else 400, set()).update("".join(element.itertext()))
    return {weight: letters for weight, letters in found.items() if letters}


def _face(weight: int, letters: set[str]) -> str:
    font = base64.b64encode(woff(weight, letters)).decode("ascii")
    source = f'url(data:font/woff;base64,{font}) format("woff")'
    return f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};src:{source}}}'


def woff(weight: int, letters: Iterable[str]) -> bytes:
    """Cut the letters that a text needs out of the shipped type.

    Parameters
    ----------
    weight : {400, 700}
        Regular or bold.
    letters : iterable of str
        Characters; those that the type lacks are left out.

    Returns
    -------
    bytes
        A WOFF font file. The same letters give the same bytes.

    Examples
    --------
    >>> font = woff(700, "충북 2022")
    >>> font[:4], len(font) < 10_000
    (b'wOFF', True)
    """
    tables = font_tables(weight)
    glyphs = characters(tables["cmap"])
    used = {ord(letter): glyphs[ord(letter)] for letter in letters if ord(letter) in glyphs}
    # Glyphs without a character of their own (ligatures, the sign for "no such letter") stay.
    keep = set(used.values()) | (set(range(len(tables["loca"]) // 4 - 1)) - set(glyphs.values()))
    outlines, places = _outlines(tables, keep)
    return _packed(tables | {"cmap": _cmap(used), "glyf": outlines, "loca": places})


@functools.cache
def font_tables(weight: int) -> dict[str, bytes]:
    """Read the tables of a shipped file.

    Parameters
    ----------
    weight : {400, 700}
        Regular or bold.

    Returns
    -------
    dict of str to bytes
        Shared: not to be changed.
    """
    content = (FONT_FOLDER / _FILES[weight]).read_bytes()
    (count,) = struct.unpack_from(">H", content, 4)
    entries = [struct.unpack_from(">4s4xII", content, 12 + 16 * number) for number in range(count)]
    return {tag.decode("ascii"): content[start : start + size] for tag, start, size in entries}


def characters(cmap: bytes) -> dict[int, int]:
    """Read which glyph draws which character (format 4, the only one in the shipped files).

    Parameters
    ----------
    cmap : bytes
        The table of that name.

    Returns
    -------
    dict of int to int
        Number of the glyph by code of the character.
    """
    (start,) = struct.unpack_from(">I", cmap, 8)
    (double,) = struct.unpack_from(">H", cmap, start + 6)
    count = double // 2
    ends, firsts, deltas, offsets = (
        struct.unpack_from(f">{count}H", cmap, start + at)
        for at in (14, 16 + double, 16 + 2 * double, 16 + 3 * double)
    )
    found = {}
    for segment, (first, end) in enumerate(zip(firsts, ends, strict=True)):
        for code in range(first, min(end, 0xFFFE) + 1):
            glyph = code
            if offsets[segment]:
                place = start + 16 + 3 * double + 2 * segment + offsets[segment] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", cmap, place)
            # A zero in the list of glyphs says that there is none; the delta is for all others.
            if glyph:
                found[code] = (glyph + deltas[segment]) % 0x10000
    return {code: glyph for code, glyph in found.items() if glyph}


def _cmap(used: dict[int, int]) -> bytes:
    """Write which glyph draws which character (format 12, one group a character)."""
    groups = b"".join(struct.pack(">III", code, code, glyph) for code, glyph in sorted(used.items()))
    subtable = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(used)) + groups
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + subtable


def _outlines(tables: dict[str, bytes], keep: set[int]) -> tuple[bytes, bytes]:
    """Give outlines and their places, with nothing where a glyph is not kept."""
    count = len(tables["loca"]) // 4
    old = struct.unpack(f">{count}I", tables["loca"])
    kept, places = [], [0]
    for glyph in range(count - 1):
        outline = tables["glyf"][old[glyph] : old[glyph + 1]] if glyph in keep else b""
        kept.append(outline)
        places.append(places[-1] + len(outline))
    return b"".join(kept), struct.pack(f">{count}I", *places)


def _packed(tables: dict[str, bytes]) -> bytes:
    """Write tables as a WOFF file, whose head is fixed by the format."""
    tables = tables | {"head": _with_checksum(tables["head"], 0)}
    whole = (_sum(_sfnt_head(tables)) + sum(_sum(table) for table in tables.values())) % 2**32
    tables["head"] = _with_checksum(tables["head"], (0xB1B0AFBA - whole) % 2**32)
    directory, body, start = b"", b"", 44 + 20 * len(tables)
    for tag, table in sorted(tables.items()):
        small = zlib.compress(table, 9)
        stored = small if len(small) < len(table) else table
        checksum = _sum(table if tag != "head" else _with_checksum(table, 0))
        entry = (tag.encode("ascii"), start + len(body), len(stored), len(table), checksum)
        directory += struct.pack(">4s4I", *entry)
        body += _padded(stored)
    plain = 12 + 16 * len(tables) + sum(len(_padded(table)) for table in tables.values())
    whole_size = start + len(body)
    head = (b"wOFF", 0x00010000, whole_size, len(tables), 0, plain, 1, 0, *(0,) * 5)
    return struct.pack(">4sIIHHIHHIIIII", *head) + directory + body


def _sfnt_head(tables: dict[str, bytes]) -> bytes:
    """Give the head and directory that the unpacked font has, for its checksum."""
    power = len(tables).bit_length() - 1
    search = 16 << power
    head = struct.pack(">IHHHH", 0x00010000, len(tables), search, power, 16 * len(tables) - search)
    start = 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        head += struct.pack(">4sIII", tag.encode("ascii"), _sum(table), start, len(table))
        start += len(_padded(table))
    return head


def _with_checksum(head: bytes, checksum: int) -> bytes:
    return head[:8] + struct.pack(">I", checksum) + head[12:]


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)


def _sum(content: bytes) -> int:
    padded = _padded(content)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) % 2**32
