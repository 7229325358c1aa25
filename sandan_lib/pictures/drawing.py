"""Charts drawn in this process: as PNG, SVG or PDF, with the package's own Korean type."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping
from typing import Any

from sandan_lib.pictures.painter import painted
from sandan_lib.repeatable import repeatable
from sandan_lib.typeface import FONT_FOLDER, self_contained

__all__ = ["drawn", "pdf", "svg"]


def drawn(spec: Mapping[str, Any], scale: float) -> bytes:
    """Draw a chart as PNG.

    Parameters
    ----------
    spec : Mapping
        Vega-Lite specification with its data.
    scale : float
        Pixels per chart unit.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the specification is none.
    """
    import vl_convert  # first: where it is kept away, nothing is to be drawn, and no engine started

    own = painted(spec)
    if own is not None:
        picture: bytes = vl_convert.svg_to_png(own.outlines, scale=scale)
        return picture
    _register_fonts()
    # No address is allowed: a chart is made of its own data and nothing else.
    whole: bytes = vl_convert.vegalite_to_png(dict(spec), scale=scale, allowed_base_urls=[])
    return whole


@functools.cache
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONT_FOLDER))


def svg(spec: Mapping[str, Any]) -> str:
    """Draw a chart as SVG that carries the letters it uses, and what it shows in words.

    Parameters
    ----------
    spec : Mapping
        Vega-Lite specification with its data and its ``description``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the specification is none.
    """
    import vl_convert

    own = painted(spec)
    if own is not None:
        return self_contained(own.texts, spec["description"])
    _register_fonts()
    whole: str = vl_convert.vegalite_to_svg(dict(spec), allowed_base_urls=[])
    return self_contained(whole, spec["description"])


def pdf(spec: Mapping[str, Any]) -> bytes:
    """Draw a chart as a PDF page of its size, text as text, with the letters it uses.

    Parameters
    ----------
    spec : Mapping
        Vega-Lite specification with its data.

    Returns
    -------
    bytes
        The same bytes each time; a test holds that for the supported releases of vl-convert.

    Raises
    ------
    ValueError
        If the specification is none.
    """
    import vl_convert

    _register_fonts()
    own = painted(spec)
    page: bytes = (
        vl_convert.svg_to_pdf(own.texts)
        if own is not None
        else vl_convert.vegalite_to_pdf(dict(spec), allowed_base_urls=[])
    )
    with contextlib.suppress(ValueError):  # another release writes otherwise: a page that varies is one too
        return repeatable(page)
    return page
