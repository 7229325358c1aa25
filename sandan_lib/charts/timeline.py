"""What happened when: one line an event, so that no label meets another."""

from __future__ import annotations

import textwrap
from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import ACCENT, MUTED, alt, chart_of, text_width
from sandan_lib.dataset import rows_of
from sandan_lib.model import last_possible_day
from sandan_lib.profile import Profile

__all__ = ["timeline"]

_AXIS_WIDTH = 230
_TEXT_WIDTH = 400


def timeline(profile: Profile, lang: str = "ko") -> Figure:
    """Draw the events of a selection and its round.

    Parameters
    ----------
    profile : Profile
        Of one selection.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
    """
    rows = [_row(profile, order, row, lang) for order, row in enumerate(rows_of(profile.events))]
    heading = "일지" if lang == "ko" else "Timeline"
    if not rows:
        return nothing_to_draw(heading, lang)
    own, general = ("이 지역", "this region"), ("전국·차수", "whole round")
    index = 0 if lang == "ko" else 1
    for row in rows:
        row["whose"] = own[index] if row["own"] else general[index]
    y = alt.Y("order:O", axis=None)
    dots = (
        chart_of(rows)
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            y=y,
            x=alt.X(
                "day:T",
                title=None,
                axis=_year_axis(rows),
            ),
            color=alt.Color(
                "whose:N", scale={"domain": [own[index], general[index]], "range": [ACCENT, MUTED]}
            ),
            tooltip=[
                alt.Tooltip("date:N", title="날짜" if lang == "ko" else "date"),
                alt.Tooltip("full:N", title="내용" if lang == "ko" else "event"),
                alt.Tooltip("kind:N", title="종류" if lang == "ko" else "kind"),
                alt.Tooltip("source:N", title="출처" if lang == "ko" else "source"),
                alt.Tooltip("title:N", title="제목" if lang == "ko" else "title"),
            ],
        )
        .properties(width=_AXIS_WIDTH, height=alt.Step(34))
    )
    words = (
        chart_of(rows)
        .mark_text(align="left", lineBreak="\n", lineHeight=14, fontSize=12)
        .encode(y=y, x=alt.XValue(0), text=alt.Text("words:N"))
        .properties(width=_TEXT_WIDTH, height=alt.Step(34))
    )
    chart = alt.hconcat(dots, words, spacing=14, title=heading).resolve_scale(y="shared")
    listed = "; ".join(f"{row['date']} {row['full']}" for row in rows)
    return Figure(chart, f"{heading}: {listed}")


def _year_axis(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Give an axis of years: every second or third one where their labels would meet."""
    years = [int(row["day"][:4]) for row in rows]
    room = _AXIS_WIDTH / (max(years) - min(years) + 1)
    step = next(step for step in (1, 2, 3, 5, 10, 100) if step * room > text_width("2026") + 10)
    ticks = {"interval": "year", "step": step}
    return {"format": "%Y", "labelAngle": 0, "orient": "top", "tickCount": ticks}


def _row(profile: Profile, order: int, event: dict[str, Any], lang: str) -> dict[str, Any]:
    source = profile.dataset.record("sources", event["source_id"])
    full = event[f"title_{lang}"]
    return {
        "order": order,
        "day": last_possible_day(event["date"]).isoformat(),
        "date": event["date"],
        "full": full,
        "words": _wrap(f"{event['date']}  {full}"),
        "kind": profile.dataset.label("events", "kind", event["kind"], lang),
        "own": event["region_id"] == profile.selection.region_id,
        "source": source["publisher"],
        "title": source["title"],
        "ids": f"{event['event_id']} {event['source_id']}",
    }


def _wrap(text: str) -> str:
    """Break a text into at most two lines of the text column's width."""
    per_line = int(len(text) * _TEXT_WIDTH / max(text_width(text), 1)) - 1
    lines = textwrap.wrap(text, max(per_line, 10))
    return "\n".join(lines[:2]) + (" …" if len(lines) > 2 else "")
