"""Jobs that wait for a worker, and which of them it had best do next."""

from __future__ import annotations

import functools
import json
from collections import deque
from collections.abc import Iterable

from sandan_lib.reports.job import Job

__all__ = ["Kind", "Waiting", "kind_of"]

# What notebook, and what of its parameters decides what it looks up first; empty if nothing is known.
Kind = tuple[object, ...]


def kind_of(job: Job) -> Kind:
    """Give what runs have in common that look up the same: see :mod:`sandan_lib.warm.rehearsal`.

    Parameters
    ----------
    job : Job
        A job.

    Returns
    -------
    tuple
        Empty for a notebook that does not say by what its runs differ.
    """
    by = _rehearsed_by(job.notebook)
    return () if by is None else (job.notebook, *(job.run.parameters.get(name) for name in by))


@functools.lru_cache(maxsize=64)
def _rehearsed_by(notebook: bytes) -> tuple[str, ...] | None:
    """Read from a notebook by which parameters its runs differ."""
    try:
        by = json.loads(notebook)["metadata"]["sandan"]["rehearse_by"]
    except (ValueError, KeyError, TypeError):
        return None
    return tuple(map(str, by)) if isinstance(by, list) else None


class Waiting:
    """Jobs in their order, by kind.

    Each worker's template looks up once what all runs of a kind look up first. So a worker goes on
    with the kinds that it has begun, and begins one that no other has, before it helps with theirs.

    Parameters
    ----------
    jobs : iterable of Job
        All that is to be done.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._by_kind: dict[Kind, deque[Job]] = {}
        self._begun: dict[Kind, set[int]] = {}
        self._count = 0
        for job in jobs:
            self._by_kind.setdefault(kind_of(job), deque()).append(job)
            self._count += 1

    def __len__(self) -> int:
        """Count the jobs that wait."""
        return self._count

    def next(self, worker: int) -> Job:
        """Take out what a worker had best do next.

        Parameters
        ----------
        worker : int
            Its number.

        Returns
        -------
        Job

        Raises
        ------
        IndexError
            If none waits.
        """
        if not self._count:
            raise IndexError("no job waits")
        kind = min(self._by_kind, key=functools.partial(self._reluctance, worker))
        jobs = self._by_kind[kind]
        # From both ends: runs of two kinds often show the same pictures, and whoever comes second finds them.
        job = jobs.pop() if kind and worker % 2 else jobs.popleft()
        if not jobs:
            del self._by_kind[kind]
        self._begun.setdefault(kind, set()).add(worker)
        self._count -= 1
        return job

    def _reluctance(self, worker: int, kind: Kind) -> tuple[int, int]:
        workers = self._begun.get(kind, set())
        if worker in workers or not kind:
            return 0, 0
        # Of two kinds that others have begun, the one of which more is left.
        return (1, 0) if not workers else (2, -len(self._by_kind[kind]))

    def forget_workers(self) -> None:
        """Begin anew with workers that have not done anything yet."""
        self._begun.clear()
