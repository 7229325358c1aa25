"""An executed notebook → one self-contained page that needs no network."""

from __future__ import annotations

import base64
import csv
import functools
import hashlib
import io
import json
import re
from html import escape
from pathlib import Path
from typing import Any

import jinja2
import vl_convert as vlc
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.preprocessors import Preprocessor, TagRemovePreprocessor
from traitlets.config import Config

__all__ = ["page", "prepare", "render", "table_files"]

_HERE = Path(__file__).resolve().parent
_ASSETS = _HERE.parent / "assets"
_VEGALITE = re.compile(r"application/vnd\.vegalite\.v\d+\+json")
_TABLE = "text/csv"

# Tags whose cells speak to whoever has the notebook open, not to the reader of the page.
_NOTEBOOK_ONLY = {"parameters", "injected-parameters", "notebook-only"}


class _Charts(Preprocessor):
    """Turn chart outputs into a place to draw, its specification as inert data."""

    def preprocess_cell(self, cell: Any, resources: Any, _: int) -> tuple[Any, Any]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            mime = next((name for name in data if _VEGALITE.fullmatch(name)), None)
            if mime is not None:
                number = resources["sandan_charts"] = resources.get("sandan_charts", 0) + 1
                output["data"] = {"text/html": _figure(number, data[mime])}
        return cell, resources


def _figure(number: int, spec: dict[str, Any]) -> str:
    words = escape(spec.get("description", ""))
    return (
        f'<figure class="chart"><div class="plot" id="chart-{number}" role="img" aria-label="{words}"></div>'
        f'<script type="application/json" class="spec" data-for="chart-{number}">{inert(spec)}</script>'
        f"<noscript><p class='note'>{words}</p></noscript></figure>"
    )


def inert(value: object) -> str:
    r"""Write JSON that cannot end the script element it stands in.

    Examples
    --------
    >>> inert("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def render(notebook: Any, *, title: str, lang: str, footer: str) -> str:
    """Write an executed notebook as a page.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed notebook.
    title : str
        Title of the page.
    lang : {"ko", "en"}
        Language of the page.
    footer : str
        Line at the end: what it was made from.

    Returns
    -------
    str
        HTML. It loads nothing, and its Content-Security-Policy would not let it.
    """
    config = Config()
    config.TagRemovePreprocessor.remove_cell_tags = _NOTEBOOK_ONLY
    exporter = HTMLExporter(
        config=config,
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    exporter.register_preprocessor(TagRemovePreprocessor, enabled=True)
    exporter.register_preprocessor(_Charts, enabled=True)
    body, resources = exporter.from_notebook_node(notebook)
    return page(
        "report.html.jinja",
        title=title,
        lang=lang,
        body=Markup(_with_contents(body)),  # noqa: S704 - our notebooks' outputs escape all data
        footer=footer,
        scripts=_scripts() if resources.get("sandan_charts") else (),
    )


def _with_contents(body: str) -> str:
    """Put a list of the sections before the first of them."""
    sections = re.findall(r'<h2 id="([\w-]+)">(.*?)</h2>', body)
    links = "".join(f'<li><a href="#{anchor}">{words}</a></li>' for anchor, words in sections)
    return body.replace("<h2 ", f"<nav><ul>{links}</ul></nav><h2 ", 1) if links else body


def page(template: str, *, scripts: tuple[str, ...] = (), **content: object) -> str:
    """Fill a page template with its style, fonts, scripts and policy.

    Parameters
    ----------
    template : str
        File in ``templates``.
    scripts : tuple of str
        Scripts of the page; the policy admits these, by their hashes, and no other.
    **content
        Values of the template; escaped unless they are markup already.

    Returns
    -------
    str
    """
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts) or "'none'"
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template(template).render(
        policy=policy,
        style=Markup(_style()),  # noqa: S704 - our own file
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own files
        **content,
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


@functools.cache
def _style() -> str:
    """Give the style sheet with the fonts inside."""
    style = (_HERE / "templates" / "page.css").read_text(encoding="utf-8")
    for weight in ("Regular", "Bold"):
        font = (_ASSETS / "fonts" / f"SandanSansKR-{weight}.woff2").read_bytes()
        style = style.replace(f"@{weight}@", base64.b64encode(font).decode("ascii"))
    return style


@functools.cache
def _scripts() -> tuple[str, ...]:
    """Give Vega's bundle and our few lines that draw with it; nothing is fetched by either."""
    bundle = vlc.javascript_bundle()  # type: ignore[call-arg]  # the stub forgets the default
    # A script element ends at the first such tag, also inside a string of the script.
    bundle = re.sub(r"</(script)", r"<\\/\1", bundle, flags=re.IGNORECASE).replace("<!--", "<\\!--")
    return bundle, (_HERE / "templates" / "draw.js").read_text(encoding="utf-8")


def table_files(notebook: Any) -> dict[str, str]:
    """Take the tables out of an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed notebook.

    Returns
    -------
    dict of str to str
        File name → CSV text; names come from the tables, and are plain words.
    """
    found: dict[str, str] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            text = output.get("data", {}).get(_TABLE)
            if text:
                first, _, rest = text.partition("\n")
                name = re.sub(r"[^a-z0-9_-]", "", first.removeprefix("#").strip())
                list(csv.reader(io.StringIO(rest), strict=True))  # a table that is no CSV must not pass
                found[f"{name}.csv"] = rest
    return found


def prepare() -> None:
    """Build what all pages share, so that the first page need not wait for it."""
    _style()
    _scripts()
