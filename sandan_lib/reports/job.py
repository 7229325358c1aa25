"""What a worker is given, and what it gives back: plain values that travel to any machine."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandan_lib.reports.formats import DEFAULT
from sandan_lib.reports.plan import Run

__all__ = ["Job", "Limits", "Made", "library_digest", "not_handed_over"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a run may take.

    Attributes
    ----------
    cell_seconds : int
        Seconds that one cell may take.
    run_seconds : int or None
        Seconds that all cells together may take.
    memory : int or None
        Bytes of private memory that the notebook's process may reserve beyond what it starts with.
    start_seconds : int
        Seconds that its kernel may take to start.
    """

    cell_seconds: int = 600
    run_seconds: int | None = None
    memory: int | None = None
    start_seconds: int = 120


@dataclass(frozen=True, slots=True)
class Job:
    """One report to make, wherever.

    Attributes
    ----------
    run : Run
        What to run.
    footer : str
        Line at the end of the page: what it was made from.
    limits : Limits
        How much it may take.
    notebook : bytes
        The notebook itself: where the job is done, the file may be another.
    made_with : str
        Hashes of library and data: where the job is done, they must be the same.
    formats : tuple of str
        What to write beside the executed notebook.
    """

    run: Run
    footer: str
    limits: Limits
    notebook: bytes = field(repr=False)
    made_with: str
    formats: tuple[str, ...] = DEFAULT


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a job.

    Attributes
    ----------
    files : Mapping[str, bytes]
        File name (with ``tables/``) → content; of a failed run its executed notebook, if any.
    cause : str or None
        Why it failed, in one line; ``None`` if it did not.
    infrastructure : bool
        Whether what failed was not the notebook but what runs it: worth another try.
    seconds : float
        How long it took.
    stock : str or None
        Why papermill's own engine had to do it; ``None`` if it did not.
    """

    files: Mapping[str, bytes] = field(repr=False)
    cause: str | None
    infrastructure: bool
    seconds: float
    stock: str | None = None


def not_handed_over(error: OSError, *, infrastructure: bool, seconds: float = 0.0) -> Made:
    """Give what comes of a job that did not reach its worker, or whose report did not come back.

    Parameters
    ----------
    error : OSError
        Why not.
    infrastructure : bool
        Whether another try is worth it.
    seconds : float
        How long it had taken.

    Returns
    -------
    Made

    Examples
    --------
    >>> not_handed_over(OSError(28, "No space left on device"), infrastructure=False).cause
    'the report could not be handed over: No space left on device'
    """
    cause = f"the report could not be handed over: {error.strerror or type(error).__name__}"
    return Made({}, cause, infrastructure=infrastructure, seconds=seconds)


@functools.cache
def library_digest() -> str:
    """Hash the library's own files: a report made by other code is another report.

    Returns
    -------
    str
    """
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.is_file() and not {"__pycache__", "data", "notebooks"} & set(parts):
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
