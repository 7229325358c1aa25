"""Where the seventeen regions stand in a grid of equal tiles that resembles Korea."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["TILES"]

# Region -> column and row, from the north-west. Neighbours touch where the grid allows it.
TILES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "KR-28": (0, 0),
        "KR-11": (1, 0),
        "KR-41": (2, 0),
        "KR-42": (3, 0),
        "KR-44": (1, 1),
        "KR-50": (2, 1),
        "KR-43": (3, 1),
        "KR-47": (4, 1),
        "KR-45": (1, 2),
        "KR-30": (2, 2),
        "KR-27": (3, 2),
        "KR-31": (4, 2),
        "KR-29": (1, 3),
        "KR-46": (2, 3),
        "KR-48": (3, 3),
        "KR-26": (4, 3),
        "KR-49": (1, 4),
    }
)
