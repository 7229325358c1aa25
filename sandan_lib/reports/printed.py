"""A finished page → the same on paper: A4, outline, page numbers, charts as drawings."""

from __future__ import annotations

import base64
import functools
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from sandan_lib import pictures

__all__ = ["print_page"]

_HERE = Path(__file__).resolve().parent
_FONTS = _HERE.parent / "assets" / "fonts"
_CHART = re.compile(
    r'<figure class="chart">.*?<script type="application/json"[^>]*>(.*?)</script>.*?</figure>', re.DOTALL
)
# The reader's own type faces stand in the print style already; cut out of each drawing, they are not
# embedded twice.
_FACES = re.compile(r"<style>.*?</style>", re.DOTALL)


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
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    body = page.partition('<main id="content">')[2].partition("</main>")[0]
    body = _CHART.sub(lambda match: _drawn(json.loads(match[1])), body)
    html = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"</head><body><p class='running'>{escape(title)}</p>{body}</body></html>"
    )
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    fonts = FontConfiguration()
    style = weasyprint.CSS(string=_style(), font_config=fonts, url_fetcher=fetcher)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher).render(
        stylesheets=[style], font_config=fonts
    )
    made: bytes = document.write_pdf()
    return made


def _drawn(spec: dict[str, Any]) -> str:
    svg = _FACES.sub("", pictures.svg({"description": ""} | spec))
    words = escape(spec.get("description", ""))
    content = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return f'<figure class="chart"><img alt="{words}" src="data:image/svg+xml;base64,{content}"></figure>'


@functools.cache
def _style() -> str:
    """Give the print style with the fonts inside."""
    style = (_HERE / "templates" / "print.css").read_text(encoding="utf-8")
    for weight in ("Regular", "Bold"):
        font = (_FONTS / f"SandanSansKR-{weight}.ttf").read_bytes()
        style = style.replace(f"@{weight}@", base64.b64encode(font).decode("ascii"))
    return style
