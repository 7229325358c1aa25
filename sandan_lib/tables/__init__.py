"""Result → table. Each figure carries the numbers of its sources; all text is escaped."""

from sandan_lib.tables.report import (
    bodies,
    events,
    figures,
    glossary,
    money,
    related,
    round_figures,
    sites,
    sources,
    standing,
    targets,
    unknown,
)
from sandan_lib.tables.table import Cell, Column, Table

__all__ = [
    "Cell",
    "Column",
    "Table",
    "bodies",
    "events",
    "figures",
    "glossary",
    "money",
    "related",
    "round_figures",
    "sites",
    "sources",
    "standing",
    "targets",
    "unknown",
]
