"""Jobs on a Dask cluster: the same work, by workers that somebody else has started."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from sandan_lib.errors import ParameterError, RunError
from sandan_lib.reports.job import Job, Made
from sandan_lib.reports.lazily import make_remotely
from sandan_lib.reports.pool import TRIES

__all__ = ["make_on_cluster"]

_SECONDS_TO_CONNECT = 20


def make_on_cluster(jobs: Sequence[Job], address: str) -> Generator[tuple[Job, Made], None, None]:
    """Do jobs on a cluster, and give each with what came of it, as they end.

    Dask gives the jobs of a worker that died to the others. What a job makes comes back to the
    caller, who puts it in its place: workers need no folder in common with us.

    Parameters
    ----------
    jobs : sequence of Job
        What to make.
    address : str
        Of the scheduler: ``tcp://host:8786``.

    Yields
    ------
    tuple of (Job, Made)

    Raises
    ------
    ParameterError
        If Dask is not installed, or no scheduler answers at the address.
    RunError
        If the cluster is lost on the way.
    """
    try:
        from distributed import as_completed
    except ImportError as error:
        raise ParameterError(
            "--scheduler needs Dask: pip install 'sandan-lib[cluster]'.",
            "--scheduler를 쓰려면 Dask가 있어야 합니다: pip install 'sandan-lib[cluster]'.",
        ) from error
    client = _connected(address)
    try:
        attempts: dict[Any, tuple[Job, int]] = {}

        def submit(job: Job, attempt: int) -> Any:
            # Not pure: Dask must not take a report of an earlier batch for this one.
            future = client.submit(make_remotely, job, pure=False)
            attempts[future.key] = (job, attempt)
            return future

        running = as_completed([submit(job, 1) for job in jobs], loop=client.loop)
        for future in running:
            job, attempt = attempts.pop(future.key)
            made = _result(future)
            future.release()
            if made.infrastructure and attempt < TRIES:
                running.add(submit(job, attempt + 1))
            else:
                yield job, made
    finally:
        client.close()


def _connected(address: str) -> Any:
    from distributed import Client

    try:
        return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        line = " ".join(str(error).split())
        raise ParameterError(
            f"no Dask scheduler answers at {address}: {line}. Start one with `dask scheduler`.",
            f"{address}에서 Dask 스케줄러가 답하지 않습니다: {line}. `dask scheduler`로 시작하십시오.",
        ) from error


def _result(future: Any) -> Made:
    """Give what came of a job; a failure of Dask's own is one of the infrastructure."""
    if future.status == "finished":
        made: Made = future.result()
        return made
    if future.status == "cancelled":
        raise RunError("the cluster was lost", "클러스터와 연결이 끊어졌습니다")
    error = future.exception()
    cause = " ".join(f"{type(error).__name__}: {error}".split())
    return Made({}, cause, infrastructure=True, seconds=0.0)
