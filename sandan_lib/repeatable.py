"""The same PDF each time: what its writer left to chance is settled.

The writer of single charts (svg2pdf, within vl-convert) keeps fonts in a table whose order changes from
call to call, and marks each with six letters drawn by lot. So numbers and places of objects, the order of
entries in dictionaries, and those letters differ, while what is drawn does not. Here objects are numbered
in the order in which the page leads to them, entries stand by their names, and the letters follow from the
font's content. Streams, and with them all that is drawn, stay as they are.
"""

from __future__ import annotations

import hashlib
import itertools
import re

__all__ = ["repeatable"]

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_ENTRY = re.compile(rb"( *)/[^\s/<>()\[\]]+ (?:[^<>()]*[^<>()\s])")  # a whole line of a dictionary
_FONT = re.compile(rb"/FontName /([A-Z]{6})\+")
_MARK = re.compile(rb"/([A-Z]{6})\+")
_PROGRAM = re.compile(rb"/FontFile[23]? (\d+) 0 R")

Objects = dict[int, tuple[bytes, bytes]]  # number -> dictionary, and the stream with its frame


def repeatable(pdf: bytes) -> bytes:
    """Settle what the writer of a PDF leaves to chance.

    Parameters
    ----------
    pdf : bytes
        A file as svg2pdf writes it: plain objects, one table of their places, no history.

    Returns
    -------
    bytes
        The same page. Two files that differ by chance only become equal.

    Raises
    ------
    ValueError
        If the file is built in another way.

    Examples
    --------
    >>> repeatable(b"no PDF")
    Traceback (most recent call last):
    ValueError: not a PDF with one table of objects
    """
    head, objects, trailer = _read(pdf)
    sorted_ = {number: (_by_name(content), stream) for number, (content, stream) in objects.items()}
    marks = _marks(sorted_)
    places = {number: place for place, number in enumerate(_reached(trailer, sorted_), start=1)}
    written = [head]
    starts = []
    for number, place in places.items():
        content, stream = sorted_[number]
        starts.append(sum(map(len, written)))
        content = _MARK.sub(lambda found: b"/%s+" % marks.get(found[1], found[1]), content)
        written.append(b"%d 0 obj\n%s%s" % (place, _renumbered(content, places), stream))
    table = b"".join(b"%010d 00000 n\r\n" % start for start in starts)
    size = len(starts) + 1
    ending = re.sub(rb"/Size \d+", b"/Size %d" % size, _renumbered(trailer, places))
    start = sum(map(len, written))
    return b"".join(
        [
            *written,
            b"xref\n0 %d\n0000000000 65535 f\r\n" % size,
            table,
            ending,
            b"startxref\n%d\n%%%%EOF" % start,
        ]
    )


def _read(pdf: bytes) -> tuple[bytes, Objects, bytes]:
    """Take a file apart: what precedes its objects, the objects, the trailer."""
    end = re.search(
        rb"xref\n0 \d+\n((?:.{18}\r\n)+)(trailer\n.*?)startxref\n(\d+)\n%%EOF\s*\Z", pdf, re.DOTALL
    )
    if end is None or int(end[3]) != end.start():
        raise ValueError("not a PDF with one table of objects")
    lines = end[1].split(b"\r\n")[:-1]
    starts = {int(line[:10]): number for number, line in enumerate(lines) if line.endswith(b"n")}
    objects: Objects = {}
    for start, stop in itertools.pairwise([*sorted(starts), end.start()]):
        frame = b"%d 0 obj\n" % starts[start]
        if not pdf.startswith(frame, start):
            raise ValueError(f"no object {starts[start]} where the table says")
        content, mark, stream = pdf[start + len(frame) : stop].partition(b"\nstream\n")
        objects[starts[start]] = (content, mark + stream)
    return pdf[: min(starts)], objects, end[2]


def _by_name(content: bytes) -> bytes:
    """Sort each run of lines that are whole entries of one dictionary."""
    lines: list[bytes] = []
    for depth, run in itertools.groupby(content.split(b"\n"), key=_depth):
        own = list(run)
        lines += own if depth is None else sorted(own)
    return b"\n".join(lines)


def _depth(line: bytes) -> int | None:
    found = _ENTRY.fullmatch(line)
    whole = found is not None and line.count(b"[") == line.count(b"]")
    return len(found[1]) if found is not None and whole else None


def _marks(objects: Objects) -> dict[bytes, bytes]:
    """Give for each font's six letters those that follow from its content."""
    found = {}
    for content, _ in objects.values():
        mark, program = _FONT.search(content), _PROGRAM.search(content)
        if mark and program:
            digest = hashlib.sha256(objects[int(program[1])][1]).digest()
            found[mark[1]] = bytes(ord("A") + byte % 26 for byte in digest[:6])
    return found


def _reached(trailer: bytes, objects: Objects) -> dict[int, None]:
    """List the objects in the order in which one leads to the next, from the trailer on."""
    found: dict[int, None] = {}
    waiting = [trailer]
    while waiting:
        for number in map(int, _REFERENCE.findall(waiting.pop(0))):
            if number not in found:
                found[number] = None
                waiting.append(objects[number][0])
    return found


def _renumbered(content: bytes, places: dict[int, int]) -> bytes:
    return _REFERENCE.sub(lambda match: b"%d 0 R" % places[int(match[1])], content)
