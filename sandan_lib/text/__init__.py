"""Result → sentences, in Korean and English. No sentence without data behind it."""

from sandan_lib.languages import in_language
from sandan_lib.text.case import case_doubts, case_heading, case_summary, case_title, if_selected
from sandan_lib.text.comparison import (
    comparison_capital,
    comparison_heading,
    comparison_secured,
    comparison_spread,
    comparison_summary,
    comparison_title,
)
from sandan_lib.text.history import history_heading, history_summary, history_title
from sandan_lib.text.josa import josa
from sandan_lib.text.opening import if_answered, opening, place
from sandan_lib.text.prose import Heading, Prose, Section
from sandan_lib.text.report import change, heading, summary, title, tour_title
from sandan_lib.text.rounds import rounds_heading, rounds_summary, rounds_title
from sandan_lib.text.targets import targets_heading, targets_summary, targets_title

__all__ = [
    "Heading",
    "Prose",
    "Section",
    "case_doubts",
    "case_heading",
    "case_summary",
    "case_title",
    "change",
    "comparison_capital",
    "comparison_heading",
    "comparison_secured",
    "comparison_spread",
    "comparison_summary",
    "comparison_title",
    "heading",
    "history_heading",
    "history_summary",
    "history_title",
    "if_answered",
    "if_selected",
    "josa",
    "opening",
    "place",
    "rounds_heading",
    "rounds_summary",
    "rounds_title",
    "summary",
    "targets_heading",
    "targets_summary",
    "targets_title",
    "title",
    "tour_title",
]

in_language(__all__, globals())
