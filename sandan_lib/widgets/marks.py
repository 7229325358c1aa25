"""The marks of a picture: what each is called, and the ids that stand behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Mark", "ids_of", "marks"]

# Claims, sources, events, sub-projects, complexes; selections.
_ID = re.compile(r"\b[cskep]\d{4,}\b|\b20\d\d-KR-\d\d\b")
# Where rows of the charts keep ids, and words by which a reader knows a mark.
_CARRIERS = ("claim", "ids", "low_claim", "high_claim", "first_claim", "newest_claim", "source_id", "event")
_NAMES = ("name", "selection", "group", "release", "date", "question", "year")
_WORDS = ("part", "outcome", "label", "words", "shown", "full", "title")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a picture.

    Attributes
    ----------
    label : str
        What a reader calls it.
    ids : tuple of str
        Ids of claims, sources and others behind it.
    """

    label: str
    ids: tuple[str, ...]


def ids_of(datum: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the ids that a mark's row carries.

    Examples
    --------
    >>> ids_of({"name": "충북 2022", "claim": "c00133"})
    ('c00133',)
    """
    carried = " ".join(str(datum[name]) for name in _CARRIERS if datum.get(name))
    return tuple(dict.fromkeys(_ID.findall(carried)))


def marks(specification: Mapping[str, Any]) -> tuple[Mark, ...]:
    """List the marks of a picture that lead to figures, for whoever does not use a mouse.

    Parameters
    ----------
    specification : Mapping
        Of Vega-Lite, with its data inside.

    Returns
    -------
    tuple of Mark
        Each set of ids once for each label, in the order of the data.
    """
    found: dict[tuple[str, tuple[str, ...]], Mark] = {}
    for row in _rows(specification):
        ids = ids_of(row)
        if ids:
            name = next((str(row[key]) for key in _NAMES if row.get(key)), "")
            words = next((str(row[key]) for key in _WORDS if row.get(key) and str(row[key]) != name), "")
            label = " ".join(filter(None, (name, words))).replace("\n", " ") or ids[0]
            found.setdefault((label, ids), Mark(label, ids))
    return tuple(found.values())


def _rows(part: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, list):
        for item in part:
            yield from _rows(item)
    elif isinstance(part, dict):
        for name, item in part.items():
            if name == "datasets":
                for rows in item.values():
                    yield from rows
            elif name == "data" and isinstance(item, dict) and isinstance(item.get("values"), list):
                yield from item["values"]
            else:
                yield from _rows(item)
