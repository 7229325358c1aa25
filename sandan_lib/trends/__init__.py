"""How figures move and weigh: totals over time, money secured, targets against size.

Charts, tables and texts of the same thing must show the same numbers, and may not import each
other; what they share is reckoned here once.
"""

from sandan_lib.trends.secured import Share, Year, shares
from sandan_lib.trends.targets import (
    MEASURES,
    Ratio,
    RoundFigure,
    Size,
    compared,
    growth,
    present_size,
    ratios,
    round_figures,
    set_apart,
)
from sandan_lib.trends.totals import Path, Revision, moments, paths, revisions

__all__ = [
    "MEASURES",
    "Path",
    "Ratio",
    "Revision",
    "RoundFigure",
    "Share",
    "Size",
    "Year",
    "compared",
    "growth",
    "moments",
    "paths",
    "present_size",
    "ratios",
    "revisions",
    "round_figures",
    "set_apart",
    "shares",
]
