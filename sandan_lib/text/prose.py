"""Finished text: shown as HTML with everything escaped, and as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from sandan_lib.dataset import Dataset

__all__ = ["Heading", "Prose", "Section", "Sentence", "knowledge"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the numbers of the sources it rests on."""

    text: str
    refs: tuple[int, ...] = ()

    def html(self) -> str:
        """Write the sentence; data are text, never markup."""
        marks = ", ".join(f'<a href="#source-{number}">{number}</a>' for number in self.refs)
        return escape(self.text) + (f'<sup class="refs">[{marks}]</sup>' if marks else "")


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs of sentences."""

    paragraphs: tuple[tuple[Sentence, ...], ...]

    def _repr_html_(self) -> str:
        return "".join(
            f"<p>{' '.join(sentence.html() for sentence in paragraph)}</p>"
            for paragraph in self.paragraphs
            if paragraph
        )

    def __repr__(self) -> str:
        """Write the text alone."""
        return "\n\n".join(" ".join(sentence.text for sentence in paragraph) for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, with the words below it where there are some."""

    text: str
    level: int = 2
    anchor: str = ""
    lead: str = ""

    def _repr_html_(self) -> str:
        name = f' id="{escape(self.anchor)}"' if self.anchor else ""
        lead = f"<p class='lead'>{escape(self.lead)}</p>" if self.lead else ""
        return f"<h{self.level}{name}>{escape(self.text)}</h{self.level}>{lead}"

    def __repr__(self) -> str:
        """Write the heading alone."""
        return f"{'#' * self.level} {self.text}" + (f"\n{self.lead}" if self.lead else "")

    def __add__(self, below: Prose | Heading | Shown) -> Section:
        """Put text or a table below the heading, to be shown by one cell."""
        return Section((self, below))


class Shown(Protocol):
    """What a notebook shows as several kinds of output, such as a table with its CSV."""

    def _repr_mimebundle_(self, **options: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Section:
    """Headings, text and tables one below the other.

    Attributes
    ----------
    parts : tuple
        What is shown, from the top. A chart is drawn where its cell is, and has one of its own.

    Examples
    --------
    >>> Heading("Money") + Prose(((Sentence("Nothing is printed."),),))
    ## Money
    <BLANKLINE>
    Nothing is printed.
    """

    parts: tuple[Prose | Heading | Shown, ...]

    def __add__(self, below: Prose | Heading | Shown) -> Section:
        """Put one thing more below."""
        return Section((*self.parts, below))

    def __repr__(self) -> str:
        """Write the text alone."""
        return "\n\n".join(map(repr, self.parts))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Offer all that the parts offer: HTML and text joined, and the one table's CSV."""
        bundles = [_bundle(part) for part in self.parts]
        joined = {
            "text/html": "".join(bundle.pop("text/html") for bundle in bundles),
            "text/plain": repr(self),
        }
        for bundle in bundles:
            bundle.pop("text/plain", None)
            if set(bundle) & set(joined):
                raise TypeError("a section shows one table at most: give the other a cell of its own")
            joined |= bundle
        return joined


def _bundle(part: Prose | Heading | Shown) -> dict[str, str]:
    if isinstance(part, Prose | Heading):
        return {"text/html": part._repr_html_()}
    bundle = part._repr_mimebundle_()
    if not isinstance(bundle, dict) or "text/html" not in bundle:
        raise TypeError(f"{type(part).__name__} is shown by a cell of its own, below that of its heading")
    return dict(bundle)


def knowledge(ds: Dataset, lang: str) -> str:
    """Say what a report knows: up to which day, from which release of the data.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    str
    """
    if lang == "ko":
        texts = f"{ds.vintage}까지 나온 글" if ds.vintage else "지금까지 모은 글"
        return f"{texts} 기준. 자료 {ds.version}판. 위첨자 숫자는 맨 아래 출처의 번호."
    texts = f"texts published by {ds.vintage}" if ds.vintage else "all texts collected so far"
    return f"From {texts}. Data release {ds.version}. Raised numbers point to the sources at the end."
