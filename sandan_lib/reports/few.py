"""One or two reports: made here and now, since a pool would take longer to start than they take."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from sandan_lib import pictures
from sandan_lib.warm.template import Template, unfit

if TYPE_CHECKING:
    from sandan_lib.reports.job import Job, Made

__all__ = ["FEW", "make_here", "soon"]

FEW = 2
_TRIES = 3


@contextlib.contextmanager
def soon() -> Iterator[None]:
    """Begin what notebooks will need while the caller still thinks about what to do.

    A template imports, and a process that draws starts its engine, each on a core of its own.
    """
    if unfit() is not None:
        yield
        return
    Template.current()
    command = [sys.executable, "-m", "sandan_lib.pictures"]
    # Out of reach of the terminal's Ctrl-C: it ends when we close its input.
    drawer = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    _drawers.append(drawer)
    try:
        yield
    finally:
        _drawers.remove(drawer)
        drawer.communicate()
        Template.current().drop()


_drawers: list[subprocess.Popen[str]] = []


def make_here(jobs: Sequence[Job]) -> Generator[tuple[Job, Made], None, None]:
    """Do jobs one after the other, and give each with what came of it.

    Parameters
    ----------
    jobs : sequence of Job
        What to make.

    Yields
    ------
    tuple of (Job, Made)
    """
    from sandan_lib.reports.worker import make

    with contextlib.ExitStack() as stack:
        if not _drawers:
            stack.enter_context(soon())
        for drawer in _drawers:
            assert drawer.stdout is not None
            os.environ[pictures.ADDRESS] = drawer.stdout.readline().strip()
        try:
            for job in jobs:
                made = make(job, more=False)
                for _ in range(_TRIES - 1):
                    if made.infrastructure:
                        made = make(job, more=False)
                yield job, made
        finally:
            os.environ.pop(pictures.ADDRESS, None)
