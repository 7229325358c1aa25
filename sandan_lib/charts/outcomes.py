"""How many known bids were selected: counts by macro region (권역)."""

from __future__ import annotations

from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import INK, WIDTH, alt, chart_of
from sandan_lib.compare import applications
from sandan_lib.dataset import Dataset

__all__ = ["outcomes"]

_DARK, _LIGHT = "#08488e", "#cfe3f3"

Row = dict[str, Any]


def outcomes(ds: Dataset, lang: str = "ko", round_year: int = 0) -> Figure:
    """Draw how many known bids of each macro region were selected and how many were not.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words.
    round_year : int
        Only this round; 0 for all.

    Returns
    -------
    Figure
        Counts, never rates: the numbers are too small.
    """
    heading = "권역마다의 신청과 결과" if lang == "ko" else "Known bids and outcomes by macro region"
    counted: dict[tuple[str, str], list[str]] = {}
    for item in applications(ds, round_year):
        if item.outcome != "pending":
            group = ds.record("regions", item.region_id)["macro_region"]
            counted.setdefault((group, item.outcome), []).append(item.selection_id)
    if not counted:
        return nothing_to_draw(heading, lang)
    groups = dict.fromkeys(row["macro_region"] for row in ds.records("regions").values())
    rows: list[Row] = [
        {
            "group": ds.label("regions", "macro_region", group, lang),
            "outcome": ds.label("selections", "outcome", outcome, lang),
            "bids": len(counted[group, outcome]),
            "start": len(counted.get((group, "selected"), [])) * place,
            "end": len(counted.get((group, "selected"), [])) * place + len(counted[group, outcome]),
            "ids": " ".join(counted[group, outcome]),
        }
        for group in groups
        for place, outcome in enumerate(("selected", "not_selected"))
        if (group, outcome) in counted
    ]
    words = [ds.label("selections", "outcome", key, lang) for key in ("selected", "not_selected")]
    y = alt.Y("group:N", sort=list(dict.fromkeys(row["group"] for row in rows)), title=None)
    title = "알려진 신청" if lang == "ko" else "known bids"
    bars = (
        chart_of(rows)
        .mark_bar(size=18, stroke="#ffffff")
        .encode(
            y=y,
            x=alt.X("start:Q", title=title, axis={"tickMinStep": 1, "format": "d", "tickCount": 6}),
            x2=alt.X2("end:Q"),
            color=alt.Color("outcome:N", scale={"domain": words, "range": [_DARK, _LIGHT]}),
        )
    )
    layers = [bars]
    for word, ink in zip(words, ("#ffffff", INK), strict=True):
        own = [row for row in rows if row["outcome"] == word]
        text = chart_of(own).mark_text(align="right", dx=-6, color=ink, fontWeight=700)
        layers.append(text.encode(y=y, x=alt.X("end:Q"), text=alt.Text("bids:N")))
    chart = alt.layer(*layers, width=WIDTH - 120, height={"step": 28}, title=heading)
    listed = "; ".join(f"{row['group']} {row['outcome']} {row['bids']}" for row in rows)
    return Figure(chart, f"{heading}: {listed}")
