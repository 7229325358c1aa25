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
import sys
from collections.abc import Iterator

__all__ = ["end_quickly", "uncollected", "without_rfc3987"]

_SLOW = "rfc3987_syntax"


@contextlib.contextmanager
def without_rfc3987() -> Iterator[None]:
    """Make ``import rfc3987_syntax`` fail inside the block, unless it is already loaded."""
    if _SLOW in sys.modules:
        yield
        return
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # the import system reads this as "absent"
    try:
        yield
    finally:
        del sys.modules[_SLOW]


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


def end_quickly() -> None:
    """Let this process end without looking for garbage among all its modules, which takes 0.1 to 0.3 s.

    For programs: what is left when they end goes back to the system anyway.
    """
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
