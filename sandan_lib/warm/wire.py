"""Kernel messages over one socket: the frames that ZeroMQ would carry, with their lengths."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import TypeAlias

__all__ = ["IOPUB", "SHELL", "STDIN", "Inbox", "Packet", "packed"]

SHELL, IOPUB, STDIN = range(3)
Packet: TypeAlias = tuple[int, list[bytes]]
_HEAD = struct.Struct("!BI")  # channel, number of frames
_SIZE = struct.Struct("!Q")


def packed(channel: int, frames: Sequence[bytes | memoryview]) -> bytes:
    """Write the frames of a message one after the other.

    Parameters
    ----------
    channel : int
        ``SHELL``, ``IOPUB`` or ``STDIN``.
    frames : sequence of bytes
        As Jupyter's ``Session`` serialises a message.

    Returns
    -------
    bytes

    Examples
    --------
    >>> inbox = Inbox()
    >>> list(inbox.feed(packed(IOPUB, [b"a", b""]) + packed(SHELL, [])[:3]))
    [(1, [b'a', b''])]
    """
    parts: list[bytes | memoryview] = [_HEAD.pack(channel, len(frames))]
    for frame in frames:
        parts += [_SIZE.pack(memoryview(frame).nbytes), frame]
    return b"".join(parts)


class Inbox:
    """Puts messages together from whatever pieces a socket gives."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[Packet]:
        """Take what has arrived, and give the messages that are complete by now."""
        self._data += data
        while (packet := self._next()) is not None:
            yield packet

    def _next(self) -> Packet | None:
        if len(self._data) < _HEAD.size:
            return None
        channel, count = _HEAD.unpack_from(self._data)
        place = _HEAD.size
        spans: list[tuple[int, int]] = []
        for _ in range(count):
            if len(self._data) < place + _SIZE.size:
                return None
            (size,) = _SIZE.unpack_from(self._data, place)
            place += _SIZE.size
            spans.append((place, place + size))
            place += size
        if len(self._data) < place:
            return None
        frames = [bytes(self._data[begin:end]) for begin, end in spans]
        del self._data[:place]
        return channel, frames
