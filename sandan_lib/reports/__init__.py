"""Report runs: parameterised notebooks in, checked pages and tables out."""

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
