"""A reader's own score, with the doubt that it carries."""

from __future__ import annotations

from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import ACCENT, WIDTH, alt, chart_of
from sandan_lib.dataset import Dataset
from sandan_lib.score import Score, Scored

__all__ = ["scored"]


def scored(ds: Dataset, found: Score, lang: str = "ko") -> Figure:
    """Draw the scores: a dot for the chosen figures, a line for what admissible ones allow.

    Parameters
    ----------
    ds : Dataset
        The data the score was made from.
    found : Score
        The scores.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
    """
    index = 0 if lang == "ko" else 1
    heading = ("가중치로 매긴 점수", "A score by weights of one's own")[index]
    if not found.found:
        return nothing_to_draw(heading, lang)
    rows = [_row(ds, item, lang) for item in found.found]
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None)
    scale = {"domain": [0, 118], "nice": False}
    axis = {"values": [0, 20, 40, 60, 80, 100]}
    title = ("점 (0~100)", "score (0 to 100)")[index]
    base = chart_of(rows).encode(y=y)
    tips = [
        alt.Tooltip(f"{field}:N", title=words[index])
        for field, words in {
            "name": ("선정", "selection"),
            "ranks": ("순위 (있을 수 있는 순위)", "rank (possible ranks)"),
            "label": ("점수", "score"),
            "parts": ("측정값마다의 자리 (0~1)", "place on each ruler (0 to 1)"),
            "ids": ("수치 번호", "claims"),
        }.items()
    ]
    spans = base.mark_rule(strokeWidth=5, opacity=0.35, color=ACCENT).encode(
        x=alt.X("low:Q", title=title, scale=scale, axis=axis), x2=alt.X2("high:Q")
    )
    dots = base.mark_point(filled=True, size=90, opacity=1, color=ACCENT).encode(
        x=alt.X("score:Q", title=title, scale=scale), tooltip=tips
    )
    labels = base.mark_text(align="left", dx=9).encode(
        x=alt.X("high:Q", scale=scale), text=alt.Text("label:N")
    )
    weights = ", ".join(f"{_name(ds, key, lang)} {weight:+d}" for key, weight in found.weights)
    subtitle = (
        f"가중치: {weights}. 점은 고른 수치, 굵은 선은 다른 글을 믿을 때의 폭",
        f"Weights: {weights}. Dot: chosen figures; thick line: by choice of texts",
    )[index]
    chart = alt.layer(
        spans, dots, labels, width=WIDTH, height={"step": 22}, title={"text": heading, "subtitle": subtitle}
    )
    listed = "; ".join(f"{row['name']} {row['label']}" for row in rows)
    return Figure(chart, f"{heading} ({weights}): {listed}")


def _name(ds: Dataset, key: str, lang: str) -> str:
    return " ÷ ".join(ds.name("measures", ds.measure_names.resolve(part), lang) for part in key.split("/"))


def _row(ds: Dataset, item: Scored, lang: str) -> dict[str, Any]:
    sure = item.rank_low == item.rank_high
    ranks = f"{item.rank}" if sure else f"{item.rank} ({item.rank_low}–{item.rank_high})"
    return {
        "name": ds.selection_name(item.selection_id, lang),
        "score": float(item.value),
        "low": float(item.low),
        "high": float(item.high),
        "label": f"{float(item.value):.1f}",
        "ranks": ranks,
        "parts": ", ".join(f"{_name(ds, key, lang)} {float(place):.2f}" for key, place in item.places),
        "ids": " ".join(item.claims),
    }
