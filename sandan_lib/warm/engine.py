"""papermill's engine ``sandan-warm``: stock outputs, without the start of a kernel for each run."""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

from papermill.engines import NBClientEngine
from papermill.log import logger

from sandan_lib.warm.rehearsal import Rehearsal
from sandan_lib.warm.template import ARGUMENTS, unfit

__all__ = ["ENGINE", "WarmEngine", "why_stock"]

ENGINE = "sandan-warm"
# Seconds for a cell's last words, once it has answered. They follow the answer through one socket, so
# they come unless the kernel ends. nbclient waits for four: its sockets may lose things;
# a machine that stands still for as long must not cost a report.
_LAST_WORDS = 60
# What Jupyter's own kernel is started by; an option of Python that makes no difference to a notebook.
_PLAIN = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
_IGNORED = ["-Xfrozen_modules=off"]


class WarmEngine(NBClientEngine):  # type: ignore[misc]  # papermill is not typed
    """Run a notebook in a process forked from one that has imported everything.

    ``papermill --engine sandan-warm IN OUT`` works for any notebook with a Python kernel; for
    others, and where forking is not safe, papermill's own engine does the work, and says so.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run the notebook's cells.

        Parameters
        ----------
        nb_man : papermill.engines.NotebookExecutionManager
            papermill's record of the run.
        kernel_name : str
            Kernel that the notebook asks for.
        **options
            As for papermill's own engine; and ``memory_limit``, bytes of private memory that
            the process of the notebook may reserve beyond what it starts with; and ``keep``,
            called with the notebook before it runs: it is filled as cells end, and is there
            whatever happens; and ``environment``, variables for the kernel; and ``rehearse``,
            whether more runs of the notebook will follow, so that its cells, if it says that
            they may, are worth running in the template; and ``wait``, whether to wait until the
            kernel has ended, as papermill's own engine does.
        """
        memory_limit = options.pop("memory_limit", None)
        environment, worth_it = options.pop("environment", None), options.pop("rehearse", False)
        wait = options.pop("wait", True)
        if keep := options.pop("keep", None):
            keep(nb_man.nb)
        reason = why_stock(kernel_name)
        if reason is not None:
            logger.warning("%s: papermill's own engine runs this notebook, since %s", ENGINE, reason)
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        options.setdefault("iopub_timeout", _LAST_WORDS)
        from sandan_lib.warm.client import forked_kernel

        arguments = [*options.get("extra_arguments", ()), *ARGUMENTS]
        rehearsal = Rehearsal.of(nb_man.nb) if worth_it else None
        with forked_kernel(arguments, memory_limit, environment, rehearsal, wait=wait) as kernel:
            return super().execute_managed_notebook(nb_man, kernel_name, km=kernel, **options)


@functools.lru_cache(maxsize=16)
def why_stock(kernel_name: str) -> str | None:
    """Say why a kernel cannot be forked, or ``None``.

    Parameters
    ----------
    kernel_name : str
        Name of a kernel specification.

    Returns
    -------
    str or None
    """
    reason = unfit()
    if reason is not None:
        return reason
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return f"there is no kernel {kernel_name!r}"
    if [item for item in spec.argv[1:] if item not in _IGNORED] != _PLAIN or spec.env:
        return f"{kernel_name!r} is no plain Python kernel"
    # jupyter_client starts these names with the interpreter that it runs in itself.
    own = {"python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info[:2])}
    if spec.argv[0] not in own and os.path.normcase(spec.argv[0]) != os.path.normcase(sys.executable):
        return f"{kernel_name!r} belongs to another Python"
    return None
