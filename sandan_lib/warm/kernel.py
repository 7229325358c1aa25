"""The kernel inside a forked process: ipykernel itself, with one socket in place of ZeroMQ's five.

All that decides what a notebook's outputs are (shell, display hooks, captured streams, comms,
messages) is ipykernel's own code. Only how its messages travel is ours.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import datetime as dt
import importlib.util
import os
import re
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import new_id
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets import DottedObjectName, Type

from sandan_lib import pictures
from sandan_lib.warm.cells import remember_cells
from sandan_lib.warm.outlets import Outlet, Publisher, Wire
from sandan_lib.warm.wire import IOPUB, SHELL, STDIN, Inbox

__all__ = ["kernel_app", "out_of_sight", "prepare"]


# Where Python would find the program that Jupyter starts.
_LAUNCHER = importlib.util.find_spec("ipykernel_launcher")


class _NoSubshells:
    """Stands where ipykernel expects the thread of a channel: it asks which thread runs cells."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class _Kernel(IPythonKernel):
    shell_stream = AnyTrait()
    control_stream = AnyTrait()
    stdin_socket = AnyTrait()
    _supports_kernel_subshells = False
    # ipykernel waits after each cell for a thread to send what the cell has printed; here it is sent.
    _execute_sleep = 0.0

    def start(self) -> None:
        """Start without the debugger, which needs sockets that we do not have."""
        assert self.shell is not None
        self.shell.exit_now = False
        Kernel.start(self)

    def post_handler_hook(self) -> None:
        """Ignore interrupts again, though one comes at this very moment.

        Who waits for a cell in vain interrupts it every second. The last time may be when the cell has ended
        and its answer is on its way: the kernel would end, and the cell's last word would never come.
        """
        try:
            super().post_handler_hook()  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:
            super().post_handler_hook()  # type: ignore[no-untyped-call]


class _KernelApp(IPKernelApp):
    kernel_class = Type(_Kernel, klass=IPythonKernel)
    _extended = False
    outstream_class = DottedObjectName("sandan_lib.warm.outlets.Stream")

    def prepare(self, arguments: Sequence[str]) -> None:
        """Do what takes longest and needs no thread, no descriptor, and nobody who asks.

        The rest is :meth:`wake`'s: together they take ipykernel's own steps. A template does this once for
        all its kernels; the shell alone is a quarter of the pages that a kernel would copy.
        """
        super(IPKernelApp, self).initialize(list(arguments))  # type: ignore[no-untyped-call]
        self.init_pdb()
        self.init_blackhole()
        self.init_kernel()
        self.init_shell()
        remember_cells(self.kernel.shell.input_transformer_manager)
        self.kernel.shell._sys_modules_keys = set(sys.modules)

    def extend(self) -> None:
        """Load what IPython itself extends each shell with, where no person has added anything to it."""
        self.init_extensions()
        self._extended = True

    def wake(self, wire: socket.socket) -> None:
        """Begin to work for one client, in the process that is to run its cells."""
        self._wire = Wire(wire)
        self._be_a_session()
        self.init_sockets()
        self._connect()
        self.init_io()
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count
        self.kernel._stdout, self.kernel._stderr = sys.stdout, sys.stderr
        self.init_signal()
        self.init_path()
        self._settle_shell()
        self.init_gui_pylab()
        if not self._extended:
            self.init_extensions()
        self.init_code()
        sys.stdout.flush()
        sys.stderr.flush()

    def _be_a_session(self) -> None:
        """Be a session of one's own, of this process."""
        self.session.pid = os.getpid()
        self.session.session = new_id()
        self.session.auth = None  # no signatures: nobody else can write to our socket

    def _connect(self) -> None:
        """Give kernel and shell what they speak through."""
        kernel, shell = self.kernel, self.kernel.shell
        kernel.shell_stream, kernel.stdin_socket = self.shell_socket, self.stdin_socket
        kernel.iopub_thread, kernel.iopub_socket = self.iopub_thread, self.iopub_socket
        shell.displayhook.pub_socket = shell.display_pub.pub_socket = self.iopub_socket

    def _settle_shell(self) -> None:
        """Let the shell know where it is, and since when, as if it had just begun."""
        shell = self.kernel.shell
        shell.init_environment()
        shell.starting_dir = str(Path.cwd())
        history = shell.history_manager
        history.dir_hist[:] = [shell.starting_dir]
        if history.enabled:
            now = dt.datetime.now().isoformat(" ")  # noqa: DTZ005 - as IPython keeps it
            history.db.execute("UPDATE sessions SET start = ?", (now,))
        shell.save_sys_module_state()  # with our streams
        # After what a notebook has registered, and before the thread that sends its last words ends.
        atexit.unregister(shell.atexit_operations)
        atexit.register(shell.atexit_operations)

    def init_code(self) -> None:
        """Run what a person has said is to run first, in IPython's own order.

        Without its last step, which notes the names of all modules: they are noted, and to do it again is to
        copy five hundred pages.
        """
        self._run_startup_files()
        self._run_exec_lines()
        self._run_exec_files()
        if self.hide_initial_ns:
            self.kernel.shell.user_ns_hidden.update(self.kernel.shell.user_ns)
        self._run_cmd_line_code()
        self._run_module()

    def init_poller(self) -> None:
        """Do nothing: the process that forked us takes us with it when it ends."""

    def init_connection_file(self) -> None:
        """Do nothing: nobody else connects."""

    def init_heartbeat(self) -> None:
        """Do nothing: our end of the socket tells whether we live."""

    def write_connection_file(self, **_: Any) -> None:
        """Do nothing: the socket is the connection."""

    def log_connection_info(self) -> None:
        """Do nothing: there is none."""

    def init_sockets(self) -> None:
        self.shell_socket, self.stdin_socket, outlet = (
            Outlet(self._wire, channel) for channel in (SHELL, STDIN, IOPUB)
        )
        self.configure_tornado_logger()
        self.iopub_thread = Publisher(outlet, pipe=True, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        self.kernel = self.kernel_class.instance(
            parent=self,
            session=self.session,
            shell_channel_thread=_NoSubshells(),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )

    def start(self) -> None:
        self.kernel.start()
        inbox = Inbox()
        tasks: set[asyncio.Future[None]] = set()  # the loop itself would not keep them
        loop = self.io_loop = IOLoop.current()

        def ended(task: asyncio.Future[None]) -> None:
            tasks.discard(task)
            if not task.cancelled() and task.exception() is not None:
                # ipykernel itself has failed: no answer will come, and nobody shall wait for one.
                loop.add_callback(task.result)
                loop.add_callback(loop.stop)

        def readable(*_: Any) -> None:
            try:
                data = self._wire.socket.recv(1 << 16, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:  # the reader is done with us, or is no more
                loop.remove_handler(self._wire.socket.fileno())
                loop.stop()
                return
            for _channel, frames in inbox.feed(data):
                # In their order: each waits for the lock that the one before it holds.
                task = asyncio.ensure_future(
                    self.shell_socket.receive([zmq.Message(frame) for frame in frames])
                )
                tasks.add(task)
                task.add_done_callback(ended)

        loop.add_handler(self._wire.socket.fileno(), readable, IOLoop.READ)
        loop.start()
        self._end_children(loop)

    def _end_children(self, loop: IOLoop) -> None:
        """End what the notebook has left running, as ipykernel does when it is shut down."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass  # dead, but not yet buried: ipykernel would wait for it in vain
        except ChildProcessError:
            return  # there is none
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # buried as they die
        loop.run_sync(self.kernel._at_shutdown)


# A notebook that asks what it runs in gets the answer that it gets elsewhere.
for _ours, _theirs in ((_Kernel, IPythonKernel), (_KernelApp, IPKernelApp)):
    _ours.__module__ = _theirs.__module__
    _ours.__qualname__ = _ours.__name__ = _theirs.__name__


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An application that waits for a client, and for whom it was made."""

    app: _KernelApp
    arguments: tuple[str, ...]
    environment: Mapping[str, str]

    def singletons(self) -> tuple[Any, ...]:
        return (self.app, self.app.kernel, self.app.kernel.shell)

    def fits(self, arguments: Sequence[str]) -> bool:
        """Tell whether it was made for what is asked for now."""
        return self.arguments == tuple(arguments) and self.environment == _environment()

    def discard(self) -> None:
        """Make room for another."""
        atexit.unregister(self.app.kernel.shell.atexit_operations)
        for thing in self.singletons():
            type(thing).clear_instance()


_prepared: list[_Prepared] = []  # one, or none
# What differs from kernel to kernel, and decides nothing before it runs.
_PASSING = re.compile("SANDAN_|JPY_PARENT_PID$|PYDEVD_|PYTEST_CURRENT_TEST$")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not _PASSING.match(name)}


def prepare(arguments: Sequence[str]) -> None:
    """Make ready, in a template, what its kernels begin with.

    Not where a person has a configuration of their own for it: that is code, and for each kernel to run.

    Parameters
    ----------
    arguments : sequence of str
        Command line that kernels will be called with; one that is called with another begins anew.
    """
    before = os.environ.copy()
    app = _KernelApp.instance()
    try:
        app.prepare(arguments)
        if not app.loaded_config_files:
            app.extend()
    except BaseException:
        for kind in (_KernelApp, _Kernel, ZMQInteractiveShell):  # half of one is in nobody's way
            if kind.initialized():
                kind.clear_instance()
        raise
    finally:
        os.environ.clear()  # what the shell has put there, it will put into its own process's
        os.environ.update(before)
    _prepared[:] = [_Prepared(app, tuple(arguments), _environment())]
    if app.loaded_config_files:
        _prepared.pop().discard()


@contextlib.contextmanager
def out_of_sight() -> Iterator[None]:
    """Let nobody find the prepared kernel while the block runs: what looks for one shall find none."""
    things = [thing for waiting in _prepared for thing in waiting.singletons()]
    for thing in things:
        type(thing).clear_instance()
    try:
        yield
    finally:
        for thing in things:
            for kind in type(thing)._walk_mro():
                kind._instance = thing


def kernel_app(wire: socket.socket, arguments: Sequence[str]) -> IPKernelApp:
    """Make ready what serves one client until that closes its end of the socket.

    Parameters
    ----------
    wire : socket.socket
        Connected to the client; blocking.
    arguments : sequence of str
        Command line of the kernel, such as ``--HistoryManager.hist_file=:memory:``.

    Returns
    -------
    IPKernelApp
        To be started.
    """
    # As Jupyter calls a kernel, but that there is no such file: nobody else may connect.
    connection = Path(tempfile.gettempdir(), f"kernel-{os.getpid()}.json")
    sys.argv = [str(_LAUNCHER and _LAUNCHER.origin), "-f", str(connection), *arguments]
    waiting = _prepared.pop() if _prepared else None
    if waiting is not None and not waiting.fits(arguments):
        waiting.discard()
        waiting = None
    if waiting is None:
        app = _KernelApp.instance()
        app.prepare(arguments)
    else:
        app = waiting.app
    app.wake(wire)
    if os.environ.pop(pictures.LATER, None):
        assert app.shell is not None
        pictures.promise(app.shell.display_formatter)
    return app
