"""From a change to the next picture: the last value wins, and nothing that fails goes unseen."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable
from typing import Any

from sandan_lib.errors import SandanError

__all__ = ["LOG", "Latest", "guarded"]

LOG = logging.getLogger("sandan_lib.widgets")


class Latest:
    """Runs a job after changes, once for all that came while nobody could look.

    Changes that wait in the kernel's queue are all taken in before the job runs, so that a slider
    dragged fast never draws what it has left behind.

    Parameters
    ----------
    job : callable
        What to do; it reads the newest state itself.
    """

    def __init__(self, job: Callable[[], None]) -> None:
        self._job = job
        self._waiting: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Have the job run soon; at once where no event loop runs, as in a script."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._job()
            return
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = loop.call_later(_PATIENCE, self._run)

    def _run(self) -> None:
        self._waiting = None
        self._job()


_PATIENCE = 0.005  # seconds in which the next change of a dragged slider may come in


def guarded(job: Callable[..., None], tell: Callable[[Exception], None]) -> Callable[..., None]:
    """Wrap a callback: what it raises is told to the reader, and logged with its traceback.

    Parameters
    ----------
    job : callable
        The callback.
    tell : callable
        Shows an error in one line.

    Returns
    -------
    callable
    """

    @functools.wraps(job)
    def run(*args: Any, **options: Any) -> None:
        try:
            job(*args, **options)
        except SandanError as error:
            tell(error)  # the reader's to mend: no traceback
        except Exception as error:
            LOG.exception("a callback of the explorer failed")
            tell(error)

    return run
