"""Many runs: side by side, each for itself, one failing without the others."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from sandan_lib.dataset import Dataset
from sandan_lib.errors import RunError
from sandan_lib.reports.execute import execute
from sandan_lib.reports.index import write_index
from sandan_lib.reports.manifest import Manifest
from sandan_lib.reports.outputs import file_hashes, place, workshop, write_whole
from sandan_lib.reports.plan import Run
from sandan_lib.reports.render import prepare, render, table_files

__all__ = ["Outcome", "run_batch"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    run : Run
        The run.
    cause : str or None
        Why it failed, in one line; ``None`` if it did not.
    place : pathlib.Path
        The report's folder, or the executed notebook of a failed run.
    seconds : float
        How long it took.
    """

    run: Run
    cause: str | None
    place: Path
    seconds: float


def run_batch(
    ds: Dataset, runs: Sequence[Run], out: Path, *, jobs: int = 2, cell_timeout: int = 600
) -> Iterator[Outcome]:
    """Make reports, and give their outcomes as they end.

    Parameters
    ----------
    ds : Dataset
        The data the runs were planned with.
    runs : sequence of Run
        What to make.
    out : pathlib.Path
        Outputs folder: each report in a folder of its own (page, executed notebook, tables),
        ``index.html``, ``manifest.json``, and ``failed/`` for what went wrong.
    jobs : int
        How many kernels run at once.
    cell_timeout : int
        Seconds that one cell may take.

    Yields
    ------
    Outcome
        In the order in which runs end. The index is written after the last one.
    """
    with workshop(out) as work, ThreadPoolExecutor(max_workers=max(jobs, 1)) as pool:
        manifest = Manifest(out, ds)
        started = {pool.submit(_make, ds, run, work, cell_timeout): run for run in runs}
        try:
            prepare()  # while the first kernels start
            for future in as_completed(started):
                yield _settle(future, started[future], work, out, manifest)
        finally:
            # Ctrl-C, or a caller who stops listening: what has not begun is dropped.
            pool.shutdown(cancel_futures=True)
        write_index(out, manifest.runs, ds)


def _make(ds: Dataset, run: Run, work: Path, cell_timeout: int) -> float:
    """Execute and render one run in the workshop; give the seconds it took."""
    begun = time.monotonic()
    folder = _folder(work, run)
    (folder / "tables").mkdir(parents=True)
    draft = folder / "report.ipynb"
    execute(run.notebook, draft, run.parameters, cell_timeout=cell_timeout)
    notebook = nbformat.read(draft, as_version=4)
    _forget_places(notebook)
    nbformat.write(notebook, draft)
    for name, text in table_files(notebook).items():
        (folder / "tables" / name).write_text(text, encoding="utf-8", newline="\n")
    footer = f"sandan-renewal {ds.version} · sha256 {ds.digest[:12]} · {run.name}"
    title = f"산업단지 대개조: {run.title}" if run.lang == "ko" else f"Sandan renewal: {run.title}"
    write_whole(folder / "report.html", render(notebook, title=title, lang=run.lang, footer=footer))
    return time.monotonic() - begun


def _folder(work: Path, run: Run) -> Path:
    return work / run.name.replace("/", "--")


def _forget_places(notebook: Any) -> None:
    """Drop papermill's paths and times: they differ in each run and tell of the machine."""
    notebook.metadata["papermill"] = {"parameters": notebook.metadata.papermill.parameters}
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)


def _settle(future: Future[float], run: Run, work: Path, out: Path, manifest: Manifest) -> Outcome:
    """Put a run's results in their places and its entry into the manifest."""
    entry: dict[str, Any] = {
        "notebook": run.notebook.name,
        "parameters": dict(run.parameters),
        "title": run.title,
        "lang": run.lang,
        "group": run.group,
    }
    failed = out / "failed" / f"{run.name}.ipynb"
    error = future.exception()
    if error is None:
        target = out / run.name
        try:
            place(_folder(work, run), target)
        except OSError as problem:
            error = problem
        else:
            with contextlib.suppress(OSError):
                failed.unlink()  # an earlier failure of this run is mended
            seconds = future.result()
            entry |= {"status": "done", "seconds": round(seconds, 1), "files": file_hashes(target, out)}
            manifest.record(run.name, entry)
            return Outcome(run, None, target, seconds)
    cause = str(error) if isinstance(error, RunError) else f"{type(error).__name__}: {error}"
    draft = _folder(work, run) / "report.ipynb"
    # Without a place for it the notebook is lost, but neither the batch nor the cause is.
    with contextlib.suppress(OSError):
        place(draft, failed)
        entry["files"] = {failed.relative_to(out).as_posix(): hashlib.sha256(failed.read_bytes()).hexdigest()}
    manifest.record(run.name, entry | {"status": "failed", "cause": cause})
    return Outcome(run, cause, failed, 0.0)
