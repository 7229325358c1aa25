"""Many runs: side by side, each for itself, one failing without the others."""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.errors import ParameterError, RunError
from sandan_lib.reports.downloads import put_downloads
from sandan_lib.reports.few import FEW, make_here
from sandan_lib.reports.formats import DEFAULT, chosen, ready
from sandan_lib.reports.index import write_index
from sandan_lib.reports.job import Job, Limits, Made, library_digest
from sandan_lib.reports.manifest import Manifest, package_versions
from sandan_lib.reports.outputs import Draft, Folder, Outputs, cannot_write, digests, sha256
from sandan_lib.reports.plan import Run
from sandan_lib.reports.pool import make_locally

__all__ = ["Outcome", "run_batch", "unchanged"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    run : Run
        The run.
    cause : str or None
        Why it failed, in one line; ``None`` if it did not.
    place : str
        The report's folder, or the executed notebook of a failed run.
    seconds : float
        How long it took.
    unchanged : bool
        Whether the report was there already, made from just the same.
    stock : str or None
        Why papermill's own engine had to run it; ``None`` if ours did.
    """

    run: Run
    cause: str | None
    place: str
    seconds: float
    unchanged: bool = False
    stock: str | None = None


def run_batch(
    ds: Dataset,
    runs: Sequence[Run],
    out: Path | Outputs,
    *,
    jobs: int = 2,
    limits: Limits | None = None,
    resume: bool = False,
    scheduler: str | None = None,
    patience: float = 0,
    downloads: bool = False,
    formats: Sequence[str] = DEFAULT,
) -> Iterator[Outcome]:
    """Make reports, and give their outcomes as they end.

    Parameters
    ----------
    ds : Dataset
        The data the runs were planned with.
    runs : sequence of Run
        What to make.
    out : pathlib.Path or Outputs
        Where to: each report in a folder of its own (page, executed notebook, tables),
        ``index.html``, ``manifest.json``, and ``failed/`` for what went wrong.
    jobs : int
        How many run at once on this machine.
    limits : Limits, optional
        How much a run may take.
    resume : bool
        Whether to leave reports alone that are there and made from just the same.
    scheduler : str, optional
        Address of a Dask scheduler whose workers do the work: ``tcp://host:8786``.
    patience : float
        Seconds to wait for another runner in the same place.
    downloads : bool
        Whether the data themselves go there too: workbook, tables, description.
    formats : sequence of {"html", "pdf", "xlsx"}
        What to write of each report; its page always, and what is there of it from an earlier run: a
        report is made anew in all its formats, so that none is lost or out of date.

    Yields
    ------
    Outcome
        In the order in which runs end. The index is written after the last one.

    Raises
    ------
    OutputsBusy, ParameterError
        If another runner is at work there; if nothing can be written there, or a format not at all.
    """
    ready(formats := chosen(formats))
    outputs = Folder(out) if isinstance(out, Path) else out
    with outputs.opened(patience) as work:
        manifest = Manifest(outputs, ds)
        to_make: list[tuple[Job, str]] = []
        wanted = {run.name: _formats(run, formats, manifest) for run in runs}
        _kept_ready(wanted.values(), outputs)
        for run in runs:
            try:
                notebook = run.notebook.read_bytes()
            except OSError as error:
                cause = f"the notebook cannot be read: {run.notebook.name}: {error.strerror}"
                yield _settle(run, "", Made({}, cause, infrastructure=False, seconds=0.0), outputs, manifest)
                continue
            key = _key(run, notebook, ds, wanted[run.name])
            if resume and manifest.unchanged(run.name, key):
                yield Outcome(run, None, f"{outputs}/{run.name}", 0.0, unchanged=True)
                continue
            footer = f"sandan-renewal {ds.version} · sha256 {ds.digest[:12]} · {run.name}"
            digest = f"{library_digest()}:{ds.digest}"
            to_make.append((Job(run, footer, limits or Limits(), notebook, digest, wanted[run.name]), key))
        keys = {job.run.name: key for job, key in to_make}
        try:
            with contextlib.closing(_done([job for job, _ in to_make], jobs, scheduler, work)) as done:
                for job, made in done:
                    with _uninterrupted():
                        outcome = _settle(job.run, keys[job.run.name], made, outputs, manifest)
                        if isinstance(made.files, Draft):
                            made.files.remove()  # unless it has been moved to its place
                    yield outcome
            if downloads:
                _put_downloads(ds, outputs, work, manifest)
        finally:
            # Also when the caller stops listening: what has ended is on record, and can be found.
            try:
                manifest.write()
                sizes = {file: about["bytes"] for file, about in manifest.downloads.get("files", {}).items()}
                write_index(outputs, manifest.runs, ds, sizes)
            except OSError as error:
                raise cannot_write(outputs, error) from error


def _put_downloads(ds: Dataset, outputs: Outputs, work: Path, manifest: Manifest) -> None:
    try:
        manifest.downloads = put_downloads(ds, outputs, work, manifest.downloads)
    except OSError as error:
        raise cannot_write(outputs, error) from error


def unchanged(
    ds: Dataset, runs: Sequence[Run], outputs: Outputs, formats: Sequence[str] = DEFAULT
) -> set[str]:
    """Give the names of the runs whose reports are there, made from just the same.

    Parameters
    ----------
    ds : Dataset
        The data the runs were planned with.
    runs : sequence of Run
        Planned runs.
    outputs : Outputs
        Where the reports would go; only read.
    formats : sequence of str
        What would be written of each, beside what is there of it.

    Returns
    -------
    set of str
    """
    manifest = Manifest(outputs, ds)
    formats = chosen(formats)  # a wrong one is said also where there is nothing to make
    found = set()
    for run in runs:
        with contextlib.suppress(OSError):
            key = _key(run, run.notebook.read_bytes(), ds, _formats(run, formats, manifest))
            if manifest.unchanged(run.name, key):
                found.add(run.name)
    return found


def _done(
    jobs: Sequence[Job], workers: int, scheduler: str | None, work: Path
) -> Generator[tuple[Job, Made], None, None]:
    if scheduler is not None:
        from sandan_lib.reports.cluster import make_on_cluster

        return make_on_cluster(jobs, scheduler)
    if len(jobs) <= FEW:
        return make_here(jobs)
    keep = work / "pictures"
    keep.mkdir()
    return make_locally(jobs, max(workers, 1), keep)


def _formats(run: Run, formats: Sequence[str], manifest: Manifest) -> tuple[str, ...]:
    """Give the formats that were asked for, and those in which the report is there."""
    return chosen({*formats, *manifest.formats(run.name)})


def _kept_ready(wanted: Iterable[Sequence[str]], outputs: Outputs) -> None:
    """See that what is there already can be written anew, too."""
    try:
        ready({form for formats in wanted for form in formats})
    except ParameterError as error:
        raise ParameterError(
            f"{outputs} has reports in a format that cannot be written here, and none may go out of date. "
            f"{error.message('en')} Or write to another folder.",
            f"{outputs}에 여기서 쓸 수 없는 형식의 보고서가 있고, 그것만 낡게 둘 수 없습니다. "
            f"{error.message('ko')} 아니면 다른 폴더에 쓰십시오.",
        ) from error


def _key(run: Run, notebook: bytes, ds: Dataset, formats: Sequence[str]) -> str:
    """Hash all that a report is made from."""
    parts = [
        sha256(notebook),
        dict(run.parameters),
        run.title,
        ds.digest,
        library_digest(),
        package_versions(formats),
        list(formats),
    ]
    return sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode("utf-8"))


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until the block ends: what has its place shall be on record."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle(run: Run, key: str, made: Made, outputs: Outputs, manifest: Manifest) -> Outcome:
    """Put a run's results in their places and its entry into the manifest."""
    entry: dict[str, Any] = {
        "notebook": run.notebook.name,
        "parameters": dict(run.parameters),
        "title": run.title,
        "lang": run.lang,
        "group": run.group,
        "order": run.order,
        "key": key,
    }
    failed, cause = f"failed/{run.name}.ipynb", made.cause
    if cause is None:
        try:
            outputs.put(run.name, made.files)
        except OSError as error:
            cause = f"cannot write to {outputs}: {error.strerror or error}"
        else:
            with contextlib.suppress(OSError):
                outputs.remove(failed)  # an earlier failure of this run is mended
            files = {f"{run.name}/{file}": digest for file, digest in digests(made.files).items()}
            entry |= {"status": "done", "seconds": round(made.seconds, 1), "files": files}
            _on_record(manifest, run.name, entry, outputs)
            return Outcome(run, None, f"{outputs}/{run.name}", made.seconds, stock=made.stock)
    # Without a place for it the notebook is lost, but neither the batch nor the cause is.
    with contextlib.suppress(OSError):
        notebook = made.files.get("report.ipynb")
        if notebook is not None:
            outputs.put_file(failed, notebook)
            entry["files"] = {failed: sha256(notebook)}
    _on_record(manifest, run.name, entry | {"status": "failed", "cause": cause}, outputs)
    return Outcome(run, cause, f"{outputs}/{failed}", made.seconds, stock=made.stock)


def _on_record(manifest: Manifest, name: str, entry: dict[str, Any], outputs: Outputs) -> None:
    try:
        manifest.record(name, entry)
    except OSError as error:  # the disk is full, say: to go on would be to lose what is made
        line = f"cannot keep a record in {outputs}: {error.strerror or error}"
        raise RunError(line, f"{outputs}에 기록을 남길 수 없습니다: {error.strerror or error}") from error
