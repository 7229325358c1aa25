"""Result → table. Each figure carries the numbers of its sources; all text is escaped."""

from sandan_lib.languages import in_language
from sandan_lib.tables.case import beside, lanes, programme_money
from sandan_lib.tables.comparison import (
    compared,
    comparison_remarks,
    dispersed,
    grouped,
    parted,
    secured_by_year,
    sources_of_comparison,
    uncompared,
)
from sandan_lib.tables.figures import figures, glossary, related, round_figures, sources
from sandan_lib.tables.history import (
    largest_revisions,
    secured,
    secured_shares,
    sources_of_history,
    time_machine,
)
from sandan_lib.tables.industries import industries, sources_of_industries
from sandan_lib.tables.inspected import inspected
from sandan_lib.tables.places import places, sources_of_region
from sandan_lib.tables.plan import funding, money, sites, targets
from sandan_lib.tables.programmes import links, memberships, origins_of_data, projects, region_changes
from sandan_lib.tables.ranking import left_out, remarks, standing
from sandan_lib.tables.record import bodies, events, unknown
from sandan_lib.tables.rounds import (
    applicants,
    budget_flow,
    designations,
    followed,
    macro_regions,
    repeat_winners,
    sources_of_applicants,
    sources_of_rounds,
    themes,
)
from sandan_lib.tables.scored import scored
from sandan_lib.tables.table import Cell, Column, Table
from sandan_lib.tables.targets_all import (
    round_targets,
    sources_of_targets,
    target_ratios,
    targets_apart,
    targets_compared,
)
from sandan_lib.tables.tour import conflicts, contents, corrected, coverage, sought, sources_of_tour, verified

__all__ = [
    "Cell",
    "Column",
    "Table",
    "applicants",
    "beside",
    "bodies",
    "budget_flow",
    "compared",
    "comparison_remarks",
    "conflicts",
    "contents",
    "corrected",
    "coverage",
    "designations",
    "dispersed",
    "events",
    "figures",
    "followed",
    "funding",
    "glossary",
    "grouped",
    "industries",
    "inspected",
    "lanes",
    "largest_revisions",
    "left_out",
    "links",
    "macro_regions",
    "memberships",
    "money",
    "origins_of_data",
    "parted",
    "places",
    "programme_money",
    "projects",
    "region_changes",
    "related",
    "remarks",
    "repeat_winners",
    "round_figures",
    "round_targets",
    "scored",
    "secured",
    "secured_by_year",
    "secured_shares",
    "sites",
    "sought",
    "sources",
    "sources_of_applicants",
    "sources_of_comparison",
    "sources_of_history",
    "sources_of_industries",
    "sources_of_region",
    "sources_of_rounds",
    "sources_of_targets",
    "sources_of_tour",
    "standing",
    "target_ratios",
    "targets",
    "targets_apart",
    "targets_compared",
    "themes",
    "time_machine",
    "uncompared",
    "unknown",
    "verified",
]

in_language(__all__, globals())
