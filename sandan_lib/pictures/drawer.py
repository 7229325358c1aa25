"""A process that draws for many others: it keeps what it has drawn, since many reports show the same.

Starting the drawing engine costs a process a third of a second, and an engine that has started cannot
be forked. So where many short-lived processes draw, one that stays draws for them.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandan_lib.pictures.drawing import drawn
from sandan_lib.pictures.wire import listening, place_of, receive, send

__all__ = ["Hired", "hired", "kept_at", "main", "serving"]

_PATIENCE = 10.0  # seconds that a process has to end after its last picture
_own: dict[str, Path] = {}  # where this process draws for others, and what it keeps


@contextlib.contextmanager
def serving(keep: Path) -> Iterator[str]:
    """Draw for other processes of this machine while the block runs (Linux).

    Parameters
    ----------
    keep : pathlib.Path
        Folder in which finished pictures are kept and looked up, and the socket lies; several
        may share it. Whoever may enter it may ask.

    Yields
    ------
    str
        The address for ``SANDAN_PICTURES``.
    """
    with listening(keep) as (listener, address), _answering(listener, keep):
        _own[address] = keep
        try:
            yield address
        finally:
            del _own[address]


def kept_at(address: str) -> Path | None:
    """Give the folder in which this very process keeps what it draws at an address."""
    return _own.get(address)


@dataclass(frozen=True, slots=True)
class Hired:
    """A process that draws for others.

    Attributes
    ----------
    address : str
        For ``SANDAN_PICTURES``. Whoever asks while it is still starting waits.
    """

    address: str
    _process: subprocess.Popen[bytes]

    def dismiss(self) -> None:
        """Let it end while something else is still to be done; nobody may ask it any more."""
        assert self._process.stdin is not None
        self._process.stdin.close()


@contextlib.contextmanager
def hired() -> Iterator[Hired]:
    """Have a process of its own draw for others while the block runs (Linux).

    Yields
    ------
    Hired
    """
    with contextlib.ExitStack() as stack:
        keep = stack.enter_context(tempfile.TemporaryDirectory(prefix="sandan-pictures-"))
        listener, address = stack.enter_context(listening(Path(keep)))
        descriptor = str(listener.fileno())
        command = [sys.executable, "-m", f"{__name__.rpartition('.')[0]}", descriptor, keep]
        # Out of reach of the terminal's Ctrl-C: it ends when we close its input.
        drawer = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()], start_new_session=True
        )
        stack.callback(_see_off, drawer)
        found = Hired(address, drawer)
        stack.callback(found.dismiss)
        listener.close()  # it alone listens: should it die, nobody waits for it
        yield found


def _see_off(drawer: subprocess.Popen[bytes]) -> None:
    """Wait until it has ended; a picture that takes longer is nobody's any more."""
    try:
        drawer.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        drawer.kill()
        drawer.wait()


@contextlib.contextmanager
def _answering(listener: socket.socket, keep: Path) -> Iterator[None]:
    thread = threading.Thread(target=_serve, args=(listener, keep), name="pictures", daemon=True)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listener: socket.socket, keep: Path) -> None:
    while True:
        try:
            wire, _ = listener.accept()
        except OSError:
            return  # closed
        with wire, contextlib.suppress(OSError):  # a process that asked may have ended
            waited_for, request = receive(wire)
            if not waited_for and place_of(request, keep).exists():
                continue
            try:
                picture, fine = _kept(request, keep), True
            except ValueError as error:
                picture, fine = str(error).encode("utf-8"), False
            if waited_for:
                send(wire, picture, fine=fine)


def _kept(request: bytes, keep: Path) -> bytes:
    """Give a picture from the folder, or draw it and put it there."""
    place = place_of(request, keep)
    with contextlib.suppress(OSError):
        return place.read_bytes()
    spec, scale = json.loads(request)
    picture = drawn(spec, scale)
    with contextlib.suppress(OSError):  # kept if there is room
        draft = place.with_suffix(f".{os.getpid()}")
        draft.write_bytes(picture)
        os.replace(draft, place)
    return picture


_ACROSS = {"field": "a", "type": "quantitative", "axis": {"tickCount": 5}}
_DOWN = {"field": "name", "type": "nominal", "sort": ["가", "나"], "title": None}
# What most charts of reports are made of.
_LIKE_MANY: Mapping[str, Any] = {
    "data": {"values": [{"name": name, "a": 1, "b": 2, "day": "2022-04-27"} for name in "가나다라마바"]},
    "title": {"text": "가", "subtitle": "나"},
    "config": {"font": "Sandan Sans KR"},
    "layer": [
        {"mark": {"type": "bar", "size": 15}, "encoding": {"y": _DOWN, "x": _ACROSS}},
        {"mark": "rule", "encoding": {"y": _DOWN, "x": _ACROSS, "x2": {"field": "b"}}},
        {
            "mark": {"type": "point", "filled": True},
            "encoding": {
                "y": _DOWN,
                "x": _ACROSS,
                "color": {"condition": {"test": "datum.b > 1", "value": "#d55e00"}, "value": "#8a8f98"},
                "tooltip": [{"field": "name", "type": "nominal"}],
            },
        },
        {
            "transform": [{"filter": "datum.a > 0"}],
            "mark": {"type": "text", "align": "left", "dx": 5},
            "encoding": {"y": _DOWN, "x": _ACROSS, "text": {"field": "name", "type": "nominal"}},
        },
    ],
}


def main() -> None:
    """Draw for others until standard input closes; what is told is the socket and the folder to keep in."""
    descriptor, keep = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as listener:
        drawn(_LIKE_MANY, 1)  # the engine starts, and learns its trade, before it is needed
        with _answering(listener, Path(keep)):
            sys.stdin.read()
