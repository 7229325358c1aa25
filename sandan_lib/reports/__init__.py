"""Report runs: parameterised notebooks in, checked pages and tables out.

Names are reached lazily: whoever plans or places reports need not load what makes them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandan_lib.reports.batch import Outcome, run_batch
    from sandan_lib.reports.codebook import write_codebook
    from sandan_lib.reports.job import Limits
    from sandan_lib.reports.plan import Run, plan_runs
    from sandan_lib.reports.signature import Parameter, Signature, notebook_path, read_signature

__all__ = [
    "Limits",
    "Outcome",
    "Parameter",
    "Run",
    "Signature",
    "notebook_path",
    "plan_runs",
    "read_signature",
    "run_batch",
    "write_codebook",
]

_HOMES = {
    "Outcome": "batch",
    "run_batch": "batch",
    "write_codebook": "codebook",
    "Limits": "job",
    "Run": "plan",
    "plan_runs": "plan",
    "Parameter": "signature",
    "Signature": "signature",
    "notebook_path": "signature",
    "read_signature": "signature",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
