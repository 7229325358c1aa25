"""Result → chart. Every figure carries title, alternative text, tooltips with source and claim."""

from sandan_lib.charts.figure import Figure
from sandan_lib.charts.money import history, splits
from sandan_lib.charts.sites import sites
from sandan_lib.charts.standing import standing
from sandan_lib.charts.timeline import timeline
from sandan_lib.charts.tour import ages, coverage, revisions

__all__ = ["Figure", "ages", "coverage", "history", "revisions", "sites", "splits", "standing", "timeline"]
