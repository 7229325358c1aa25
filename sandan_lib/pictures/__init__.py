"""Charts as pictures: drawn here, or by a process that draws for many."""

from sandan_lib.pictures.drawer import hired, serving
from sandan_lib.pictures.drawing import pdf, svg
from sandan_lib.pictures.shared import ADDRESS, LATER, PROMISE, bundle, drawn_at, fulfilled, png, promise

__all__ = [
    "ADDRESS",
    "LATER",
    "PROMISE",
    "bundle",
    "drawn_at",
    "fulfilled",
    "hired",
    "pdf",
    "png",
    "promise",
    "serving",
    "svg",
]
