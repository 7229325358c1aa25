"""The process that has imported everything, and forks a fresh one for each notebook.

A template is single-threaded and never runs a notebook itself, so forking it is safe and each
notebook begins from the same state. It is told by one socket what to fork; when that socket
closes, it ends, and takes the processes that it forked with it.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import resource
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from sandan_lib.errors import RunError

__all__ = ["PRELOAD", "Child", "Template", "serve", "unfit"]

# Imports all that the kernel and our notebooks import.
PRELOAD = "sandan_lib.warm.rehearsal"
_PR_SET_PDEATHSIG = 1
_REQUEST = 1 << 20


def unfit() -> str | None:
    """Say why processes cannot be forked safely here, or ``None``.

    Returns
    -------
    str or None
    """
    if not sys.platform.startswith("linux"):
        return f"forking is not safe on {sys.platform}"
    if not hasattr(os, "pidfd_open"):
        return "this system cannot watch processes (no pidfd)"
    return None


@dataclass(frozen=True, slots=True)
class Child:
    """A forked process that runs a kernel.

    Attributes
    ----------
    pid : int
        Its number.
    handle : int
        A descriptor that becomes readable when the process ends.
    wire : socket.socket
        Carries the kernel's messages.
    key : str
        Signs them.
    """

    pid: int
    handle: int
    wire: socket.socket
    key: str

    def is_alive(self) -> bool:
        """Tell whether the process is still there."""
        return not select.select([self.handle], [], [], 0)[0]

    def signal(self, number: int) -> None:
        """Send a signal, to this very process and no later one of the same number."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)

    def end(self, patience: float) -> None:
        """Let the process end by itself, or kill it after ``patience`` seconds; free what it held."""
        with contextlib.suppress(OSError):
            self.wire.shutdown(socket.SHUT_WR)
        if not select.select([self.handle], [], [], patience)[0]:
            self.signal(signal.SIGKILL)
            select.select([self.handle], [], [], 10)
        self.wire.close()
        os.close(self.handle)


class Template:
    """A handle on a template process.

    Use :meth:`current`: one template serves a process and all its threads.
    """

    _current: Template | None = None
    _making = threading.Lock()

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None) -> None:
        self._control, self._process = control, process
        self._owner = os.getpid()
        self._asking = threading.Lock()
        self._ready = False

    @classmethod
    def current(cls) -> Template:
        """Give the template of this process, started when it is first needed."""
        with cls._making:
            if cls._current is None or cls._current._owner != os.getpid():
                cls._current = cls._spawned()
                atexit.register(cls._current.close)
            return cls._current

    @classmethod
    def _spawned(cls) -> Template:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "sandan_lib.warm", str(theirs.fileno())]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL
        )
        theirs.close()
        return cls(ours, process)

    @classmethod
    def fork_here(cls) -> None:
        """Make this process's template a fork of itself: it has imported all that is needed.

        For a process that is still single-threaded; nothing needs to be imported again.
        """
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            ours.close()
            _forget_the_parent()
            try:
                serve(theirs)
            finally:
                os._exit(0)
        theirs.close()
        with cls._making:
            cls._current = cls(ours, None)

    def fork(self, arguments: Sequence[str], memory_limit: int | None = None) -> Child:
        """Fork a process that runs a kernel, in the caller's folder and environment.

        Parameters
        ----------
        arguments : sequence of str
            Command line of the kernel.
        memory_limit : int, optional
            Bytes of private memory that the process may hold.

        Returns
        -------
        Child

        Raises
        ------
        RunError
            If the template has ended.
        """
        key = secrets.token_hex(16)
        request = {
            "arguments": list(arguments),
            "key": key,
            "cwd": str(Path.cwd()),
            "environment": dict(os.environ),
            "memory_limit": memory_limit,
        }
        ours, theirs = socket.socketpair()
        try:
            with self._asking:
                pid = self._asked(json.dumps(request).encode(), theirs.fileno())
            return Child(pid, os.pidfd_open(pid), ours, key)
        except OSError as error:
            ours.close()
            self.drop()
            raise RunError(
                f"no process could be forked: {error}", f"프로세스를 만들지 못했습니다: {error}"
            ) from error
        finally:
            theirs.close()

    def _asked(self, request: bytes, handle: int) -> int:
        if not self._ready:
            self._expect(b"ready")
            self._ready = True
        socket.send_fds(self._control, [len(request).to_bytes(4, "big")], [handle])
        self._control.sendall(request)
        answer = _received(self._control, 8)
        return int.from_bytes(answer, "big")

    def _expect(self, word: bytes) -> None:
        if _received(self._control, len(word)) != word:
            raise ConnectionError("the template answered nonsense")

    def is_alive(self) -> bool:
        """Tell whether the template is still there to be asked."""
        if not select.select([self._control], [], [], 0)[0]:
            return True
        return bool(self._control.recv(1, socket.MSG_PEEK))

    def drop(self) -> None:
        """Forget this template: the next one who asks gets a new one."""
        with Template._making:
            if Template._current is self:
                Template._current = None
        self.close()

    def close(self) -> None:
        """End the template and what it has forked."""
        if self._owner != os.getpid():
            return
        self._control.close()
        if self._process is not None:
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _received(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = source.recv(size - len(data))
        if not piece:
            raise ConnectionError("the template process has ended")
        data += piece
    return data


def serve(control: socket.socket) -> None:
    """Be a template: import, then fork on demand until the socket closes.

    Parameters
    ----------
    control : socket.socket
        Connected to the process that asks.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks; they end us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries our children
    importlib.import_module(PRELOAD)
    gc.collect()
    gc.freeze()  # so that collections in children do not copy what they share with us
    try:
        control.sendall(b"ready")
        while True:
            head, handles, _, _ = socket.recv_fds(control, 4, 1)
            if len(head) < 4:
                return
            request = json.loads(_received(control, int.from_bytes(head, "big")))
            pid = os.fork()
            if pid == 0:
                control.close()
                _become_kernel(request, socket.socket(fileno=handles[0]))
            os.close(handles[0])
            control.sendall(pid.to_bytes(8, "big"))
    except (ConnectionError, BrokenPipeError):
        return


def _forget_the_parent() -> None:
    """Shed what a fork inherits and must not use: exit handlers, and numbers drawn alike."""
    atexit._clear()
    signal.set_wakeup_fd(-1)


def _become_kernel(request: Mapping[str, Any], wire: socket.socket) -> NoReturn:
    """Run a kernel in this forked process, and end the process."""
    code = 1
    complaints = os.fdopen(os.dup(2), "w")  # the kernel captures what is written to stderr
    try:
        _settle(request)
        from sandan_lib.warm.kernel import run_kernel

        run_kernel(wire, request["key"], request["arguments"])
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc(file=complaints)
        raise
    finally:
        # Not sys.exit: the way out leads through what our parent had set up.
        atexit._run_exitfuncs()
        with contextlib.suppress(OSError, ValueError):
            complaints.flush()
        os._exit(code)


def _settle(request: Mapping[str, Any]) -> None:
    """Make this fork a process of its own, as a newly started kernel would be."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it ended before we could ask to be told
    atexit._clear()
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["cwd"])
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if request["memory_limit"]:
        limit = int(request["memory_limit"])
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
