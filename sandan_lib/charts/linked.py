"""Panels that point at each other: where the reader points in one, the same name stands out in all.

Only a live page can do so. Until somebody points, all is drawn in full: pictures, prints and pages without
scripts are as complete as before.
"""

from __future__ import annotations

from typing import Any

from sandan_lib.charts.theme import alt

__all__ = ["in_step", "linked"]

_NAME = "pointed"
_FADED = 0.2  # what is left of the opacity of other names


def in_step(opacity: float = 1) -> dict[str, Any]:
    """Give the opacity channel of marks that fade while another name is pointed at.

    Parameters
    ----------
    opacity : float
        Of the mark otherwise.

    Returns
    -------
    dict
        For marks whose rows have a ``name``.

    Examples
    --------
    >>> in_step()["condition"]
    {'param': 'pointed', 'value': 1}
    """
    return {"condition": {"param": _NAME, "value": opacity}, "value": opacity * _FADED}


def linked(chart: Any) -> Any:
    """Let the panels of a chart share what is pointed at.

    Parameters
    ----------
    chart : altair.VConcatChart
        Its panels are layers, of which one in each has a name (``properties(name=…)``); changed. Others take
        part where they have a tooltip, without which Vega does not feel the pointer.

    Returns
    -------
    altair.VConcatChart
        The same chart.
    """
    layers = [layer for panel in chart.vconcat for layer in getattr(panel, "layer", ())]
    # The names as they are now: altair adds each panel's place to them when it joins panels.
    views = [layer.name for layer in layers if isinstance(layer.name, str)]
    # Written out, since altair would warn that it has joined what each panel brings.
    select = {"type": "point", "fields": ["name"], "on": "pointerover", "clear": "pointerout"}
    chart.params = [alt.TopLevelParameter(name=_NAME, select=select, views=views)]
    return chart
