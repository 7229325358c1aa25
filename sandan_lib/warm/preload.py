"""What a template imports and looks up once, so that no notebook has to: import this module.

None of it may leave a thread of Python's running: a process with threads cannot be forked safely.
Those of numerical libraries stop at a fork, and start again.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
from types import SimpleNamespace

from sandan_lib.errors import SandanError
from sandan_lib.lean import uncollected

__all__ = ["look_up"]

# What the kernel imports when it starts and runs its first cells, and what our notebooks use: in
# the words of the import system, since it is not used here.
_MODULES = (
    *("sandan_lib.warm.kernel", "ipykernel.debugger", "IPython.core.completerlib", "IPython.core.debugger"),
    *("IPython.core.oinspect", "IPython.core.logger", "IPython.utils.wildcard", "faulthandler"),
    *("IPython.extensions.storemagic", "runpy", "sqlite3", "tornado.platform.asyncio", "vl_convert"),
    *("sandan_lib.charts", "sandan_lib.tables", "sandan_lib.text", "sandan_lib.compare"),
    *("sandan_lib.profile", "sandan_lib.cite"),
)

# The debugger complains of how Python was started; nobody will debug here.
_QUIET = "PYDEVD_DISABLE_FILE_VALIDATION"
_before = os.environ.get(_QUIET)
os.environ[_QUIET] = "1"
with uncollected():
    # pandas asks when it is imported whether it is in a notebook, and cuts wide tables there.
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
    importlib.import_module("pandas")
    del vars(builtins)["get_ipython"]
    for _name in _MODULES:
        importlib.import_module(_name)
if _before is None:
    del os.environ[_QUIET]
# Data that cannot be loaded are for the notebook to complain of.
with uncollected(), contextlib.suppress(SandanError):
    importlib.import_module("sandan_lib.dataset").load().as_of("")


def look_up() -> None:
    """Look up what every report of today asks, for a template that is not going to rehearse any.

    Examples
    --------
    >>> look_up()
    """
    with uncollected(), contextlib.suppress(SandanError):
        ds = importlib.import_module("sandan_lib.dataset").load().as_of("")
        for measure in ("budget", "jobs"):  # kept by the data
            importlib.import_module("sandan_lib.compare").compare(ds, measure)
