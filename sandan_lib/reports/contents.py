"""What stands on a report's page, block by block, for whoever sets it anew."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

__all__ = ["Element", "blocks", "parsed"]

_SPACES = re.compile(r"[ \t\r\n]+")
_EMPTY = {"br", "hr", "img", "wbr"}
_QUIET = {"lead", "note", "empty"}


@dataclass(slots=True)
class Element:
    """An element of a page with what stands in it.

    Attributes
    ----------
    tag : str
        Its name.
    marks : dict of str to str
        Its attributes.
    inner : list of Element or str
        Elements and texts within it, in their order.
    """

    tag: str
    marks: dict[str, str] = field(default_factory=dict)
    inner: list[Element | str] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """Give all elements of a name within this one, in their order."""
        for one in self.inner:
            if isinstance(one, Element):
                if one.tag == tag:
                    yield one
                yield from one.all(tag)

    def has(self, word: str) -> bool:
        """Tell whether it is of a class."""
        return word in self.marks.get("class", "").split()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inner.append(made)
        if tag not in _EMPTY:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inner.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].inner.append(data)


def parsed(page: str) -> Element:
    """Read what stands between a page's head and foot.

    Parameters
    ----------
    page : str
        As :func:`sandan_lib.reports.render.render` gives it.

    Returns
    -------
    Element

    Examples
    --------
    >>> parsed('<main id="content"><p>a<b>c</b></p></main>').inner[0].inner[0]
    'a'
    """
    parser = _Parser()
    parser.feed(page.partition('<main id="content">')[2].partition("</main>")[0])
    parser.close()
    return parser.open[0]


def blocks(page: Element, draw: Callable[[dict[str, Any]], dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the blocks of a page, in their order.

    Parameters
    ----------
    page : Element
        As :func:`parsed` gives it.
    draw : callable
        Makes a block of a chart's specification.

    Returns
    -------
    list of dict
        Each with its ``kind``: heading, text, note, end, contents, table, chart. ``parts`` are texts
        and what is more than text: ``raised``, ``inside`` and ``outside`` links, a ``place`` that
        links lead to. Links within the page that lead nowhere are texts.

    Examples
    --------
    >>> blocks(parsed('<main id="content"><h2 id="a">b</h2><p><a href="#x">c</a></p></main>'), dict)
    [{'kind': 'heading', 'level': 2, 'id': 'a', 'parts': ['b']}, {'kind': 'text', 'parts': ['c']}]
    """
    return list(_Blocks(page, draw).within(page))


class _Blocks:
    def __init__(self, page: Element, draw: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._draw = draw
        self._places = {one.marks["id"] for tag in ("h1", "h2", "h3", "span") for one in page.all(tag)
                        if "id" in one.marks}  # fmt: skip
        self._free = set(self._places)  # a second element of an id is no place

    def within(self, element: Element) -> Iterator[dict[str, Any]]:
        loose: list[Element | str] = []
        for one in element.inner:
            if isinstance(one, str) or one.tag in {"a", "sup", "span", "b", "i", "em", "strong", "code"}:
                loose.append(one)
                continue
            yield from self._text("text", loose)
            loose = []
            yield from self._block(one)
        yield from self._text("text", loose)

    def _block(self, one: Element) -> Iterator[dict[str, Any]]:
        match one.tag:
            case "h1" | "h2" | "h3":
                named = {"id": one.marks["id"]} if self._take(one) else {}
                yield {"kind": "heading", "level": int(one.tag[1])} | named | {"parts": self.parts(one.inner)}
            case "p":
                yield from self._text("note" if any(map(one.has, _QUIET)) else "text", one.inner)
            case "footer":
                yield from self._text("end", one.inner)
            case "nav":
                items = [
                    {"to": link.marks["href"][1:], "parts": self.parts(link.inner)}
                    for link in one.all("a")
                    if link.marks.get("href", "")[1:] in self._places
                ]
                yield {"kind": "contents", "items": items}
            case "table":
                yield self._table(one)
            case "figure":
                for script in one.all("script"):
                    yield self._draw(json.loads("".join(map(str, script.inner))))
            case "summary" | "script" | "noscript" | "style" | "br" | "hr" | "img" | "wbr":
                return
            case _:
                yield from self.within(one)

    def _text(self, kind: str, inner: list[Element | str]) -> Iterator[dict[str, Any]]:
        parts = self.parts(inner)
        if any(not isinstance(part, str) or part.strip() for part in parts):
            yield {"kind": kind, "parts": parts}

    def _table(self, table: Element) -> dict[str, Any]:
        caption, *_ = [*table.all("caption"), Element("caption")]
        (head, *rows) = [[cell for cell in row.inner if isinstance(cell, Element)] for row in table.all("tr")]
        return {
            "kind": "table",
            "caption": self.parts(caption.inner),
            "right": [cell.has("number") for cell in head],
            "short": [cell.has("short") for cell in head],
            "head": [self.parts(cell.inner) for cell in head],
            "rows": [[self.parts(cell.inner) for cell in row] for row in rows],
        }

    def parts(self, inner: list[Element | str]) -> list[Any]:
        """Give texts, and what is more than text, of what stands in a line."""
        found: list[Any] = []
        for one in inner:
            if isinstance(one, str):
                found.append(_SPACES.sub(" ", one))
            elif one.tag == "sup":
                found.append({"kind": "raised", "parts": self.parts(one.inner)})
            elif one.tag == "a":
                found += self._link(one)
            else:
                if self._take(one):
                    found.append({"kind": "place", "id": one.marks["id"]})
                found += self.parts(one.inner)
        return found

    def _take(self, one: Element) -> bool:
        known = one.marks.get("id", "") in self._free
        self._free.discard(one.marks.get("id", ""))
        return known

    def _link(self, link: Element) -> list[Any]:
        to, parts = link.marks.get("href", ""), self.parts(link.inner)
        if to.startswith("#") and to[1:] in self._places:
            return [{"kind": "inside", "to": to[1:], "parts": parts}]
        if to.startswith(("https://", "http://")):
            return [{"kind": "outside", "to": to, "parts": parts}]
        return parts
