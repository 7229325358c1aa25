"""An executed notebook as the bytes of its file."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

import nbformat

__all__ = ["notebook_bytes"]

_DROPPED = {"orig_nbformat", "orig_nbformat_minor", "signature"}
_LONG = 20_000  # characters
_IN_LINES = {"application/javascript", "image/svg+xml"}


def notebook_bytes(notebook: Any) -> bytes:
    r"""Write a notebook just as nbformat does, in a third of the time.

    nbformat copies the whole notebook first, and json writes with indentation in Python, a word at a
    time. A notebook with charts has tens of thousands of words, and writing them took as long as
    everything else that is made of it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Of the fourth format; not changed, but for what nbformat's validation mends in it.

    Returns
    -------
    bytes
        What ``nbformat.write`` puts into a file, in UTF-8.

    Examples
    --------
    >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("가\n나", id="a")])
    >>> notebook_bytes(notebook) == (nbformat.writes(notebook) + "\n").encode()
    True
    """
    try:
        nbformat.validate(notebook)
        metadata = {name: value for name, value in notebook.metadata.items() if name not in _DROPPED}
        whole = notebook | {"metadata": metadata, "cells": [_split(cell) for cell in notebook.cells]}
        pieces: list[str] = []
        _write(whole, "\n", pieces)
        return _put_together([*pieces, "\n"])
    except (nbformat.ValidationError, TypeError):  # it is none, or holds what is no JSON: nbformat shall say
        return f"{nbformat.writes(notebook)}\n".encode()


def _put_together(pieces: Sequence[str]) -> bytes:
    """Put pieces together; pictures by themselves, since Korean beside them doubles their size on the way."""
    parts: list[bytes] = []
    begin = 0
    for number, piece in enumerate(pieces):
        if len(piece) > _LONG:
            parts += ["".join(pieces[begin:number]).encode(), piece.encode()]
            begin = number + 1
    return b"".join([*parts, "".join(pieces[begin:]).encode()])


def _split(cell: dict[str, Any]) -> dict[str, Any]:
    """Give a cell with its texts in lines, as files keep them."""
    metadata = {name: value for name, value in cell["metadata"].items() if name != "trusted"}
    changed = {"source": _lines(cell["source"]), "metadata": metadata}
    if "attachments" in cell:
        changed["attachments"] = {name: _bundle(data) for name, data in cell["attachments"].items()}
    if cell["cell_type"] == "code":
        changed["outputs"] = [_output(output) for output in cell["outputs"]]
    return cell | changed


def _output(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] in {"execute_result", "display_data"}:
        return output | {"data": _bundle(output.get("data", {}))}
    if output["output_type"] == "stream":
        return output | {"text": _lines(output["text"])}
    return output


def _bundle(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        mime: _lines(value) if mime.startswith("text/") or mime in _IN_LINES else value
        for mime, value in data.items()
    }


def _lines(text: Any) -> Any:
    return text.splitlines(keepends=True) if isinstance(text, str) else text


def _write(value: Any, line: str, pieces: list[str]) -> None:
    """Write a value as json does with an indent of one, sorted keys and plain letters.

    In pieces, which are put together once: pictures are long, and would be copied for each thing that
    they are a part of.
    """
    inner = line + " "
    if value and isinstance(value, dict):
        before = f"{{{inner}"
        for key, item in sorted(value.items()):
            pieces.append(f"{before}{encode_basestring(key)}: ")
            if write := _PLAIN.get(type(item)):  # most are plain, and need no call of ours
                pieces.append(write(item))
            else:
                _write(item, inner, pieces)
            before = f",{inner}"
        pieces.append(f"{line}}}")
    elif value and isinstance(value, (list, tuple)):
        before = f"[{inner}"
        for item in value:
            pieces.append(before)
            _write(item, inner, pieces)
            before = f",{inner}"
        pieces.append(f"{line}]")
    else:
        pieces.append(_PLAIN.get(type(value), _other)(value))


def _other(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else json.dumps(value)


_PLAIN: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: repr,
    float: _number,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}
