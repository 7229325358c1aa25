"""A finished page → the same on paper: A4, outline, page numbers, charts as drawings."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

from sandan_lib import pictures
from sandan_lib.reports.columns import fitted, whole
from sandan_lib.reports.contents import blocks, parsed

__all__ = ["print_page"]

_HERE = Path(__file__).resolve().parent
_FONTS = _HERE.parent / "assets" / "fonts"
# The typesetter has the reader's own type faces; in each drawing they would stand once more.
_FACES = re.compile(r"<style>.*?</style>", re.DOTALL)
_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"', re.DOTALL)
# In points, as in templates/print.typ: an A4 page within its margins, and letters of a table.
_WIDE, _TALL = 504.5, 680.0
_BODY, _TABLE = 9.5, 8.2
_HEADINGS = {1: 18.0, 2: 13.0, 3: 11.0}
# What the typesetter has learned of a page it keeps over ten others, which is a hundred megabytes each:
# empty ones make it forget.
_FORGOTTEN = 11


def print_page(page: str, *, title: str, lang: str) -> bytes:
    """Print a report's page.

    Parameters
    ----------
    page : str
        As :func:`sandan_lib.reports.render.render` gives it.
    title : str
        Title of the document; it also stands on top of each page.
    lang : {"ko", "en"}
        Language of the document.

    Returns
    -------
    bytes
        PDF; the same page gives the same bytes. Text can be searched and copied, links lead to
        their places, and nothing is fetched.
    """
    content = [_set(block) for block in blocks(parsed(page), _drawn)]
    content_text = json.dumps({"title": title, "lang": lang, "blocks": content}, ensure_ascii=False)
    made: bytes = _typesetter().compile(_template(), format="pdf", sys_inputs={"doc": content_text})
    for _ in range(_FORGOTTEN):
        _typesetter().compile(b"", format="pdf", sys_inputs={})
    return made


@functools.cache
def _typesetter() -> Any:
    """Give the one typesetter: its fonts and its template are read once. It sees no other file."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])
    return typst.Compiler(_template(), font_paths=fonts)


@functools.cache
def _template() -> bytes:
    return (_HERE / "templates" / "print.typ").read_bytes()


def _set(block: dict[str, Any]) -> dict[str, Any]:
    """Keep the words of a block whole, and give a table its columns."""
    match block["kind"]:
        case "table":
            return fitted(block, _WIDE, _TABLE)
        case "contents":
            items = [item | {"parts": whole(item["parts"], _WIDE / 2.5, _BODY)} for item in block["items"]]
            return block | {"items": items}
        case "chart":
            return block
        case "heading":
            return block | {"parts": whole(block["parts"], _WIDE, _HEADINGS[block["level"]])}
    return block | {"parts": whole(block["parts"], _WIDE, _BODY)}


def _drawn(spec: dict[str, Any]) -> dict[str, Any]:
    svg = _FACES.sub("", pictures.svg({"description": ""} | spec))
    found = _SIZE.search(svg)
    width, height = (float(found[1]) * 0.75, float(found[2]) * 0.75) if found else (_WIDE, _WIDE)
    scale = min(1.0, _WIDE / width, _TALL / height)
    return {"kind": "chart", "svg": svg, "words": spec.get("description", ""), "width": width * scale}
