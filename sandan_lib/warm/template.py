"""The process that has imported everything, and forks a fresh one for each notebook.

A template is single-threaded, so forking it is safe, and runs no cells but those of notebooks that
may be rehearsed (:mod:`sandan_lib.warm.rehearsal`), so each notebook begins from the same state.
It is told by one socket what to fork; when that socket closes, it ends, and takes the processes
that it forked with it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
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
from typing import Any

from sandan_lib.errors import RunError
from sandan_lib.lean import uncollected
from sandan_lib.warm.forked import become_kernel, changes, draw_anew, forget_the_parent
from sandan_lib.warm.rehearsal import Rehearsal, rehearse

__all__ = ["ARGUMENTS", "PRELOAD", "Child", "Template", "serve", "unfit"]

# Imports all that the kernel and our notebooks import.
PRELOAD = "sandan_lib.warm.preload"
# Notebooks leave no trace in the history of the person that runs them.
ARGUMENTS = ("--HistoryManager.hist_file=:memory:",)
# As many kinds of runs are rehearsed: as many days' knowledge as the data keep.
_KINDS = 32


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
    """

    pid: int
    handle: int
    wire: socket.socket

    def is_alive(self) -> bool:
        """Tell whether the process is still there."""
        return not select.select([self.handle], [], [], 0)[0]

    def signal(self, number: int) -> None:
        """Send a signal to the process and to those of its children that stay in its group.

        While the process stands still, no other can get its number, and no other its signal.
        """
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGSTOP)
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:  # it has not made a group of its own yet
                signal.pidfd_send_signal(self.handle, number)
            signal.pidfd_send_signal(self.handle, signal.SIGCONT)

    def end(self, patience: float) -> None:
        """Let the process end by itself, or kill it after ``patience`` seconds; free what it held."""
        with contextlib.suppress(OSError):
            self.wire.shutdown(socket.SHUT_RDWR)  # it shall not wait until we read its last words
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
        self._rehearsed: set[str] = set()
        # Children that are about to end by themselves, and by when they must have.
        self._leaving: list[tuple[Child, float]] = []

    @classmethod
    def current(cls) -> Template:
        """Give the template of this process, started when it is first needed."""
        with cls._making:
            if cls._current is None or cls._current._owner != os.getpid():
                cls._current = cls._spawned()
                atexit.register(cls._current.close)
            return cls._current

    @classmethod
    def living(cls) -> Template:
        """Give the template of this process, a new one where it has been killed meanwhile."""
        template = cls.current()
        if not template.is_alive():
            template.drop()
        return cls.current()

    @classmethod
    def _spawned(cls) -> Template:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "sandan_lib.warm", str(theirs.fileno())]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            pass_fds=(theirs.fileno(),),
            env=dict(os.environ),  # as its kernels will have it, and not what C libraries have added
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # out of reach of the terminal's Ctrl-C, which is for whoever asks
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
            try:
                forget_the_parent()
                asked = serve(theirs)
                if asked is not None:
                    become_kernel(*asked)
            except BaseException:
                traceback.print_exc()  # whoever asks gets another template, and would not know why
            finally:
                os._exit(0)
        theirs.close()
        with cls._making:
            cls._current = cls(ours, None)

    def fork(
        self,
        arguments: Sequence[str],
        memory_limit: int | None = None,
        environment: Mapping[str, str] | None = None,
        rehearsal: Rehearsal | None = None,
    ) -> Child:
        """Fork a process that runs a kernel, in the caller's folder and environment.

        Parameters
        ----------
        arguments : sequence of str
            Command line of the kernel.
        memory_limit : int, optional
            Bytes of private memory that the process may reserve beyond what it starts with.
        environment : Mapping of str to str, optional
            Variables beside the caller's own.
        rehearsal : Rehearsal, optional
            What to run in the template first, unless it has run such a one before.

        Returns
        -------
        Child

        Raises
        ------
        RunError
            If the template has ended.
        """
        self._none_leaving()
        new = rehearsal is not None and rehearsal.key not in self._rehearsed
        if rehearsal is not None and new and len(self._rehearsed) < _KINDS:
            self._rehearsed.add(rehearsal.key)
            cells = list(rehearsal.cells)
        else:
            cells = []
        request = {
            "arguments": list(arguments),
            "cwd": str(Path.cwd()),
            # Its parent's number, as Jupyter sets it.
            "environment": os.environ | {"JPY_PARENT_PID": str(os.getpid())} | dict(environment or {}),
            "rehearse": cells,
            "memory_limit": memory_limit,
        }
        ours, theirs = socket.socketpair()
        try:
            with self._asking:
                pid = self._asked(json.dumps(request).encode(), theirs.fileno())
            return Child(pid, os.pidfd_open(pid), ours)
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

    def see_off(self, child: Child, patience: float) -> None:
        """Let a child end by itself while something else is done: before the next fork it will have.

        Parameters
        ----------
        child : Child
            Nobody may need it any more.
        patience : float
            Seconds after which it is killed.
        """
        with contextlib.suppress(OSError):
            child.wire.shutdown(socket.SHUT_RDWR)
        self._leaving.append((child, time.monotonic() + patience))

    def _none_leaving(self) -> None:
        """Wait until all that were seen off have ended."""
        while True:
            try:
                child, deadline = self._leaving.pop()
            except IndexError:  # none, or another thread waits for the last one
                return
            child.end(max(0.0, deadline - time.monotonic()))

    def is_alive(self) -> bool:
        """Tell whether the template is still there to be asked."""
        if not select.select([self._control], [], [], 0)[0]:
            return True
        try:
            return bool(self._control.recv(1, socket.MSG_PEEK))
        except ConnectionResetError:
            return False

    def drop(self) -> None:
        """Forget this template: the next one who asks gets a new one."""
        with Template._making:
            if Template._current is self:
                Template._current = None
        self.close()

    def dismiss(self) -> None:
        """Let the template end while something else is still to be done; nobody may ask it any more."""
        self._none_leaving()
        self._control.close()

    def close(self) -> None:
        """End the template and what it has forked, and wait until it has ended."""
        if self._owner != os.getpid():
            return
        self._none_leaving()
        self._control.close()
        if self._process is not None and self._process.poll() is None:
            # Not by its own wait() with a limit, which looks only every twentieth of a second.
            handle = os.pidfd_open(self._process.pid)
            if not select.select([handle], [], [], 10)[0]:
                self._process.kill()
            os.close(handle)
            self._process.wait()


def _received(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = source.recv(size - len(data))
        if not piece:
            raise ConnectionError("the template process has ended")
        data += piece
    return data


def serve(control: socket.socket, *, alone: bool = False) -> tuple[dict[str, Any], socket.socket] | None:
    """Be a template: import, then fork on demand until the socket closes.

    It comes back in each forked process, with what was asked, to :func:`become_kernel`; and at
    last in the template itself, with nothing.

    Parameters
    ----------
    control : socket.socket
        Connected to the process that asks.
    alone : bool
        Whether this process was started for nothing else, and so has the time to look up what a single
        report asks. Whoever makes many has them rehearsed.

    Returns
    -------
    tuple of (dict, socket.socket) or None
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks; they end us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries our children
    with uncollected():
        preload = importlib.import_module(PRELOAD)
        if alone:
            preload.look_up()
        from sandan_lib.warm import kernel
        from sandan_lib.warm.cells import foresee_cells

        # Who cannot be made ready here will say why where somebody listens.
        with contextlib.suppress(Exception, SystemExit):
            kernel.prepare(ARGUMENTS)
        gc.freeze()  # so that collections in children do not copy what they share with us
    try:
        control.sendall(b"ready")
        while True:
            head, handles, _, _ = socket.recv_fds(control, 4, 1)
            if len(head) < 4:
                return None
            request = json.loads(_received(control, int.from_bytes(head, "big")))
            if request["rehearse"]:
                own = os.getpid()
                with kernel.out_of_sight():
                    rehearse(request["rehearse"])
                foresee_cells(request["rehearse"])
                if os.getpid() != own:
                    os._exit(0)  # a cell has forked: there shall be one template only
                gc.collect()
                gc.freeze()
            request["environment"] = changes(request["environment"])
            draw_anew()
            pid = os.fork()
            if pid == 0:
                control.close()
                os.set_inheritable(handles[0], False)  # noqa: FBT003 - not for the programs that a notebook starts
                return request, socket.socket(fileno=handles[0])
            os.close(handles[0])
            control.sendall(pid.to_bytes(8, "big"))
    except ConnectionError:
        return None
