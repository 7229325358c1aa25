"""What a forked kernel speaks through: one socket in place of ZeroMQ's five, and its printed words."""

from __future__ import annotations

import atexit
import functools
import os
import select
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread, OutStream

from sandan_lib.warm.wire import packed

__all__ = ["Outlet", "Publisher", "Stream", "Wire"]

_PATIENCE = 5.0  # seconds for a thread of ours to do something small


class Wire:
    """The socket, for all threads, and for handlers of signals, which may come and raise at any moment.

    A notebook's own handlers, and an interrupt, run in the main thread, wherever that happens to be: in
    the midst of a message, too. What has been sent of it is known nevertheless, and the rest follows.
    """

    def __init__(self, wire: socket.socket) -> None:
        self.socket = wire
        # Each packet with the sizes of its pieces that have been sent.
        self._waiting: deque[tuple[bytes, list[int]]] = deque()
        self._turn = threading.RLock()

    def send(self, packet: bytes) -> None:
        """Send a packet, whole and in its turn."""
        self._waiting.append((packet, []))
        if self.is_ours():
            return  # we interrupt a sending of our own thread, which goes on with what waits
        while self._waiting:  # again, should a handler have come just before our turn was over
            with self._turn:
                # Without a reader, we are about to end, and what is said now is said to nobody.
                try:
                    self._send_all()
                except (BrokenPipeError, ConnectionResetError):
                    self._waiting.clear()

    def is_ours(self) -> bool:
        """Tell whether this very thread is sending, so that we are a handler of signals amid that."""
        return bool(self._turn._is_owned())  # type: ignore[attr-defined]

    def _send_all(self) -> None:
        while self._waiting:
            packet, sent = self._waiting[0]
            rest = memoryview(packet)[sum(sent) :]
            if not rest:
                self._waiting.popleft()
                continue
            try:
                # Sent and noted in one step, which no handler comes between.
                sent.extend(map(self.socket.send, (rest,), (socket.MSG_DONTWAIT,)))
            except BlockingIOError:
                writable = select.poll()
                writable.register(self.socket, select.POLLOUT)
                writable.poll()


class Outlet:
    """Stands where ipykernel expects a ZeroMQ socket or stream."""

    closed = False

    def __init__(self, wire: Wire, channel: int) -> None:
        self.wire, self._channel = wire, channel
        self.receive: Callable[[list[Any]], Any] | None = None

    @functools.cached_property
    def context(self) -> zmq.Context[Any]:
        """Give what sockets are made with, if somebody wants one."""
        return zmq.Context()

    def send_multipart(self, parts: Sequence[Any], **_: Any) -> None:
        """Send the frames of a message."""
        frames = [part if isinstance(part, (bytes, memoryview)) else bytes(part) for part in parts]
        self.wire.send(packed(self._channel, frames))

    def on_recv(self, callback: Callable[[list[Any]], Any], **_: Any) -> None:
        """Let somebody know what arrives."""
        self.receive = callback

    def flush(self, *_: Any, **__: Any) -> None:
        """Do nothing: what is sent is sent."""

    def close(self, *_: Any, **__: Any) -> None:
        """Do nothing: the socket belongs to the application."""


class Publisher(IOPubThread):
    """Sends at once, from whatever thread has something to say: our wire may be used by all.

    A ZeroMQ socket may not, so ipykernel has all messages sent by a thread, and waits for it five times
    a cell. The thread is still there for what a cell prints while it runs: it begins when there is
    something. It is told what to do by its loop, not by a socket; and a socket for what forked processes
    print is made when there will be one.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._open_to_forks = False
        self._begun, self._beginning = False, threading.RLock()
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]
        os.register_at_fork(before=self._be_open_to_forks)

    def send_multipart(self, *args: Any, **options: Any) -> None:
        """Send a message at once."""
        self._really_send(*args, **options)  # type: ignore[no-untyped-call]

    def schedule(self, f: Callable[[], Any]) -> None:
        """Have the thread do something soon; without one, at once."""
        if self._at_work():
            self.io_loop.add_callback(f)
        else:
            f()

    def start(self) -> None:
        """Let the thread begin when it is needed, and end with the process."""
        atexit.register(self.stop)

    def _at_work(self) -> bool:
        """Tell whether the thread works for us, from now on at the latest."""
        if self._stopped or not self._is_master_process():  # type: ignore[no-untyped-call]
            return False
        with self._beginning:  # a handler of signals may come and print amid this
            if not self._begun:
                self._begun = True
                self.thread.start()
        return self.thread.is_alive()

    def _setup_event_pipe(self) -> None:
        pass

    def _setup_pipe_in(self) -> None:
        pass

    def _be_open_to_forks(self) -> None:
        """Make the socket for what a forked process prints, before there is one to print."""
        if self._open_to_forks or not self._at_work():
            return
        self._open_to_forks = True
        if threading.current_thread() is self.thread:
            super()._setup_pipe_in()  # type: ignore[no-untyped-call]
            return
        done = threading.Event()

        def open_up() -> None:
            try:
                super(Publisher, self)._setup_pipe_in()  # type: ignore[no-untyped-call]
            finally:
                done.set()

        self.io_loop.add_callback(open_up)
        done.wait(_PATIENCE)


class Stream(OutStream):
    """Standard output or error that is written out by whoever flushes it, one thread at a time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._turn = threading.RLock()
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]

    def flush(self) -> None:
        """Send what has been printed so far."""
        self._flush()

    def _flush(self) -> None:
        if not self._is_master_process():  # type: ignore[no-untyped-call]
            super()._flush()  # type: ignore[no-untyped-call]
            return
        # Who flushes elsewhere may wait for what our thread holds: it must not wait for him in turn.
        own = [turn._is_owned() for turn in (self._turn, self._buffer_lock)]  # type: ignore[attr-defined]
        if any(own) or self.pub_thread.socket.wire.is_ours():
            return  # a handler of signals, amid a word or a flush of its thread: soon, and in order
        with self._turn:
            super()._flush()  # type: ignore[no-untyped-call]


# A notebook that asks what its output is gets the answer that it gets elsewhere.
Stream.__module__, Stream.__qualname__, Stream.__name__ = OutStream.__module__, "OutStream", "OutStream"
