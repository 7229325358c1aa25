"""The sources of results: numbered lists, and citations as text, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from sandan_lib.dataset import Dataset
from sandan_lib.errors import UnknownName, nearest
from sandan_lib.names import listed

__all__ = ["Reference", "References", "cited", "itself", "references"]


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
    authority : str
        What kind of body speaks: ministry, region, agency, assembly, press.
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
    authority: str
    note_ko: str | None
    note_en: str | None

    def text(self, lang: str = "ko") -> str:
        """Write the source as a line of a list of references.

        Parameters
        ----------
        lang : {"ko", "en"}
            Language of the words around; title and publisher stay as they are.

        Returns
        -------
        str
        """
        undated = "날짜 모름" if lang == "ko" else "undated"
        unchecked = "제목은 확인하지 못함" if lang == "ko" else "headline not checked"
        doubt = "" if self.title_checked else f" ({unchecked})"
        where = f" {self.url}" if self.url else ""
        return f"{self.publisher}, “{self.title}”{doubt}, {self.published or undated}.{where}"

    def bibtex(self) -> str:
        """Write the source as a BibTeX entry (``@misc``; Unicode, as biber and modern BibTeX read it)."""
        date = (self.published or "").split("-")
        fields = {
            "author": "{" + _escaped(self.publisher) + "}",
            "title": "{" + _escaped(self.title) + "}",
            "year": date[0],
            "month": str(int(date[1])) if len(date) > 1 else "",
            "day": str(int(date[2])) if len(date) > 2 else "",
            "url": _plain_address(self.url or ""),
            "langid": "korean",
            "note": "" if self.title_checked else "Headline not checked",
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.source_id},", *lines, "}"])

    def csl(self) -> dict[str, Any]:
        """Give the source as an item of CSL-JSON, which Zotero and pandoc read."""
        item: dict[str, Any] = {
            "id": self.source_id,
            "type": "article-newspaper" if self.authority == "press" else "webpage",
            "title": self.title,
            "container-title" if self.authority == "press" else "publisher": self.publisher,
            "language": "ko",
        }
        if self.published:
            item["issued"] = {"date-parts": [[int(part) for part in self.published.split("-")]]}
        if self.url:
            item["URL"] = self.url
        if not self.title_checked:
            item["note"] = "Headline not checked"
        return item


# What TeX would take for commands. A backslash comes first, or its own replacement would be replaced.
_TEX = {
    "\\": r"\textbackslash{}",
    # BibTeX counts \{ as a brace too, and would not find the end of the field.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _escaped(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in text)


def _plain_address(url: str) -> str:
    # In a url field TeX reads all but braces and backslashes as they are.
    return re.sub(r"[{}\\]", lambda match: f"%{ord(match.group()):02X}", url)


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

    def text(self, lang: str = "ko") -> str:
        """Write a numbered list, a source a line.

        Parameters
        ----------
        lang : {"ko", "en"}
            Language of the words around.

        Returns
        -------
        str
        """
        return "\n".join(f"[{item.number}] {item.text(lang)}" for item in self.items)

    def bibtex(self) -> str:
        """Write all sources as BibTeX entries, keyed by source id.

        Returns
        -------
        str
        """
        return "\n\n".join(item.bibtex() for item in self.items)

    def csl_json(self) -> str:
        """Write all sources as CSL-JSON.

        Returns
        -------
        str
        """
        return json.dumps([item.csl() for item in self.items], ensure_ascii=False, indent=1)


def references(ds: Dataset, *results: HasSources | Iterable[str]) -> References:
    """Give the sources of some results a number each.

    Parameters
    ----------
    ds : Dataset
        The data.
    *results : objects with ``sources``, source ids, or iterables of them
        In the order in which their sources are to be numbered.

    Returns
    -------
    sandan_lib.cite.References
        Numbered from 1; ``.text(lang)``, ``.bibtex()`` and ``.csl_json()`` write it down.

    Examples
    --------
    >>> from sandan_lib import compare, load
    >>> ds = load()
    >>> refs = references(ds, compare(ds, "budget"))
    >>> refs.items[0].number
    1
    >>> refs.bibtex().startswith("@misc{s")
    True
    """
    ids: dict[str, None] = {}
    for result in results:
        ids.update(dict.fromkeys(result.sources if isinstance(result, HasSources) else listed(result)))
    items = tuple(_reference(ds, source_id, number) for number, source_id in enumerate(ids, start=1))
    return References(items, MappingProxyType({item.source_id: item.number for item in items}))


def cited(ds: Dataset, ids: Iterable[str]) -> tuple[list[Mapping[str, Any]], References]:
    """Give the claims among some ids, and the sources of all of them.

    Parameters
    ----------
    ds : Dataset
        The data.
    ids : iterable of str
        Claim ids (``c00133``) and source ids (``s0201``); also what tables of counts name: selections
        (``2022-KR-43``), events (``e0001``), sub-projects (``p0001``), complexes (``k0067``).

    Returns
    -------
    tuple of (list of Mapping, References)
        Rows of ``claims`` in the order asked for, for a sub-project those about it; their sources,
        those named themselves, and those that tell of the others: of a selection its record and its
        sites, of a complex its statistics, or else the plans and programmes that name it.

    Raises
    ------
    UnknownName
        For an id that is none of these.

    Examples
    --------
    >>> from sandan_lib import load
    >>> claims, refs = cited(load(), ["c00133"])
    >>> claims[0]["as_printed"], len(refs.items)
    ('1조356억 원', 1)
    """
    found: dict[str, Mapping[str, Any]] = {}
    used: list[str] = []
    for key in dict.fromkeys(listed(ids)):
        own, told = _behind(ds, key)
        found |= {claim["claim_id"]: claim for claim in own}
        used += [*(claim["source_id"] for claim in own), *told]
    return list(found.values()), references(ds, used)


def _behind(ds: Dataset, key: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Give the claims that an id stands for, and the sources beside theirs."""
    claims, sources = ds.records("claims"), ds.records("sources")
    if key in claims:
        return [claims[key]], []
    if key in sources:
        return [], [key]
    if key in ds.records("selections"):
        listed = ds.record("selections", key)["source_ids"].split(";")
        return [], listed + _naming(ds, ("selection_sites",), "selection_id", key)
    if key in ds.records("events"):
        return [], [ds.record("events", key)["source_id"]]
    if key in ds.records("projects"):
        return [row for row in claims.values() if row["project_id"] == key], []
    if key in ds.records("complexes"):
        told = _naming(ds, ("complex_statistics",), "complex_id", key)
        return [], told or _naming(ds, ("selection_sites", "programme_sites"), "complex_id", key)
    raise _nothing_behind(ds, key)


def _nothing_behind(ds: Dataset, key: str) -> UnknownName:
    """Say of an id that it stands for nothing: by the last there is, or by its nearest."""
    for table, form, ko, en in (
        ("claims", r"c\d{5}", "수치", "claim"),
        ("sources", r"s\d{4}", "출처", "source"),
    ):
        if re.fullmatch(form, key, re.ASCII):
            last = max(ds.records(table), default="-")
            day, day_ko = (f" by {ds.vintage}", f"{ds.vintage}까지 ") if ds.vintage else ("", "")
            return UnknownName(
                f"there is no {en} {key!r}{day}; the last one is {last}.",
                f"{key!r}: {day_ko}그런 {ko}는 없습니다. 마지막 번호는 {last}입니다.",
            )
    tables = ("claims", "sources", "selections", "events", "projects", "complexes")
    known = dict.fromkeys(name for table in tables for name in ds.records(table))
    # c133 and s201 are short for c00133 and s0201, where by letters others are nearer.
    letter, digits = key.strip().lower()[:1], key.strip()[1:]
    padded = [full for width in (5, 4) if (full := f"{letter}{digits:0>{width}}") in known]
    near = padded or nearest(key, known, count=1)
    return UnknownName(
        f"{key!r} is neither a claim (c00001 …) nor a source (s0001 …), nor a selection, event, sub-project "
        "or complex" + (f"; did you mean {near[0]}?" if near else "."),
        f"{key!r}: 수치(c00001 …)도 출처(s0001 …)도, 선정·일·세부사업·단지의 번호도 아닙니다."
        + (f" 혹시 {near[0]}?" if near else ""),
    )


def _naming(ds: Dataset, tables: Iterable[str], column: str, key: str) -> list[str]:
    """Give the sources of the rows of some tables that are about one thing."""
    found: list[str] = []
    for name in tables:
        frame = ds.peek(name)
        found += list(frame.loc[frame[column] == key, "source_id"])
    return found


def itself(ds: Dataset, form: str = "text", lang: str = "ko") -> str:
    """Tell how to cite the data package.

    Parameters
    ----------
    ds : Dataset
        The data.
    form : {"text", "bibtex", "csl-json"}
        Form.
    lang : {"ko", "en"}
        Language of the title.

    Returns
    -------
    str

    Examples
    --------
    >>> from sandan_lib import load
    >>> "version" in itself(load(), lang="en")
    True
    """
    package = ds.package
    title = package.title_ko if lang == "ko" else package.title_en
    year, month, day = package.created.year, package.created.month, package.created.day
    if form == "bibtex":
        fields = {"author": "{" + _AUTHORS + "}", "title": "{" + _escaped(title) + "}"}
        fields |= {
            "version": package.version,
            "year": str(year),
            "note": f"Data package, SHA-256 {ds.digest}",
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        return "\n".join([f"@misc{{{package.name},", *lines, "}"])
    if form == "csl-json":
        item = {"id": package.name, "type": "dataset", "title": title, "version": package.version}
        about = {"author": [{"literal": _AUTHORS}], "issued": {"date-parts": [[year, month, day]]}}
        return json.dumps([item | about], ensure_ascii=False, indent=1)
    return f"{_AUTHORS} ({year}): {title}, version {package.version} [SHA-256 {ds.digest[:12]}]."


_AUTHORS = "The sandan-lib authors"


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
        authority=record["authority"],
        note_ko=record["note_ko"],
        note_en=record["note_en"],
    )
