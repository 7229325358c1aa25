"""What a forked process does to be a kernel's own process, as if newly started, and to end as one."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import io
import os
import random
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["become_kernel", "changes", "draw_anew", "forget_the_parent", "leave_out_the_program"]

_PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if os.name == "posix" else None
# The debugger's import sets it, in a new kernel as well as in the template.
_SET_BY_IMPORTS = ("PYDEVD_USE_FRAME_EVAL",)


def leave_out_the_program() -> None:
    """Leave out the folder of the program that runs, where Python has put it first in its path.

    Jupyter's own kernels do so too; IPython adds the folder that a notebook works in.

    Examples
    --------
    >>> before = list(sys.path)
    >>> sys.path.insert(0, "")
    >>> leave_out_the_program()
    >>> sys.path == before
    True
    """
    program = Path(sys.argv[0]).parent
    if sys.path and sys.path[0] in {"", str(Path.cwd()), str(program), str(program.resolve())}:
        del sys.path[0]


def forget_the_parent() -> None:
    """Shed what a fork of a working process inherits, and a new interpreter would not have."""
    leave_out_the_program()
    signal.set_wakeup_fd(-1)
    atexit._clear()
    if logging := sys.modules.get("logging"):
        atexit.register(logging.shutdown)
    if weakref := sys.modules.get("weakref"):
        weakref.finalize._registry.clear()
        weakref.finalize._registered_with_atexit = False
    if process := sys.modules.get("multiprocessing.process"):
        # The class has no name in its module any more; its base still knows it.
        kinds = {kind.__name__: kind for kind in vars(process)["BaseProcess"].__subclasses__()}
        vars(process).update(_current_process=kinds["_MainProcess"](), _parent_process=None)
        vars(process).update(_children=set())
    if util := sys.modules.get("multiprocessing.util"):
        util._finalizer_registry.clear()
        atexit.register(util._exit_function)
    for name in ("tqdm.auto", "tqdm.autonotebook"):  # they look where they are when first imported
        sys.modules.pop(name, None)


def become_kernel(request: Mapping[str, Any], wire: socket.socket) -> NoReturn:
    """Run a kernel in this forked process, and end the process.

    A kernel started by Jupyter has as many frames below its cells as one started here by
    ``python -m sandan_lib.warm``, so that a cell may recurse as deeply, and its error shows it.

    Parameters
    ----------
    request : Mapping[str, Any]
        As :meth:`sandan_lib.warm.template.Template.fork` writes it.
    wire : socket.socket
        Connected to the kernel's client.
    """
    code = 1
    complaints = os.fdopen(os.dup(2), "w")  # the kernel captures what is written to stderr
    try:
        _settle(request)
        from sandan_lib.warm.kernel import kernel_app

        app = kernel_app(wire, request["arguments"])
        app.start()
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc(file=complaints)
    finally:
        _leave(code)


def _settle(request: Mapping[str, Any]) -> None:
    """Make this fork a process of its own, as a newly started kernel would be."""
    parent = os.getppid()
    assert _prctl is not None  # where processes are forked it is there
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it ended before we could ask to be told
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    gone, new = request["environment"]
    for name in gone:
        del os.environ[name]
    os.environ.update(new)
    time.tzset()
    os.chdir(request["cwd"])
    if request["memory_limit"]:
        import resource  # not there on every system that can import this module

        limit = _reserved() + int(request["memory_limit"])
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def changes(environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Say how an environment differs from this process's, but for what imports have set here.

    Parameters
    ----------
    environment : dict of str to str
        What a fork shall have.

    Returns
    -------
    tuple of (list of str, dict of str to str)
        What the fork has to forget, and what it has to set.

    Examples
    --------
    >>> gone, new = changes(os.environ | {"SANDAN_NEW": "1"})
    >>> gone, new
    ([], {'SANDAN_NEW': '1'})
    """
    own = dict(os.environ)
    wanted = environment | {name: own[name] for name in _SET_BY_IMPORTS if name in own}
    gone = [name for name in own if name not in wanted]
    return gone, {name: value for name, value in wanted.items() if own.get(name) != value}


def draw_anew() -> None:
    """Let the next fork begin with random numbers of its own: here, where no page is copied for it."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _reserved() -> int:
    """Give the bytes of private memory that this process has reserved so far, used or not."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmData")).split()[1])


def _leave(code: int) -> NoReturn:
    """End as an interpreter does, but for taking all modules apart, which nobody would notice.

    Not by ``sys.exit``: the way out may lead through what a parent had set up.
    """
    with contextlib.suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads that are no daemons
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    # Files that the notebook has left open; those of the template are frozen, and not among these.
    things = gc.get_objects()
    kinds = {id(type(thing)): type(thing) for thing in things}  # a class may have no sound hash
    of_files = {number for number, kind in kinds.items() if issubclass(kind, io.IOBase)}
    files = [thing for thing in things if id(type(thing)) in of_files]
    for kind in (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom):  # text goes through bytes
        for file in files:
            if issubclass(type(file), kind):
                with contextlib.suppress(Exception):
                    file.flush()
    os._exit(code)
