"""An executed notebook → one self-contained page that needs no network."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
from html import escape
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbconvert.preprocessors import TagRemovePreprocessor
from traitlets.config import Config

from sandan_lib.reports.pages import page, prepare_pages, scripts

__all__ = ["inert", "prepare", "render", "table_files"]

_VEGALITE = re.compile(r"application/vnd\.vegalite\.v\d+\+json")
_TABLE = "text/csv"

# Tags whose cells speak to whoever has the notebook open, not to the reader of the page.
_NOTEBOOK_ONLY = {"parameters", "injected-parameters", "notebook-only"}


def _with_places(notebook: Any) -> tuple[Any, int]:
    """Put a place to draw where a chart is, with its specification as inert data; count the charts.

    Cells that the page leaves out have none. Nothing else is copied, and the notebook stays as it is.
    nbconvert copies and checks what it gets several times, down to the last number of a specification,
    but not within a text.
    """
    number = 0
    cells = []
    for cell in notebook.cells:
        shown = _NOTEBOOK_ONLY.isdisjoint(cell.metadata.get("tags", ()))
        outputs = []
        for output in cell.get("outputs", ()) if shown else ():
            data = output.get("data", {})
            mime = next((name for name in data if _VEGALITE.fullmatch(name)), None)
            if mime is not None:
                number += 1
                html = nbformat.from_dict({"text/html": _figure(number, data[mime])})
                outputs.append(nbformat.NotebookNode(output | {"data": html}))
            else:
                outputs.append(output)
        cells.append(nbformat.NotebookNode(cell | {"outputs": outputs}) if outputs else cell)
    return nbformat.NotebookNode(notebook | {"cells": cells}), number


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
    drawable, charts = _with_places(notebook)
    body, _ = _exporter().from_notebook_node(drawable)
    return page(
        "report.html.jinja",
        title=title,
        lang=lang,
        body=Markup(_with_contents(body)),  # noqa: S704 - our notebooks' outputs escape all data
        footer=footer,
        scripts=scripts() if charts else (),
    )


class _Exporter(HTMLExporter):
    """nbconvert's exporter without its last step, which parses and prints the finished page anew.

    That step gives images without words for the blind some words, and makes the boxes of the
    full template focusable. Where no image lacks words, and with the basic template, it changes
    nothing, and takes most of the time of the whole export.
    """

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> tuple[Any, Any]:
        """Convert a notebook."""
        resources = self._init_resources(resources)
        lexer = nb.metadata.get("language_info", {}).get("pygments_lexer")
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer=lexer, parent=self))
        widgets = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("filter_data_type", widgets)
        # Past HTMLExporter, on purpose.
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **options)
        if re.search(r"<img(?![^>]*\salt=)", html):
            return super().from_notebook_node(nb, None, **options)
        return html, resources


@functools.cache
def _exporter() -> HTMLExporter:
    """Give the one exporter: its templates are compiled once."""
    config = Config()
    config.TagRemovePreprocessor.remove_cell_tags = _NOTEBOOK_ONLY
    exporter = _Exporter(
        config=config,
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        optimistic_validation=True,  # once, at the end, and not after each of a dozen steps
    )
    exporter.register_preprocessor(TagRemovePreprocessor, enabled=True)
    return exporter


def _with_contents(body: str) -> str:
    """Put a list of the sections before the first of them."""
    sections = re.findall(r'<h2 id="([\w-]+)">(.*?)</h2>', body)
    links = "".join(f'<li><a href="#{anchor}">{words}</a></li>' for anchor, words in sections)
    return body.replace("<h2 ", f"<nav><ul>{links}</ul></nav><h2 ", 1) if links else body


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
    prepare_pages()
    render(nbformat.v4.new_notebook(), title="", lang="ko", footer="")
