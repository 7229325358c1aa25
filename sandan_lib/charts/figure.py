"""A chart that keeps its words: alternative text, and a picture for places without scripts."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandan_lib import pictures
from sandan_lib.charts.theme import WIDTH, alt, config
from sandan_lib.errors import ParameterError

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

    def svg(self) -> str:
        """Draw the chart as SVG, which shows right where neither font nor network is there.

        Returns
        -------
        str
            Text stays text; the letters used are embedded.
        """
        return pictures.svg(self.to_dict())

    def pdf(self) -> bytes:
        """Draw the chart as a PDF page of its size; text can be searched and copied.

        Returns
        -------
        bytes
            The same bytes each time on one release of vl-convert: see :mod:`sandan_lib.repeatable`. What
            they draw is what :meth:`png` draws, letter by letter.
        """
        return pictures.pdf(self.to_dict())

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the chart to a file of the kind that its name says: whole, or not at all.

        Parameters
        ----------
        path : path-like
            Name ending in ``.svg``, ``.pdf`` or ``.png``, in a folder that is there; a file of that
            name is replaced.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ParameterError
            If the name has another ending, or the file cannot be written.
        """
        place = Path(path)
        draw = _DRAWN.get(place.suffix.lower())
        if draw is None:
            raise ParameterError(
                f"{place.name!r}: a figure is saved as .svg, .pdf or .png. Choose one of these endings.",
                f"{place.name!r}: 그림은 .svg, .pdf, .png로 저장합니다. 그 가운데 하나를 고르십시오.",
            )
        _write(place, draw(self))
        return place

    def __repr__(self) -> str:
        """Say what the chart shows; an object address would differ in each run."""
        return f"<Figure: {self.alt_text}>"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """Offer the live specification (reports) and a picture (everywhere else)."""
        return pictures.bundle(self.to_dict(), VEGALITE_MIME, repr(self))

    def promised(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Offer the same, with a picture that is still being drawn: see :mod:`sandan_lib.pictures`."""
        return pictures.bundle(self.to_dict(), VEGALITE_MIME, repr(self), later=True)


_DRAWN: dict[str, Callable[[Figure], bytes]] = {
    ".svg": lambda figure: figure.svg().encode("utf-8"),
    ".pdf": Figure.pdf,
    ".png": Figure.png,
}


def _write(place: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that nobody meets half of one."""
    draft = place.parent / f".figure-{secrets.token_hex(8)}"
    try:
        with draft.open("xb") as file:
            file.write(content)
        os.replace(draft, place)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        why = error.strerror or str(error)
        raise ParameterError(
            f"cannot write {place}: {why}. Choose a name in a folder that you may write to.",
            f"{place}에 쓸 수 없습니다: {why}. 쓸 수 있는 폴더 안의 이름을 고르십시오.",
        ) from error


def nothing_to_draw(title: str, lang: str) -> Figure:
    """Give the picture for a chart without data: its title, and that nothing is known."""
    words = "그릴 수치를 찾지 못했다." if lang == "ko" else "No figure to draw was found."
    text = (
        alt.Chart(alt.Data(values=[{}]))
        .mark_text(align="left", color="#4a4f57")
        .encode(text=alt.value(words))
    )
    chart = text.encode(x=alt.value(0)).properties(width=WIDTH, height=30, title=title)
    return Figure(chart, f"{title}: {words}")
