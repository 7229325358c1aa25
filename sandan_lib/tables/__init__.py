"""Result → table. Each figure carries the numbers of its sources; all text is escaped."""

from sandan_lib.tables.figures import figures, glossary, related, round_figures, sources
from sandan_lib.tables.plan import funding, money, sites, targets
from sandan_lib.tables.ranking import standing
from sandan_lib.tables.record import bodies, events, unknown
from sandan_lib.tables.table import Cell, Column, Table

__all__ = [
    "Cell",
    "Column",
    "Table",
    "bodies",
    "events",
    "figures",
    "funding",
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
