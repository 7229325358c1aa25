"""``load()`` → an immutable :class:`Dataset`."""

from sandan_lib.dataset.core import Dataset, Selection
from sandan_lib.dataset.freeze import freeze_ids
from sandan_lib.dataset.loading import data_folder, load, read_checked
from sandan_lib.dataset.rows import cells_of, rows_of
from sandan_lib.dataset.trust import vouch

__all__ = [
    "Dataset",
    "Selection",
    "cells_of",
    "data_folder",
    "freeze_ids",
    "load",
    "read_checked",
    "rows_of",
    "vouch",
]
