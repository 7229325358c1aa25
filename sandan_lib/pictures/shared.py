"""Pictures for notebooks: drawn here, or by a process that draws for many.

Starting the drawing engine costs a process a third of a second, and an engine that has started
cannot be forked. So where many short-lived processes draw, one that stays draws for them: it
listens at the address that ``SANDAN_PICTURES`` names, and keeps what it has drawn, since many
reports show the same picture. And where somebody looks through a notebook before it is shown to
anyone, its cells need not wait for their pictures (``SANDAN_PICTURES_LATER``).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandan_lib.pictures.drawing import drawn

__all__ = [
    "ADDRESS",
    "LATER",
    "PROMISE",
    "Hired",
    "bundle",
    "drawn_at",
    "fulfilled",
    "hired",
    "main",
    "png",
    "promise",
    "serving",
]

ADDRESS, LATER = "SANDAN_PICTURES", "SANDAN_PICTURES_LATER"
PROMISE = "sandan: a picture that is being drawn"
_SCALE = 1.5  # of pictures in notebooks
# Of an answer: whether it worked; of a question: whether somebody waits for the answer. And how many bytes
# follow.
_HEAD = struct.Struct("!BQ")


def png(spec: Mapping[str, Any], scale: float) -> bytes:
    """Draw a chart with the package's own Korean type.

    Parameters
    ----------
    spec : Mapping
        Vega-Lite specification with its data.
    scale : float
        Pixels per chart unit.

    Returns
    -------
    bytes
        The same bytes, whoever draws.

    Raises
    ------
    ValueError
        If the specification is none.
    """
    address = os.environ.get(ADDRESS)
    if address:
        with contextlib.suppress(OSError):  # whoever drew for us is gone: draw here
            return _asked(address, spec, scale)
    return drawn(spec, scale)


def bundle(
    spec: Mapping[str, Any], mime: str, words: str, *, later: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what a notebook keeps of a chart: specification, picture and words, with their metadata.

    Parameters
    ----------
    spec : Mapping
        Vega-Lite specification with its data and its ``description``.
    mime : str
        Its type.
    words : str
        What to say where neither can be shown.
    later : bool
        Whether a promise is enough for now: :func:`fulfilled` puts the picture in its place.

    Returns
    -------
    tuple of (dict, dict)
    """
    data = {mime: spec, _PNG: PROMISE, "text/plain": words}
    metadata = {_PNG: {"alt": spec["description"]}}
    if later:
        _asked_for(spec)
    else:
        _put(data, metadata, png(spec, _SCALE))
    return data, metadata


_PNG = "image/png"


def _put(data: dict[str, Any], metadata: dict[str, Any], picture: bytes) -> None:
    data[_PNG] = base64.b64encode(picture).decode("ascii")
    width = int.from_bytes(picture[16:20], "big")
    metadata[_PNG] = {"width": int(width / _SCALE), "alt": metadata[_PNG]["alt"]}


def _asked_for(spec: Mapping[str, Any]) -> None:
    """Have a picture drawn, without waiting for it; if nobody draws, who fulfils the promise will."""
    address = os.environ.get(ADDRESS)
    if address:
        with contextlib.suppress(OSError), _connected(address) as wire:
            _send(wire, _request(spec, _SCALE), fine=False)


def promise(formatter: Any) -> None:
    """Let a kernel show charts with promises; who calls a chart's methods himself gets pictures.

    Parameters
    ----------
    formatter : IPython.core.formatters.DisplayFormatter
        The kernel's.
    """
    by_name = formatter.mimebundle_formatter.for_type_by_name
    by_name("sandan_lib.charts.figure", "Figure", lambda figure: figure.promised())


def fulfilled(notebook: Any) -> bool:
    """Put the promised pictures into an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook; changed.

    Returns
    -------
    bool
        False if a promise was copied to where no picture can be put, or cannot be kept.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if data.get(_PNG) != PROMISE:
                continue
            spec = next((part for mime, part in data.items() if "vegalite" in mime), None)
            try:
                _put(data, output.metadata, png(spec or {}, _SCALE))
            except ValueError:
                return False
    return not any(_holds(PROMISE, cell.get("outputs", ())) for cell in notebook.cells)


def _holds(words: str, value: Any) -> bool:
    """Tell whether words stand anywhere in what a notebook keeps."""
    if isinstance(value, str):
        return words in value
    if isinstance(value, dict):
        return any(
            words in key or (words in item if type(item) is str else _holds(words, item))
            for key, item in value.items()
        )
    return isinstance(value, (list, tuple)) and any(_holds(words, item) for item in value)


def _asked(address: str, spec: Mapping[str, Any], scale: float) -> bytes:
    request = _request(spec, scale)
    if address in _own:  # we draw ourselves, in another thread: what is there already need not be asked for
        with contextlib.suppress(OSError):
            return _place(request, _own[address]).read_bytes()
    with _connected(address) as wire:
        _send(wire, request)
        fine, answer = _receive(wire)
    if not fine:
        raise ValueError(answer.decode("utf-8"))
    return answer


def _request(spec: Mapping[str, Any], scale: float) -> bytes:
    return json.dumps([spec, scale]).encode("utf-8")


@contextlib.contextmanager
def _connected(address: str) -> Iterator[socket.socket]:
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


def _send(wire: socket.socket, content: bytes, *, fine: bool = True) -> None:
    wire.sendall(_HEAD.pack(fine, len(content)) + content)


def _receive(wire: socket.socket) -> tuple[bool, bytes]:
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
    with _listening(keep) as (listener, address), _answering(listener, keep):
        _own[address] = keep
        try:
            yield address
        finally:
            del _own[address]


_own: dict[str, Path] = {}  # where this process draws for others, and what it keeps


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
        listener, address = stack.enter_context(_listening(Path(keep)))
        descriptor = str(listener.fileno())
        command = [sys.executable, "-m", f"{__name__.rpartition('.')[0]}", descriptor, keep]
        # Out of reach of the terminal's Ctrl-C: it ends when we close its input.
        drawer = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()], start_new_session=True
        )
        stack.callback(drawer.wait)
        found = Hired(address, drawer)
        stack.callback(found.dismiss)
        listener.close()  # it alone listens: should it die, nobody waits for it
        yield found


@contextlib.contextmanager
def drawn_at(address: str) -> Iterator[None]:
    """Have the charts of this process, and of those that it starts, drawn at an address in the block."""
    before = os.environ.get(ADDRESS)
    os.environ[ADDRESS] = address
    try:
        yield
    finally:
        os.environ.pop(ADDRESS, None)
        if before is not None:
            os.environ[ADDRESS] = before


@contextlib.contextmanager
def _listening(keep: Path) -> Iterator[tuple[socket.socket, str]]:
    place = keep.resolve() / f"{os.getpid()}-{secrets.token_hex(4)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        with _short(place) as name:
            listener.bind(name)
        listener.listen(64)
        try:
            yield listener, str(place)
        finally:
            place.unlink(missing_ok=True)


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
            waited_for, request = _receive(wire)
            if not waited_for and _place(request, keep).exists():
                continue
            try:
                picture, fine = _kept(request, keep), True
            except ValueError as error:
                picture, fine = str(error).encode("utf-8"), False
            if waited_for:
                _send(wire, picture, fine=fine)


def _place(request: bytes, keep: Path) -> Path:
    return keep / f"{hashlib.sha256(request).hexdigest()}.png"


def _kept(request: bytes, keep: Path) -> bytes:
    """Give a picture from the folder, or draw it and put it there."""
    place = _place(request, keep)
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
