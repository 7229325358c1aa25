"""Result → table. Each figure carries the numbers of its sources; all text is escaped."""

from sandan_lib.tables.figures import figures, glossary, related, round_figures, sources
from sandan_lib.tables.plan import funding, money, sites, targets
from sandan_lib.tables.programmes import links, memberships, origins_of_data, projects, region_changes
from sandan_lib.tables.ranking import left_out, remarks, standing
from sandan_lib.tables.record import bodies, events, unknown
from sandan_lib.tables.table import Cell, Column, Table
from sandan_lib.tables.tour import conflicts, contents, corrected, coverage, sought, sources_of_tour, verified

__all__ = [
    "Cell",
    "Column",
    "Table",
    "bodies",
    "conflicts",
    "contents",
    "corrected",
    "coverage",
    "events",
    "figures",
    "funding",
    "glossary",
    "left_out",
    "links",
    "memberships",
    "money",
    "origins_of_data",
    "projects",
    "region_changes",
    "related",
    "remarks",
    "round_figures",
    "sites",
    "sought",
    "sources",
    "sources_of_tour",
    "standing",
    "targets",
    "unknown",
    "verified",
]
