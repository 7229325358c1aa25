"""Result → chart. Every figure carries title, alternative text, tooltips with source and claim."""

from sandan_lib.charts.comparison import compared, dispersed, mapped, parted, secured_by_year
from sandan_lib.charts.figure import Figure
from sandan_lib.charts.flow import budget_flow
from sandan_lib.charts.histories import largest_revisions, secured_shares, total_paths
from sandan_lib.charts.industries import industries
from sandan_lib.charts.lanes import lanes
from sandan_lib.charts.maps import money_map, round_map, tile_map
from sandan_lib.charts.money import history, splits
from sandan_lib.charts.network import network
from sandan_lib.charts.outcomes import outcomes
from sandan_lib.charts.rounds import by_round
from sandan_lib.charts.scored import scored
from sandan_lib.charts.sites import sites
from sandan_lib.charts.standing import standing
from sandan_lib.charts.targets import target_panels, target_sizes
from sandan_lib.charts.timeline import timeline
from sandan_lib.charts.tour import ages, coverage, revisions
from sandan_lib.languages import in_language

__all__ = [
    "Figure",
    "ages",
    "budget_flow",
    "by_round",
    "compared",
    "coverage",
    "dispersed",
    "history",
    "industries",
    "lanes",
    "largest_revisions",
    "mapped",
    "money_map",
    "network",
    "outcomes",
    "parted",
    "revisions",
    "round_map",
    "scored",
    "secured_by_year",
    "secured_shares",
    "sites",
    "splits",
    "standing",
    "target_panels",
    "target_sizes",
    "tile_map",
    "timeline",
    "total_paths",
]

in_language(__all__, globals())
