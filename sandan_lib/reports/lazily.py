"""The doors to the worker's code, so that whoever only plans and places need not import it."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandan_lib.reports.job import Job, Made

__all__ = ["enter_pool", "make_aside", "make_remotely"]


def make_aside(order: Path) -> Made:
    """Make a report: see :func:`sandan_lib.reports.worker.make_aside`."""
    from sandan_lib.reports import worker

    return worker.make_aside(order)


def make_remotely(job: Job) -> Made:
    """Make a report: see :func:`sandan_lib.reports.worker.make_remotely`."""
    from sandan_lib.reports import worker

    return worker.make_remotely(job)


def enter_pool(until: Connection, keep: Path, core: int | None = None) -> None:
    """Begin the life of a worker: see :func:`sandan_lib.reports.worker.enter_pool`."""
    from sandan_lib.reports import worker

    worker.enter_pool(until, keep, core)
