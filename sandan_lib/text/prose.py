"""Finished text: shown as HTML with everything escaped, and as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from sandan_lib.dataset import Dataset

__all__ = ["Heading", "Prose", "Sentence", "knowledge"]


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
