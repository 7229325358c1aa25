"""Jobs on this machine's cores: the standard library's pool, rebuilt when a worker dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import secrets
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from sandan_lib.reports.job import Job, Made, not_handed_over
from sandan_lib.reports.waiting import Waiting
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


def _cores(count: int) -> list[int | None]:
    """Give each worker a core of its own if they keep all cores busy; else none in particular.

    A worker and its kernel answer each other hundreds of times a report. On one core, neither wakes another
    core for it, and what one has written the other still finds at hand. Where there are more cores than
    workers, they do better side by side.

    Examples
    --------
    >>> _cores(1)
    [None]
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if count == 1 or count < len(cores) or not cores:
        return [None] * count
    return [cores[number % len(cores)] for number in range(count)]


@contextlib.contextmanager
def _pools(count: int, keep: Path) -> Iterator[list[ProcessPoolExecutor]]:
    """Give pools of one worker each, so that each can be given what it has begun."""
    from sandan_lib.reports.lazily import enter_pool

    context = _context()
    until, end = context.Pipe(duplex=False)
    pools = [ProcessPoolExecutor(1, context, enter_pool, (until, keep, core)) for core in _cores(count)]
    try:
        yield pools
        for pool in pools:
            pool.shutdown()
    finally:
        end.close()  # whoever still works ends now, and its kernels with it
        for pool in pools:
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
        Folder for finished pictures and reports, shared by the workers.

    Yields
    ------
    tuple of (Job, Made)
    """
    waiting = Waiting(jobs)
    suspects: deque[tuple[Job, int]] = deque()
    while waiting or suspects:
        waiting.forget_workers()
        with _pools(min(workers, len(waiting) + len(suspects)), keep) as pools:
            yield from _until_broken(pools, waiting, suspects, keep)


@dataclass(slots=True)
class _Running:
    """What a worker has been given."""

    job: Job
    attempt: int
    worker: int
    order: Path = field(default_factory=Path)  # the file that says so


def _until_broken(
    pools: Sequence[ProcessPoolExecutor], waiting: Waiting, suspects: deque[tuple[Job, int]], keep: Path
) -> Iterator[tuple[Job, Made]]:
    from sandan_lib.reports.lazily import make_aside

    running: dict[Future[Made], _Running] = {}
    fresh, broken = True, False
    while True:
        while not broken and (chosen := _next(running, len(pools), waiting, suspects)) is not None:
            try:
                chosen.order = _ordered(chosen.job, keep)
            except OSError as error:
                yield chosen.job, not_handed_over(error, infrastructure=True)
                continue
            try:
                running[pools[chosen.worker].submit(make_aside, chosen.order)] = chosen
            except (BrokenProcessPool, OSError, EOFError):  # what starts workers, or is one, has died
                broken = True
                # No fault of the job's if the pool was broken before it came; a new pool will take it.
                if fresh:
                    yield from _again(chosen.job, chosen.attempt, _died(), suspects)
                else:
                    suspects.appendleft((chosen.job, chosen.attempt))
            fresh = False
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            ended = running.pop(future)
            try:
                made = future.result()
                with contextlib.suppress(OSError):  # it goes with its folder at the end
                    ended.order.unlink()
            except BrokenProcessPool:
                made, broken = _died(), True
            yield from _again(ended.job, ended.attempt, made, suspects)


def _next(
    running: Mapping[Future[Made], _Running],
    workers: int,
    waiting: Waiting,
    suspects: deque[tuple[Job, int]],
) -> _Running | None:
    """Give the job to start now, if any: suspects run alone, others keep all workers busy."""
    if suspects:
        return None if running else _Running(*suspects.popleft(), worker=0)
    if not waiting or any(item.attempt > 1 for item in running.values()):
        return None
    given = Counter(item.worker for item in running.values())
    worker = min(range(workers), key=given.__getitem__)
    # One more than it can do, so that it need not wait for us; but what is left is for whoever is free.
    room = 2 if len(waiting) >= workers else 1
    return _Running(waiting.next(worker), 1, worker) if given[worker] < room else None


def _again(
    job: Job, attempt: int, made: Made, suspects: deque[tuple[Job, int]]
) -> Iterator[tuple[Job, Made]]:
    """Give what came of a job, unless it is worth another try."""
    if made.infrastructure and attempt < TRIES:
        suspects.append((job, attempt + 1))
    else:
        yield job, made


def _ordered(job: Job, keep: Path) -> Path:
    """Put a job into a file: see ``worker.make_aside``."""
    order = keep / f"{secrets.token_hex(8)}.job"
    order.write_bytes(pickle.dumps(job))
    return order


def _died() -> Made:
    return Made({}, "the worker process died", infrastructure=True, seconds=0.0)
