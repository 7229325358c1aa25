"""The work itself: a job in, a report out, in whatever process or machine."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import gc
import io
import os
import pickle
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from sandan_lib import pictures
from sandan_lib.lean import uncollected, without_rfc3987
from sandan_lib.reports.formats import FILES
from sandan_lib.reports.job import Job, Made, library_digest, not_handed_over
from sandan_lib.reports.outputs import Draft
from sandan_lib.warm.template import Template, unfit

with uncollected(), without_rfc3987():
    from sandan_lib.reports.engine import loaded
    from sandan_lib.reports.execute import execute
    from sandan_lib.reports.notebook import notebook_bytes
    from sandan_lib.reports.render import prepare, render, table_files

__all__ = ["drawing", "enter_pool", "make", "make_aside", "make_remotely", "prepare"]


def make(job: Job, *, more: bool = True) -> Made:
    """Execute and render one report.

    Parameters
    ----------
    job : Job
        What to make.
    more : bool
        Whether more jobs are likely to follow in this process.

    Returns
    -------
    Made
    """
    if _not_ready:
        return Made({}, _not_ready[0], infrastructure=False, seconds=0.0)
    begun = time.monotonic()
    pages = _Pages(job)
    done = execute(loaded(job.notebook), job.run.parameters, job.limits, more=more, meanwhile=pages.make)
    cause = pages.cause if done.cause is None else done.cause
    files: dict[str, bytes] = {}
    if done.notebook is not None:
        files = {"report.ipynb": notebook_bytes(done.notebook)}
    if cause is None:
        files |= pages.files
    return Made(files, cause, done.infrastructure, time.monotonic() - begun, done.stock)


class _Pages:
    """What is made of an executed notebook: page, tables, and what else was asked for."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.files: dict[str, bytes] = {}
        self.cause: str | None = None

    def make(self, notebook: Any) -> None:
        """Make all of it anew; say why where it cannot be."""
        self.files, self.cause = {}, None
        try:
            self.files = _pages(self._job, notebook)
        except Exception as error:
            self.cause = " ".join(f"the page could not be made: {type(error).__name__}: {error}".split())


def _pages(job: Job, notebook: Any) -> dict[str, bytes]:
    tables = {f"tables/{name}": text.encode("utf-8") for name, text in table_files(notebook).items()}
    run = job.run
    title = f"산업단지 대개조: {run.title}" if run.lang == "ko" else f"Sandan renewal: {run.title}"
    page = render(notebook, title=title, lang=run.lang, footer=job.footer)
    files = tables | {FILES["html"]: page.encode("utf-8")}
    if "pdf" in job.formats:
        from sandan_lib.reports.printed import print_page

        files[FILES["pdf"]] = print_page(page, title=title, lang=run.lang)
    if "xlsx" in job.formats and tables:
        files[FILES["xlsx"]] = _workbook(title, tables)
    return files


def make_aside(order: Path) -> Made:
    """Make the report of a job that a file holds, and leave its files in a folder beside it.

    A worker that is killed while it writes to a pipe leaves half a message, and whoever reads waits for
    the other half for ever; and whoever writes to one that nobody empties any more waits, too. What goes
    through the pool's pipes is short enough to be written at once. And the files lie where they have but
    to be moved to their place.

    Parameters
    ----------
    order : pathlib.Path
        The file with the job, from :func:`sandan_lib.reports.pool.make_locally`.

    Returns
    -------
    Made
        Its files are a :class:`sandan_lib.reports.outputs.Draft`.
    """
    try:
        job: Job = pickle.loads(order.read_bytes())  # noqa: S301 - written by our own runner
    except OSError as error:
        return not_handed_over(error, infrastructure=False)
    made = make(job)
    try:
        files = Draft.written(order.with_suffix(".made"), made.files) if made.files else {}
    except OSError as error:
        return not_handed_over(error, infrastructure=False, seconds=made.seconds)
    return dataclasses.replace(made, files=files)


def _workbook(title: str, tables: Mapping[str, bytes]) -> bytes:
    """Put the tables into one workbook, in their order, sources last."""
    from sandan_lib.export.sheets import workbook

    sheets = {
        Path(name).stem: list(csv.reader(io.StringIO(content.decode("utf-8"))))
        for name, content in tables.items()
    }
    last = sheets.pop("sources", None)
    return workbook(title, [*sheets.items(), *([("sources", last)] if last else [])])


@contextlib.contextmanager
def drawing(keep: Path) -> Iterator[None]:
    """Draw the charts of this process's notebooks in this process, while the block runs."""
    with pictures.serving(keep) as address, pictures.drawn_at(address):
        yield


def enter_pool(until: Connection, keep: Path, core: int | None = None) -> None:
    """Begin the life of a pool's worker.

    Parameters
    ----------
    until : multiprocessing.connection.Connection
        The worker ends when the other end is closed.
    keep : pathlib.Path
        Folder for finished pictures, shared by all workers of the batch.
    core : int, optional
        Of the machine, for this worker and the kernels that it runs; any by default.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the runner, which ends us
    if core is not None:
        with contextlib.suppress(OSError):  # it has been taken from us meanwhile
            os.sched_setaffinity(0, {core})
    try:
        if unfit() is None:
            Template.fork_here()  # while there is one thread only
            _held.enter_context(drawing(keep))
        prepare()
        gc.freeze()  # it is there for good: looking through it for garbage takes a tenth of a second
        gc.set_threshold(_SELDOM, 20, 20)
    except OSError as error:  # no room for a process or a file: each job shall say so, in a line
        _not_ready.append(f"the worker could not start: {error}")
    parent = parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=([until, parent.sentinel],), daemon=True).start()


_SELDOM = 10_000  # new objects until garbage is looked for: a report leaves little, and it is not urgent
_held = contextlib.ExitStack()
_not_ready: list[str] = []


def _end_with(signs: list[Connection | int]) -> None:
    """End this process, and the kernels it runs, when the runner ends or says so."""
    wait(signs)
    os._exit(1)  # the template sees its socket close, and goes too


def make_remotely(job: Job) -> Made:
    """Make a report in a worker that is not ours, such as Dask's: it is readied at its first job.

    A worker with another library or other data would make another report than was asked for.
    """
    from sandan_lib.dataset import load

    with _readying:
        if not _ready:
            if unfit() is None:
                keep = _held.enter_context(tempfile.TemporaryDirectory(prefix="sandan-pictures-"))
                _held.enter_context(drawing(Path(keep)))
            prepare()
            _ready.append(f"{library_digest()}:{load().digest}")
    if job.made_with != _ready[0]:
        cause = "the worker has another release of the library, or other data, than the runner"
        return Made({}, cause, infrastructure=False, seconds=0.0)
    return make(job)


_readying = threading.Lock()
_ready: list[str] = []
