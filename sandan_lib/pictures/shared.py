"""Pictures for notebooks: drawn here, or by a process that draws for many.

Such a process listens at the address that ``SANDAN_PICTURES`` names. And where somebody looks through
a notebook before it is shown to anyone, its cells need not wait for their pictures
(``SANDAN_PICTURES_LATER``).
"""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

from sandan_lib.pictures.drawer import kept_at
from sandan_lib.pictures.drawing import drawn
from sandan_lib.pictures.wire import connected, place_of, receive, request_for, send

__all__ = ["ADDRESS", "LATER", "PROMISE", "bundle", "drawn_at", "fulfilled", "png", "promise"]

ADDRESS, LATER = "SANDAN_PICTURES", "SANDAN_PICTURES_LATER"
PROMISE = "sandan: a picture that is being drawn"
_SCALE = 1.5  # of pictures in notebooks


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
        with contextlib.suppress(OSError), connected(address) as wire:
            send(wire, request_for(spec, _SCALE), fine=False)


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
    request = request_for(spec, scale)
    keep = kept_at(address)
    if keep is not None:  # we draw ourselves, in another thread: what is there already need not be asked for
        with contextlib.suppress(OSError):
            return place_of(request, keep).read_bytes()
    with connected(address) as wire:
        send(wire, request)
        fine, answer = receive(wire)
    if not fine:
        raise ValueError(answer.decode("utf-8"))
    return answer


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
