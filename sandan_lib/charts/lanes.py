"""Programmes of a region on one time axis: a lane each, events as numbered dots, plan years as bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import ACCENT, INK, WIDTH, alt, chart_of, many, text_width
from sandan_lib.charts.tips import claim_tip, tooltip
from sandan_lib.dataset import Dataset
from sandan_lib.model import StatusClass, last_possible_day
from sandan_lib.story import Story

__all__ = ["lanes"]

_PARTS = {
    "total": ("총액", "total"),
    "national": ("국비", "national"),
    "local": ("지방비", "local"),
    "provincial": ("도비", "provincial"),
    "municipal": ("시·군비", "municipal"),
    "private": ("민자", "private"),
}
_SIDES: tuple[tuple[str, Literal["left", "right"], int, str], ...] = (
    ("left", "right", -5, "x"),
    ("right", "left", 5, "x2"),
)
_DOT, _BAR, _HEAD, _FOOT = 19, 20, 20, 8  # heights of rows, in pixels


def lanes(ds: Dataset, story: Story, lang: str = "ko") -> Figure:
    """Draw what happened in each programme, and over which years its money was planned or spent.

    Parameters
    ----------
    ds : Dataset
        The data the story was made from.
    story : Story
        The programmes of a region.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
        Dots carry the numbers of the table of events. Bars show years, never amounts.
    """
    index = 0 if lang == "ko" else 1
    region = ds.name("regions", story.region_id, lang)
    if not story.events and not story.money:
        return nothing_to_draw((f"{region}의 사업들", f"Programmes in {region}")[index], lang)
    first, last = _ends(story)
    dots, bars, heads, bands = [], [], [], []
    top = 0.0
    for programme in story.programmes:
        own = _bars(ds, story, programme, lang)
        happened = [_dot(ds, row, lang) for row in story.events if row["programme_id"] == programme]
        if not own and not happened:
            continue  # only money without years: it stands in the table
        start = top
        heads.append({"x": first, "y": top + 10, "name": ds.name("programmes", programme, lang)})
        top += _HEAD
        depths = _stacked([_placed(row, first, last) for row in own])
        for row, depth in zip(own, depths, strict=True):
            bars.append(row | {"y": top + depth * _BAR + 4, "y2": top + (depth + 1) * _BAR - 4})
        top += _BAR * (max(depths, default=-1) + 1)
        reach = [((row["x"] - first) / (last - first) * WIDTH, 19.0) for row in happened]
        depths = _stacked(reach)
        dots += [r | {"y": top + (d + 0.5) * _DOT} for r, d in zip(happened, depths, strict=True)]
        top += _DOT * (max(depths, default=-1) + 1) + _FOOT
        if len(heads) % 2:
            bands.append({"x": first, "x2": last, "y": start, "y2": top})
    heading = _heading(region, heads, dots, lang)
    chart = _layers(dots, bars, heads, bands, (first, last), top, lang)
    subtitle = (
        "점의 번호는 아래 일지의 번호, 막대는 적힌 사업 기간. 막대의 길이는 돈의 크기가 아니다.",
        "Dot: number in the table of events; bar: printed years of a plan, whose length is no amount",
    )[index]
    chart = chart.properties(width=WIDTH, height=top, title={"text": heading, "subtitle": subtitle})
    listed = "; ".join(f"{row['number']} {row['date']} {row['title']}" for row in dots)
    periods = "; ".join(f"{row['programme']} {row['label']}" for row in bars)
    return Figure(chart, f"{heading}. {periods}. {listed}")


def _heading(
    region: str, heads: Sequence[Mapping[str, Any]], dots: Sequence[Mapping[str, Any]], lang: str
) -> str:
    """Count the programmes and what happened in them, and say from when to when."""
    years = sorted(int(row["x"]) for row in dots)
    if lang == "ko":
        when = f", {years[0]}–{years[-1]}년에 적힌 일 {len(years)}건" if years else ""
        return f"{region}의 사업 {len(heads)}개{when}"
    programmes = many(len(heads), "programme")
    when = f", {many(len(years), 'event')} from {years[0]} to {years[-1]}" if years else ""
    return f"{region}: {programmes}{when}"


def _layers(
    dots: list[dict[str, Any]],
    bars: list[dict[str, Any]],
    heads: list[dict[str, Any]],
    bands: list[dict[str, Any]],
    ends: tuple[float, float],
    height: float,
    lang: str,
) -> Any:
    step = next(step for step in (1, 2, 3, 5) if WIDTH * step / (ends[1] - ends[0]) > 44)
    years = [year for year in range(int(ends[0]), int(ends[1]) + 1) if year % step == 0]
    axis = {"format": "d", "orient": "top", "values": years}
    x = alt.X("x:Q", title=None, axis=axis, scale={"domain": list(ends), "nice": False, "zero": False})
    y_scale = {"domain": [0, height], "nice": False, "reverse": True}
    y = alt.Y("y:Q", axis=None, scale=y_scale)
    x2, y2 = alt.X2("x2:Q"), alt.Y2("y2:Q")
    happened = ("title", "일" if lang == "ko" else "event"), ("date", "날짜" if lang == "ko" else "date")
    origin = ("publisher", "출처" if lang == "ko" else "source"), ("event", "번호" if lang == "ko" else "id")
    tips = [alt.Tooltip(f"{name}:N", title=title) for name, title in (*happened, *origin)]
    programme = ("programme", "사업" if lang == "ko" else "programme")
    numbered = chart_of(dots).encode(x=x, y=y)
    written = [
        chart_of([row | {"y": (row["y"] + row["y2"]) / 2} for row in bars if row["side"] == side])
        .mark_text(align=align, dx=dx, fontSize=11, color=INK)
        .encode(x=alt.X(f"{end}:Q"), y=y, text=alt.Text("label:N"))
        for side, align, dx, end in _SIDES
    ]
    return alt.layer(
        chart_of(bands).mark_rect(color="#f1f3f5").encode(x=x, y=y, x2=x2, y2=y2),
        chart_of(bars)
        .mark_rect(color="#56b4e9", stroke="#0072b2", cornerRadius=3)
        .encode(x=x, y=y, x2=x2, y2=y2, tooltip=tooltip(lang, programme)),
        *written,
        numbered.mark_point(filled=True, size=270, color="#8f3d00", opacity=1).encode(tooltip=tips),
        numbered.mark_text(fontSize=11, color="#ffffff", fontWeight=700).encode(
            text=alt.Text("number:N"), tooltip=tips
        ),
        chart_of(heads)
        .mark_text(align="left", dx=4, fontWeight=700)
        .encode(x=x, y=y, text=alt.Text("name:N")),
        chart_of([{"x": ends[0], "y": height}]).mark_rule(color=ACCENT, opacity=0).encode(x=x, y=y),
    )


def _year(day: dt.date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def _ends(story: Story) -> tuple[float, float]:
    days = [_year(last_possible_day(row["date"])) for row in story.events]
    for item in story.money:
        claim = _spoken(item)
        if claim["period_start"] and claim["period_end"]:
            days += [float(claim["period_start"]), float(claim["period_end"]) + 1]
    return float(int(min(days or [2015.0]))), float(int(max(days or [2016.0])) + 1)


def _stacked(reaches: Sequence[tuple[float, float]]) -> list[int]:
    """Give each thing the first row in which it meets none before it: (middle or start, width)."""
    ends: list[float] = []
    depths = []
    for start, width in reaches:
        depth = next((row for row, end in enumerate(ends) if end <= start), len(ends))
        ends[depth : depth + 1] = [start + width]
        depths.append(depth)
    return depths


def _placed(row: dict[str, Any], first: float, last: float) -> tuple[float, float]:
    """Write a bar's label left of it where there is room, else right of it; give start and width of both."""
    scale = WIDTH / (last - first)
    start, bar, label = (row["x"] - first) * scale, (row["x2"] - row["x"]) * scale, row["label"]
    words = text_width(label, 11) + 12
    row["side"] = "left" if start > words else "right"
    return (start - words if row["side"] == "left" else start), bar + words


def _spoken(item: dict[str, Any]) -> dict[str, Any]:
    """Give the claim that speaks for a sum: the total, or the first part that is printed."""
    claim: dict[str, Any] = next(iter(item["parts"].values()))
    return claim


def _bars(ds: Dataset, story: Story, programme: str, lang: str) -> list[dict[str, Any]]:
    """Give the printed periods of a programme's money, the newest sum of each."""
    newest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for item in story.money:
        claim = _spoken(item)
        years = claim["period_start"], claim["period_end"]
        if item["programme_id"] == programme and all(years) and claim["basis"] == "cumulative":
            newest[years, item["complex_id"], StatusClass.of(claim["status"])] = claim
    rows = []
    for claim in sorted(newest.values(), key=lambda claim: claim["period_start"]):
        part = _PARTS[claim["component"]][0 if lang == "ko" else 1]
        status = ds.label("claims", "status", claim["status"], lang)
        words = f"{part} {ds.amount(claim, lang)} ({status})"
        rows.append(
            {
                "x": float(claim["period_start"]),
                "x2": float(claim["period_end"]) + 1,
                "label": f"{claim['period_start']}–{claim['period_end']} {words}",
                "programme": ds.name("programmes", programme, lang),
                **claim_tip(ds, claim, lang),
            }
        )
    return rows


def _dot(ds: Dataset, event: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "x": _year(last_possible_day(event["date"])),
        "number": str(event["number"]),
        "date": event["date"],
        "title": event[f"title_{lang}"],
        "event": event["event_id"],
        "ids": event["source_id"],
        "publisher": ds.record("sources", event["source_id"])["publisher"],
    }
