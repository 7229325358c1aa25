"""A chart that keeps its words: alternative text, and a picture for places without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandan_lib import pictures
from sandan_lib.charts.theme import MUTED, WIDTH, alt, config

__all__ = ["VEGALITE_MIME", "Figure", "nothing_to_draw"]

VEGALITE_MIME = f"application/vnd.vegalite.v{alt.SCHEMA_VERSION.lstrip('v').split('.')[0]}+json"


@dataclass(frozen=True, eq=False)
class Figure:
    """A finished chart.

    Attributes
    ----------
    chart : altair.Chart
        The chart itself, for whoever wants to go on from it.
    alt_text : str
        What the chart shows, in words.
    """

    chart: Any
    alt_text: str

    def to_dict(self) -> dict[str, Any]:
        """Give the Vega-Lite specification, data and theme included."""
        # Held against the schema by the tests, for every chart: here it would take most of the time.
        spec: dict[str, Any] = self.chart.to_dict(validate=False)
        spec["config"] = config()
        spec["description"] = self.alt_text
        return spec

    def png(self, scale: float = 2) -> bytes:
        """Draw the chart as PNG with the package's own Korean type.

        Parameters
        ----------
        scale : float
            Pixels per chart unit.

        Returns
        -------
        bytes
        """
        return pictures.png(self.to_dict(), scale)

    def __repr__(self) -> str:
        """Say what the chart shows; an object address would differ in each run."""
        return f"<Figure: {self.alt_text}>"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """Offer the live specification (reports) and a picture (everywhere else)."""
        return pictures.bundle(self.to_dict(), VEGALITE_MIME, repr(self))

    def promised(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Offer the same, with a picture that is still being drawn: see :mod:`sandan_lib.pictures`."""
        return pictures.bundle(self.to_dict(), VEGALITE_MIME, repr(self), later=True)


def nothing_to_draw(title: str, lang: str) -> Figure:
    """Give the picture for a chart without data: its title, and that nothing is known."""
    words = "그릴 수치를 찾지 못했다." if lang == "ko" else "No figure to draw was found."
    text = alt.Chart(alt.Data(values=[{}])).mark_text(align="left", color=MUTED).encode(text=alt.value(words))
    chart = text.encode(x=alt.value(0)).properties(width=WIDTH, height=30, title=title)
    return Figure(chart, f"{title}: {words}")
