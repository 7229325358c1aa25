"""What nbclient asks of a kernel manager and its client, for a kernel in a forked process."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from queue import Empty
from typing import Any

from jupyter_client.session import DELIM, Session
from jupyter_core.utils import run_sync

from sandan_lib.errors import RunError
from sandan_lib.warm.rehearsal import Rehearsal
from sandan_lib.warm.template import Child, Template
from sandan_lib.warm.wire import IOPUB, SHELL, Inbox, packed

__all__ = ["ForkedKernel", "forked_kernel"]

_PATIENCE = 5.0  # seconds that a kernel has to end by itself, as nbclient gives it


class _Channel:
    """One direction of a kernel's talk, as nbclient reads it."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Give the next message, or raise ``queue.Empty`` when there is none in time."""
        if not self.messages.empty():
            return self.messages.get_nowait()
        try:
            return await asyncio.wait_for(self.messages.get(), timeout)
        except TimeoutError:
            raise Empty from None

    def send(self, message: dict[str, Any]) -> None:
        """Send a message to the kernel."""
        self._client.send(message)


class _Client(asyncio.Protocol):
    """A client of one forked kernel."""

    allow_stdin = False

    def __init__(self, child: Child) -> None:
        self._child = child
        self._inbox = Inbox()
        self._transport: asyncio.WriteTransport | None = None
        self._told: dict[str, Any] | None = None  # what kernel it is
        self.session = Session()
        self.session.auth = None  # no signatures: nobody else can write to our socket
        self.shell_channel, self.iopub_channel = _Channel(self), _Channel(self)

    def data_received(self, data: bytes) -> None:
        for number, frames in self._inbox.feed(data):
            channel = {SHELL: self.shell_channel, IOPUB: self.iopub_channel}.get(number)
            if channel is not None:
                channel.messages.put_nowait(self._message(frames))

    def _message(self, frames: list[bytes]) -> dict[str, Any]:
        """Read a message as Jupyter's session does, but for dates other than its own: nobody asks for them.

        To look for dates in all words of the message that was answered took longer than all else here.
        """
        begin = frames.index(DELIM) + 2  # past the signature, which is empty
        header, parent, metadata, content = map(self.session.unpack, frames[begin : begin + 4])
        header["date"] = dt.datetime.fromisoformat(header["date"])
        return {
            "header": header,
            "msg_id": header["msg_id"],
            "msg_type": header["msg_type"],
            "parent_header": parent,
            "metadata": metadata,
            "content": content,
            "buffers": [memoryview(frame) for frame in frames[begin + 4 :]],
        }

    def send(self, message: dict[str, Any]) -> None:
        """Write and send a message; whatever the kernel does not read yet waits here."""
        assert self._transport is not None
        frames = self.session.serialize(message, ident=b"client")
        self._transport.write(packed(SHELL, [*frames, *message.get("buffers", ())]))

    async def start_channels(self) -> None:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        wire = self._child.wire.dup()
        wire.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        transport, _ = await loop.create_unix_connection(lambda: self, sock=wire)
        self._transport = transport

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers.

        Raises
        ------
        RunError
            If it ends before, or does not answer in time.
        """
        asked = self.kernel_info()
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                message = await self.shell_channel.get_msg(timeout=0.5)
            except Empty:
                if not self._child.is_alive():
                    raise RunError("the kernel died at its start", "커널이 시작하다가 끝났습니다") from None
                if deadline is not None and time.monotonic() > deadline:
                    raise RunError(
                        f"the kernel did not start within {timeout} s",
                        f"커널이 {timeout}초 안에 시작하지 못했습니다",
                    ) from None
            else:
                if message["parent_header"].get("msg_id") == asked:
                    self._told = message
                    return

    async def is_alive(self) -> bool:
        """Tell whether the kernel's process is there."""
        return self._child.is_alive()

    def kernel_info(self) -> str:
        """Ask what kernel it is; give the id of the question.

        papermill asks at the end once more. It is still the same: what it said at its start is the answer.
        """
        if self._told is None:
            return self._ask("kernel_info_request", {})
        again = str(self.session.msg("kernel_info_request")["header"]["msg_id"])
        answer = self._told | {"parent_header": self._told["parent_header"] | {"msg_id": again}}
        self.shell_channel.messages.put_nowait(answer)
        return again

    def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Ask to run code; give the id of the question."""
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": self.allow_stdin,
            "stop_on_error": stop_on_error,
        }
        return self._ask("execute_request", content)

    def _ask(self, kind: str, content: dict[str, Any]) -> str:
        message = self.session.msg(kind, content)
        self.send(message)
        return str(message["header"]["msg_id"])

    async def stop_channels(self) -> None:
        """Listen no more."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            await asyncio.sleep(0)  # the loop closes the socket in its next turn


class ForkedKernel:
    """Stands where nbclient expects a kernel manager: the kernel runs already."""

    ipykernel = True
    has_kernel = True
    kernel_id = "forked"

    def __init__(self, child: Child) -> None:
        self._child = child
        self.kernel_client = _Client(child)

    def client(self) -> _Client:
        """Give the one client of this kernel."""
        return self.kernel_client

    async def is_alive(self) -> bool:
        """Tell whether the kernel's process is there."""
        return self._child.is_alive()

    async def interrupt_kernel(self) -> None:
        """Interrupt the cell that is running."""
        self._child.signal(signal.SIGINT)

    async def shutdown_kernel(self, *, now: bool = False) -> None:
        """End the kernel where nbclient gives up; :func:`forked_kernel` ends it otherwise."""
        self._child.signal(signal.SIGKILL if now else signal.SIGTERM)

    async def cleanup_resources(self) -> None:
        """Do nothing: :func:`forked_kernel` frees what the kernel held."""


@contextlib.contextmanager
def forked_kernel(
    arguments: Sequence[str],
    memory_limit: int | None = None,
    environment: Mapping[str, str] | None = None,
    rehearsal: Rehearsal | None = None,
    *,
    wait: bool = True,
) -> Iterator[ForkedKernel]:
    """Give a fresh kernel, and end it afterwards.

    Parameters
    ----------
    arguments : sequence of str
        Command line of the kernel.
    memory_limit, environment
        As for :meth:`sandan_lib.warm.template.Template.fork`.
    rehearsal : Rehearsal, optional
        As there; it is left out when the template does not survive it.
    wait : bool
        Whether to wait until the kernel has ended; else it will have before the next one begins.

    Yields
    ------
    ForkedKernel
    """
    template = Template.living()
    try:
        child = template.fork(arguments, memory_limit, environment, rehearsal)
    except RunError:  # the template died at that very moment, maybe of the rehearsal
        template = Template.living()
        child = template.fork(arguments, memory_limit, environment)
    kernel = ForkedKernel(child)
    try:
        yield kernel
    except BaseException:
        _listen_no_more(kernel)
        child.end(0.0)
        raise
    _listen_no_more(kernel)
    if wait:
        child.end(_PATIENCE)
    else:
        template.see_off(child, _PATIENCE)


def _listen_no_more(kernel: ForkedKernel) -> None:
    run_sync(kernel.kernel_client.stop_channels)()
