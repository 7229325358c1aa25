"""What a tooltip says of a mark: the figure as printed, its source and its claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandan_lib.charts.theme import alt
from sandan_lib.dataset import Dataset

__all__ = ["claim_tip", "tooltip"]

_FIELDS = ("as_printed", "status", "source", "title", "date", "claim")
_TITLES = {
    "as_printed": ("적힌 그대로", "as printed"),
    "status": ("상태", "status"),
    "source": ("출처", "source"),
    "title": ("제목", "title"),
    "date": ("게재일", "published"),
    "claim": ("수치 번호", "claim"),
}


def claim_tip(ds: Dataset, claim: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Give the tooltip's cells for a claim."""
    source = ds.record("sources", claim["source_id"])
    unknown = "모름" if lang == "ko" else "unknown"
    return {
        "as_printed": f"{claim['as_printed']}{claim['printed_unit'] or ''}",
        "status": ds.label("claims", "status", claim["status"], lang),
        "source": source["publisher"],
        "title": source["title"],
        "date": claim["published"] or unknown,
        "claim": claim["claim_id"],
    }


def tooltip(lang: str, *extra: tuple[str, str]) -> list[Any]:
    """Give the tooltip channel; ``extra`` are (field, title) pairs shown first."""
    pairs = [*extra, *((name, _TITLES[name][0 if lang == "ko" else 1]) for name in _FIELDS)]
    return [alt.Tooltip(f"{name}:N", title=title) for name, title in pairs]
