"""How wide the columns of a printed table are, and which words must stay whole."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from sandan_lib.pictures.letters import face

__all__ = ["fitted", "whole"]

_KOREAN = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
# Where a Korean line may break beside its spaces: after what joins two words.
_JOINTS = re.compile(r"(?<=[·/∼~–])(?=[^\s\d])")
_RANGE = re.compile(r"(?<=[–~∼])(?=\d)")
_SPARE = 0.6  # points that rounding may take
_JOINER = "\u2060"
_SMALL = 0.65  # size of raised text
_DENSE, _SMALLER = 2.2, 0.9  # above so many lines a row, letters are smaller by so much
_BROKEN = 1.3  # a table whose figures break must be that much shorter to be better
_STEPS = 60  # in which the room beyond the longest words is shared out
_ROWS = 200  # of a long table, that many rows spread over it speak for all
_TALL = 4  # a cell of many lines counts for more than many cells of few: it is as high as its row


def whole(parts: Sequence[Any], room: float, size: float) -> list[Any]:
    """Keep Korean words whole: a line breaks between them, as Korean is read.

    Parameters
    ----------
    parts : sequence
        Parts of a line, as :mod:`sandan_lib.reports.contents` gives them.
    room, size : float
        Width of the line and size of its letters, in points; a word wider than its line may break.

    Returns
    -------
    list

    Examples
    --------
    >>> whole(["청주 plan"], 100, 10)
    [{'kind': 'whole', 'text': '청주'}, ' plan']
    >>> whole(["청주"], 5, 10)
    ['청주']
    """
    made: list[Any] = []
    for part, free in zip(parts, _free(parts), strict=True):
        if isinstance(part, str):
            made += _words(part, room, size)
            continue
        if part["kind"] == "whole":  # a figure with its unit: too wide for its column, it is mere words
            fits = _width(part["text"], 400) * size <= room + _SPARE
            made += [part] if fits else _words(part["text"], room, size)
            continue
        if part["kind"] == "raised" and not free:
            made.append(_JOINER)
        made.append(part if "parts" not in part else part | {"parts": whole(part["parts"], room, size)})
    return made


def _free(parts: Sequence[Any]) -> list[bool]:
    """Tell of each part whether a line may break before it: the numbers of sources stay with their word.

    They may stand below a figure of a table, which is no word but a column of its own.
    """
    before = [None, *parts][: len(parts)]
    return [
        not isinstance(part, str) and part["kind"] == "raised" and _kind(one) in ("", "whole")
        for one, part in zip(before, parts, strict=True)
    ]


def _kind(part: Any) -> str:
    return "" if part is None else "text" if isinstance(part, str) else str(part["kind"])


def _words(text: str, room: float, size: float) -> Iterator[Any]:
    """Give the words that stay whole, and the texts between; too long a word goes to pieces."""
    plain = ""
    for token in _tokens(text):
        if _KOREAN.search(token) is None and _width(token, 700) * size > room:
            if plain:
                yield plain
            yield from ({"kind": "whole", "text": piece} for piece in _broken(token, room / size))
            plain = ""
        elif len(token) > 1 and _KOREAN.search(token) and _width(token, 700) * size <= room:
            if plain:
                yield plain
            yield {"kind": "whole", "text": token}
            plain = ""
        else:
            plain += token
    if plain:
        yield plain


def _broken(token: str, room: float) -> list[str]:
    """Give the pieces of a word that is wider than its line: the two ends of a range, or what else fits.

    Examples
    --------
    >>> _broken("(13.0–15.5%)", 3.5), _broken("(13.0–15.5%)", 1.0)
    (['(13.0–', '15.5%)'], ['(1', '3.', '0–', '15', '.5', '%)'])
    """
    ends = _RANGE.split(token)
    if all(_width(end, 700) <= room for end in ends):
        return ends
    return [token[place : place + 2] for place in range(0, len(token), 2)]


def _tokens(text: str) -> Iterator[str]:
    for token in re.split("( )", text):
        yield from _JOINTS.split(token)


@functools.lru_cache(maxsize=20_000)
def _width(text: str, weight: int) -> float:
    """Give the width of a text per point of its size; a letter that the type lacks is as wide as high."""
    type_face = face(weight)
    known = "".join(letter for letter in text if letter in type_face)
    return (type_face.width(known) + 1000 * (len(text) - len(known))) / 1000


def _pieces(parts: Sequence[Any], weight: int, scale: float = 1.0) -> Iterator[tuple[float, bool]]:
    """Give the width of each piece of a text, and whether a line may break before it."""
    for part, free in zip(parts, _free(parts), strict=True):
        if free:
            yield 0.0, True
        if not isinstance(part, str):
            if part["kind"] == "whole":
                yield _width(part["text"], weight) * scale, False
            smaller = scale * _SMALL if part["kind"] == "raised" else scale
            yield from _pieces(part.get("parts", ()), weight, smaller)
            continue
        for place, token in enumerate(part.split(" ")):
            if place:
                yield _width(" ", weight) * scale, False
                yield 0.0, True
            for number, piece in enumerate(_JOINTS.split(token)):
                yield _width(piece, weight) * scale, number > 0


def _span(parts: Sequence[Any], weight: int) -> tuple[float, float]:
    """Give the widths of a text's longest word and of all of it in a line, per point of its size."""
    longest = line = word = 0.0
    for wide, fresh in _pieces(parts, weight):
        word = wide if fresh else word + wide
        line += wide
        longest = max(longest, word)
    return longest, line


def _figures(parts: Sequence[Any], room: float) -> list[Any]:
    """Hold a figure together with its unit, if it is no long text; its sources may stand below it."""
    return [
        {"kind": "whole", "text": part}
        if isinstance(part, str) and _width(part, 400) < room
        else part | {"parts": _figures(part["parts"], room)}
        if not isinstance(part, str) and part["kind"] in ("inside", "outside")
        else part
        for part in parts
    ]


def fitted(table: dict[str, Any], room: float, size: float) -> dict[str, Any]:
    """Give a table the widths of its columns, and keep its words and figures whole.

    Each column has what its longest word needs. What is left goes, bit by bit, where it makes the table
    shorter by most. Where rows would have many lines, letters get smaller or
    figures may break.

    Parameters
    ----------
    table : dict
        As :func:`sandan_lib.reports.contents.blocks` gives it.
    room, size : float
        Width of the page and size of the letters, in points.

    Returns
    -------
    dict
        With ``widths``, which add up to the room; the ``size`` of its letters, what a cell has to its
        ``side``, and how many ``lines`` it has, nearly.

    Examples
    --------
    >>> table = {"head": [["a"], ["b"]], "right": [False, True], "short": [False, False]}
    >>> made = fitted(table | {"rows": [[["word " * 9], ["1 km"]]]}, 200, 8)
    >>> made["rows"][0][1], made["lines"], round(sum(made["widths"]))
    ([{'kind': 'whole', 'text': '1 km'}], 3, 200)
    """
    held = [
        [
            _figures(cell, room / 4 / size) if right else cell
            for cell, right in zip(row, table["right"], strict=True)
        ]
        for row in table["rows"]
    ]
    first = _fitted(table | {"rows": held}, room, size, 3.5)
    if first["lines"] <= _DENSE * (len(held) + 1):
        return first
    small = size * _SMALLER
    ways = [
        (held, small, 2.5, 1.0),
        (table["rows"], size, 3.5, _BROKEN),
        (table["rows"], small, 2.5, _BROKEN),
    ]
    costs = [(first["lines"] * size, first)]
    for rows, letters, side, worse in ways:
        made = _fitted(table | {"rows": rows}, room, letters, side)
        costs.append((made["lines"] * letters * worse, made))
    return min(costs, key=lambda cost: cost[0])[1]


def _fitted(table: dict[str, Any], room: float, size: float, side: float) -> dict[str, Any]:
    least, needs, padding = [], [], 2 * side + _SPARE
    for column, head in enumerate(table["head"]):
        spans = [_span(head, 700), *(_span(row[column], 400) for row in table["rows"])]
        held = [line if table["short"][column] else word for word, line in spans[1:]]
        least.append(max([spans[0][0], *held]) * size + padding)
        needs.append([line * size + padding for _, line in spans])
    widths = _shared(least, needs, room, padding)

    def kept(row: Sequence[Any]) -> list[Any]:
        return [whole(cell, wide - padding, size) for cell, wide in zip(row, widths, strict=True)]

    return table | {
        "widths": [round(width, 2) for width in widths],
        "size": round(size, 2),
        "side": side,
        "lines": _lines(needs, widths, padding),
        "head": kept(table["head"]),
        "rows": [kept(row) for row in table["rows"]],
    }


def _lines(needs: list[list[float]], widths: list[float], padding: float) -> int:
    """Count the lines of a table, as if words broke anywhere."""
    return sum(
        max(math.ceil((need - padding) / (wide - padding)) for need, wide in zip(row, widths, strict=True))
        for row in zip(*needs, strict=True)
    )


def _shared(least: list[float], needs: list[list[float]], room: float, padding: float) -> list[float]:
    most = [max(small, *need) for small, need in zip(least, needs, strict=True)]
    if sum(least) >= room:  # words will break, in the widest columns first
        cap = max(least)
        while sum(min(width, cap) for width in least) > room:
            cap *= 0.98
        least = [min(width, cap) for width in least]
        return [width * room / sum(least) for width in least]
    if sum(most) <= room:
        return [width * room / sum(most) for width in most]
    every = -(-len(needs[0]) // _ROWS)
    samples = [[wide - padding for wide in need[::every]] for need in needs]

    def height(column: int, width: float) -> float:
        inner = width - padding
        return math.fsum((wide / inner) ** _TALL for wide in samples[column] if wide > inner)

    widths, step = list(least), (room - sum(least)) / _STEPS
    gains = [height(c, width) - height(c, width + step) for c, width in enumerate(widths)]
    for _ in range(_STEPS):
        best = max(range(len(widths)), key=gains.__getitem__)
        widths[best] += step
        gains[best] = height(best, widths[best]) - height(best, widths[best] + step)
    return widths
