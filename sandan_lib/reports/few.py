"""One or two reports: made here and now, since a pool would take longer to start than they take."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from sandan_lib import pictures
from sandan_lib.lean import without
from sandan_lib.warm.template import Template, unfit

if TYPE_CHECKING:
    from sandan_lib.reports.job import Job, Made

__all__ = ["FEW", "make_here", "soon"]

FEW = 2
_TRIES = 3
# What papermill and jsonschema import, in a fifth of their time, for what is not asked of them here:
# notebooks on Hadoop, and checkers of formats that no notebook's schema has. Notebooks themselves run
# elsewhere, and have it all.
_UNUSED = ("pyarrow.fs", "isoduration", "rfc3986_validator")


@contextlib.contextmanager
def soon() -> Iterator[None]:
    """Begin what notebooks will need while the caller still thinks about what to do.

    A template imports on a core of its own, for as long as all that the caller does before.
    """
    if unfit() is not None:
        yield
        return
    Template.current()
    _begun.append(True)
    try:
        yield
    finally:
        _begun.clear()
        Template.current().drop()


_begun: list[bool] = []


@contextlib.contextmanager
def _drawing() -> Iterator[Callable[[], None]]:
    """Let a process of its own draw what kernels show, while the block runs; give what lets it end."""
    if unfit() is not None:
        yield lambda: None
        return
    with pictures.hired() as drawer, pictures.drawn_at(drawer.address):
        yield drawer.dismiss


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
    with without(*_UNUSED):
        from sandan_lib.reports.worker import make, prepare

    with contextlib.ExitStack() as stack:
        if not _begun:
            stack.enter_context(soon())
        dismiss = stack.enter_context(_drawing())
        prepare()  # while the template is still importing
        gc.freeze()  # what is there now stays: looking through it for garbage takes a tenth of a second
        stack.callback(gc.unfreeze)
        for job in jobs:
            made = make(job, more=False)
            for _ in range(_TRIES - 1):
                if made.infrastructure:
                    made = make(job, more=False)
            if job is jobs[-1]:  # they end while the caller puts the report in its place
                dismiss()
                if unfit() is None:
                    Template.current().dismiss()
            yield job, made
