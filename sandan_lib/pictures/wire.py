"""How who wants a picture and who draws it speak with each other: a socket in a folder, and messages."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import socket
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["connected", "listening", "place_of", "receive", "request_for", "send"]

# Of an answer: whether it worked; of a question: whether somebody waits for the answer. And how many bytes
# follow.
_HEAD = struct.Struct("!BQ")


def request_for(spec: Mapping[str, Any], scale: float) -> bytes:
    """Write down what is to be drawn."""
    return json.dumps([spec, scale]).encode("utf-8")


def place_of(request: bytes, keep: Path) -> Path:
    """Give the file in which the picture is kept, once it has been drawn."""
    return keep / f"{hashlib.sha256(request).hexdigest()}.png"


@contextlib.contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    """Speak with whoever draws at an address."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        with _short(Path(address)) as name:
            wire.connect(name)
        yield wire


@contextlib.contextmanager
def _short(place: Path) -> Iterator[str]:
    """Give a name of a socket that fits: an address may have about a hundred bytes, a path more."""
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{place.name}"
    finally:
        os.close(folder)


def send(wire: socket.socket, content: bytes, *, fine: bool = True) -> None:
    """Send a question, or an answer."""
    wire.sendall(_HEAD.pack(fine, len(content)) + content)


def receive(wire: socket.socket) -> tuple[bool, bytes]:
    """Receive what :func:`send` has sent, whole."""
    with wire.makefile("rb") as stream:
        head = stream.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise ConnectionError("no answer")
        fine, size = _HEAD.unpack(head)
        content = stream.read(size)
    if len(content) < size:
        raise ConnectionError("half an answer")
    return bool(fine), content


@contextlib.contextmanager
def listening(keep: Path) -> Iterator[tuple[socket.socket, str]]:
    """Give a socket at which questions arrive, in a folder, and its address."""
    place = keep.resolve() / f"{os.getpid()}-{secrets.token_hex(4)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        with _short(place) as name:
            listener.bind(name)
        listener.listen(64)
        try:
            yield listener, str(place)
        finally:
            place.unlink(missing_ok=True)
