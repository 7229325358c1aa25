"""Result → sentences, in Korean and English. No sentence without data behind it."""

from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Heading, Prose
from sandan_lib.text.report import change, heading, place, summary, title, tour_title

__all__ = ["Heading", "Prose", "change", "heading", "josa", "place", "summary", "title", "tour_title"]
