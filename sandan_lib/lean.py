"""Import altair and papermill without the seconds that JupyterLab adds to them, and end as fast.

``jsonschema`` looks for optional format checkers when it is imported. With JupyterLab
installed it finds ``rfc3987-syntax``, which builds a whole parser on import, and which
neither charts nor reports ever use. While they are imported we let that look-up fail, as it
does for everybody who has no JupyterLab; a module that is already loaded stays as it is.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Iterator

TYPE_CHECKING = False  # typing itself takes as long as all else here
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["end_now", "uncollected", "without", "without_rfc3987"]

_SLOW = "rfc3987_syntax"
_UNREAD = 120  # what Python itself exits with when its last words could not be written


@contextlib.contextmanager
def without(*names: str) -> Iterator[None]:
    """Make imports of these modules fail inside the block; one that is loaded stays as it is.

    For modules that others import if they are there, and that nobody in this process will miss.
    """
    absent = [name for name in names if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # the import system reads this as "absent"
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def without_rfc3987() -> contextlib.AbstractContextManager[None]:
    """Make ``import rfc3987_syntax`` fail inside the block, unless it is already loaded."""
    return without(_SLOW)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Import many modules without looking for garbage among them, which takes a sixth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def end_now(code: int) -> NoReturn:
    """End this process as an interpreter does, but for taking all its modules apart.

    That takes a tenth of a second after pandas and papermill, and what is left when a program ends
    goes back to the system anyway. For programs that have closed their own files.

    Parameters
    ----------
    code : int
        The process's exit code.
    """
    if threading := sys.modules.get("threading"):
        threading._shutdown()  # waits for threads that are no daemons
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):  # nobody reads it any more, or it is closed
            code = code or _UNREAD
    os._exit(code)
