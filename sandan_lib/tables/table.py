"""A finished table: shown as HTML, as text, and as CSV, always the same rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

__all__ = ["Cell", "Column", "Table"]

_LONG = 30  # rows that a reader of a report scrolls past without losing the thread
_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    text : str
        What a reader sees.
    refs : tuple of int
        Numbers of the sources.
    claim : str or None
        The claim it shows.
    href : str or None
        Address; only web addresses become links.
    anchor : str or None
        Name by which other cells point here.
    parts : tuple of Cell
        Where a cell lists several things with sources of their own: these, of which text and
        references are made (see :meth:`listing`).
    """

    text: str
    refs: tuple[int, ...] = ()
    claim: str | None = None
    href: str | None = None
    anchor: str | None = None
    parts: tuple[Cell, ...] = ()

    @classmethod
    def listing(cls, parts: Iterable[Cell]) -> Cell:
        """Join some cells into one, in which each keeps its own references.

        Examples
        --------
        >>> both = Cell.listing([Cell("a", (1,)), Cell("b", (2,))])
        >>> both.text, both.refs, both.html().count("#source-")
        ('a; b', (1, 2), 2)
        """
        own = tuple(parts)
        refs = sorted({number for part in own for number in part.refs})
        return cls("; ".join(part.text for part in own), tuple(refs), parts=own)

    def plain(self) -> str:
        """Write the cell's content as plain text, with the numbers of its sources."""
        if self.parts:
            return "; ".join(part.plain() for part in self.parts)
        marks = ", ".join(map(str, self.refs))
        return f"{self.text} [{marks}]" if marks else self.text

    def html(self) -> str:
        """Write the cell's content; data are text, never markup."""
        if self.parts:
            return "; ".join(part.html() for part in self.parts)
        inner = escape(self.text)
        if self.href and _WEB_ADDRESS.fullmatch(self.href):
            inner = f'<a href="{escape(self.href)}" rel="noreferrer">{inner}</a>'
        if self.claim:
            inner = f'<span title="{escape(self.claim)}">{inner}</span>'
        if self.anchor:
            inner = f'<span id="{escape(self.anchor)}">{inner}</span>'
        marks = ", ".join(f'<a href="#source-{number}">{number}</a>' for number in self.refs)
        return f'{inner}<sup class="refs">[{marks}]</sup>' if marks else inner


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its heading, and whether it holds numbers or short words."""

    key: str
    label: str
    numeric: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a reader meets it.

    Attributes
    ----------
    name : str
        Short name; the file name of its CSV.
    caption : str
        What it shows.
    columns : tuple of Column
        Columns.
    rows : tuple of tuple of Cell
        Rows.
    notes : tuple of str
        Remarks below the table.
    empty : str
        What to say when there are no rows.
    records : tuple of Mapping
        What the CSV holds: the rows as data, with exact numbers and identifiers.
    folds : bool
        Whether the page shows a long table folded up, to be opened by its caption.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    empty: str = ""
    records: tuple[Mapping[str, object], ...] = ()
    folds: bool = False

    def to_csv(self) -> str:
        """Write the records as CSV: exact numbers, identifiers, sources.

        Returns
        -------
        str
            UTF-8 text with LF line ends; missing values are empty.
        """
        out = io.StringIO()
        writer = csv.DictWriter(out, list(self.records[0]) if self.records else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.records)
        return out.getvalue()

    def _repr_html_(self) -> str:
        notes = "".join(f"<p class='note'>{escape(note)}</p>" for note in self.notes)
        if not self.rows:
            return f"<p class='empty'>{escape(self.empty)}</p>{notes}"
        head = "".join(
            f"<th scope='col'{_class(column)}>{escape(column.label)}</th>" for column in self.columns
        )
        body = "".join(
            "<tr>"
            + "".join(
                f"<td{_class(column)}>{cell.html()}</td>"
                for column, cell in zip(self.columns, row, strict=True)
            )
            + "</tr>"
            for row in self.rows
        )
        shown = (
            f"<div class='table'><table id='table-{escape(self.name)}'><caption>{escape(self.caption)}"
            f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{notes}"
        )
        if not self.folds or len(self.rows) <= _LONG:
            return shown
        title = f"{escape(self.caption)} ({len(self.rows)})"
        return f"<details class='long'><summary>{title}</summary>{shown}</details>"

    def __repr__(self) -> str:
        """Write the table as plain text, for terminals and for comparing outputs."""
        return self._plain(lambda cell: cell.text)

    def to_text(self) -> str:
        """Write the table as plain text, each cell with the numbers of its sources.

        Returns
        -------
        str
            Caption, heading, a line for each row with bars between the cells, remarks.

        Examples
        --------
        >>> print(Table("t", "Money", (Column("a", "total"),), ((Cell("5", (1, 2)),),)).to_text())
        Money
        total
        5 [1, 2]
        """
        return self._plain(Cell.plain)

    def _plain(self, write: Callable[[Cell], str]) -> str:
        lines = [self.caption, " | ".join(column.label for column in self.columns)]
        lines += [" | ".join(write(cell) for cell in row) for row in self.rows]
        return "\n".join([*(lines if self.rows else [self.caption, self.empty]), *self.notes])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Offer HTML, text, and the CSV from which report runs write their table files."""
        bundle = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        if self.rows:
            bundle["text/csv"] = f"# {self.name}\n{self.to_csv()}"
        return bundle


def _class(column: Column) -> str:
    return " class='number'" if column.numeric else " class='short'" if column.short else ""
