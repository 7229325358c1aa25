"""Jobs on this machine's cores: the standard library's pool, rebuilt when a worker dies."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from sandan_lib.reports.job import Job, Made
from sandan_lib.warm.template import PRELOAD, unfit

__all__ = ["TRIES", "make_locally", "start_early"]

TRIES = 3


def _context() -> multiprocessing.context.BaseContext:
    """Give the way to start workers: forked from a process that has imported all they need."""
    if unfit() is not None:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOAD, "sandan_lib.reports.worker"])
    return context


def start_early() -> None:
    """Begin the imports that workers need, while the caller still thinks about what to do."""
    if unfit() is None:
        _context()
        from multiprocessing import forkserver

        forkserver.ensure_running()


@contextlib.contextmanager
def _pool(workers: int, keep: Path) -> Iterator[ProcessPoolExecutor]:
    from sandan_lib.reports.lazily import enter_pool

    context = _context()
    until, end = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, enter_pool, (until, keep))
    try:
        yield pool
        pool.shutdown()
    finally:
        end.close()  # whoever still works ends now, and its kernels with it
        pool.shutdown(cancel_futures=True)
        until.close()


def make_locally(jobs: Iterable[Job], workers: int, keep: Path) -> Generator[tuple[Job, Made], None, None]:
    """Do jobs side by side, and give each with what came of it, as they end.

    When a worker dies, the jobs that were under way are done again one by one, so that the one
    that kills its worker is known by it, and takes no other with it.

    Parameters
    ----------
    jobs : iterable of Job
        What to make.
    workers : int
        How many at once.
    keep : pathlib.Path
        Folder for finished pictures, shared by the workers.

    Yields
    ------
    tuple of (Job, Made)
    """
    waiting = deque((job, 1) for job in jobs)
    suspects: deque[tuple[Job, int]] = deque()
    while waiting or suspects:
        with _pool(min(workers, len(waiting) + len(suspects)), keep) as pool:
            yield from _until_broken(pool, workers, waiting, suspects)


def _until_broken(
    pool: ProcessPoolExecutor,
    workers: int,
    waiting: deque[tuple[Job, int]],
    suspects: deque[tuple[Job, int]],
) -> Iterator[tuple[Job, Made]]:
    from sandan_lib.reports.lazily import make

    running: dict[Future[Made], tuple[Job, int]] = {}
    fresh = True
    while waiting or suspects or running:
        while (job_and_attempt := _next(running, workers, waiting, suspects)) is not None:
            job, attempt = job_and_attempt
            try:
                running[pool.submit(make, job)] = (job, attempt)
            except (BrokenProcessPool, OSError, EOFError):  # what starts workers, or is one, has died
                # No fault of the job's if the pool was broken before it came; a new pool will take it.
                if fresh:
                    yield from _again(job, attempt, _died(), suspects)
                else:
                    suspects.appendleft((job, attempt))
                break
            fresh = False
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            job, attempt = running.pop(future)
            try:
                made = future.result()
            except BrokenProcessPool:
                made = _died()
            yield from _again(job, attempt, made, suspects)


def _next(
    running: Mapping[Future[Made], tuple[Job, int]],
    workers: int,
    waiting: deque[tuple[Job, int]],
    suspects: deque[tuple[Job, int]],
) -> tuple[Job, int] | None:
    """Give the job to start now, if any: suspects run alone, others keep all workers busy."""
    if suspects:
        return None if running else suspects.popleft()
    alone = any(attempt > 1 for _, attempt in running.values())
    # One more than there are workers, so that none waits for us.
    return waiting.popleft() if waiting and not alone and len(running) <= workers else None


def _again(
    job: Job, attempt: int, made: Made, suspects: deque[tuple[Job, int]]
) -> Iterator[tuple[Job, Made]]:
    """Give what came of a job, unless it is worth another try."""
    if made.infrastructure and attempt < TRIES:
        suspects.append((job, attempt + 1))
    else:
        yield job, made


def _died() -> Made:
    return Made({}, "the worker process died", infrastructure=True, seconds=0.0)
