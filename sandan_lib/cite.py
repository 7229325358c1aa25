"""The sources of results, numbered in the order given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from sandan_lib.dataset import Dataset

__all__ = ["Reference", "References", "references"]


@runtime_checkable
class HasSources(Protocol):
    """Anything that names its sources: a comparison, a profile."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Source ids in order of first use."""
        ...


@dataclass(frozen=True, slots=True)
class Reference:
    """One source, as a reader needs it.

    Attributes
    ----------
    number : int
        Its number in the list.
    source_id : str
        Identifier.
    publisher : str
        Who published it, with the first publisher of a reprint.
    title : str
        Headline, or words that identify the text.
    title_checked : bool
        Whether the headline was checked against the printed one.
    published : str or None
        Date as far as known.
    url : str or None
        Address.
    note_ko, note_en : str or None
        Remarks.
    """

    number: int
    source_id: str
    publisher: str
    title: str
    title_checked: bool
    published: str | None
    url: str | None
    note_ko: str | None
    note_en: str | None


@dataclass(frozen=True, eq=False)
class References:
    """A numbered list of sources."""

    items: tuple[Reference, ...]
    numbers: Mapping[str, int]

    def number(self, source_id: str) -> int:
        """Give the number of a source."""
        return self.numbers[source_id]

    def __getitem__(self, source_id: str) -> Reference:
        return self.items[self.numbers[source_id] - 1]


def references(ds: Dataset, *results: HasSources | Iterable[str]) -> References:
    """Give the sources of some results a number each.

    Parameters
    ----------
    ds : Dataset
        The data.
    *results : objects with ``sources``, or iterables of source ids
        In the order in which their sources are to be numbered.

    Returns
    -------
    sandan_lib.cite.References
        Numbered from 1.

    Examples
    --------
    >>> from sandan_lib import compare, load
    >>> ds = load()
    >>> refs = references(ds, compare(ds, "budget"))
    >>> refs.items[0].number
    1
    """
    ids: dict[str, None] = {}
    for result in results:
        ids.update(dict.fromkeys(result.sources if isinstance(result, HasSources) else result))
    items = tuple(_reference(ds, source_id, number) for number, source_id in enumerate(ids, start=1))
    return References(items, MappingProxyType({item.source_id: item.number for item in items}))


def _reference(ds: Dataset, source_id: str, number: int) -> Reference:
    record = ds.record("sources", source_id)
    origin = record["origin_publisher"]
    return Reference(
        number=number,
        source_id=source_id,
        publisher=f"{record['publisher']} ({origin})" if origin else record["publisher"],
        title=record["title"],
        title_checked=record["title_checked"],
        published=record["published"],
        url=record["url"],
        note_ko=record["note_ko"],
        note_en=record["note_en"],
    )
