"""How the totals of all plans moved, and what share of national money is secured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import (
    ACCENT,
    INK,
    MUTED,
    PARTS,
    WIDTH,
    alt,
    axis_scale,
    axis_title,
    chart_of,
    many,
)
from sandan_lib.charts.tips import claim_tip, tooltip
from sandan_lib.dataset import Dataset
from sandan_lib.model import StatusClass, Unit, first_possible_day, last_possible_day
from sandan_lib.trends import Path, paths, revisions, shares
from sandan_lib.units import format_value

__all__ = ["largest_revisions", "secured_shares", "total_paths"]

_PLAN = PARTS["national"]


def _say(lang: str, ko: str, en: str) -> str:
    return ko if lang == "ko" else en


def total_paths(ds: Dataset, lang: str = "ko") -> Figure:
    """Draw each selection's printed totals over time, one small panel each.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
        Bids hollow, plans filled; steps join releases whose order is certain. Undated totals, and
        those of another scope, are said in the alternative text and not placed.
    """
    title = _say(lang, "계획 총액은 발표마다 어떻게 달라졌나", "How each plan's total moved between releases")
    points = [point for path in paths(ds) for point in _points(ds, path, lang)]
    if not points:
        return nothing_to_draw(title, lang)
    names = list(dict.fromkeys(point["panel"] for point in points))
    kinds = [_say(lang, "신청안", "bid"), _say(lang, "계획", "plan")]
    x = alt.X(
        "day:T",
        title=None,
        scale={"domain": [_day(2020), _day(_last_year(points) + 1)]},
        axis={"format": "%Y", "grid": False, "labelFontSize": 10, "tickCount": 3, "labelOverlap": True},
    )
    y = alt.Y(
        "amount:Q",
        title=None,
        scale={"zero": True, "nice": True},
        axis={"tickCount": 3, "labelFontSize": 10},
    )
    legend: dict[str, Any] = {"orient": "top"}
    base = alt.Chart(width=120, height=66)
    # Nothing is filtered: a panel that was left without a row would have no extent, and say so.
    steps = base.mark_line(interpolate="step-after", color=MUTED, strokeWidth=1.5).encode(
        x=x,
        y=y,
        detail=alt.Detail("step:N"),
        opacity=alt.OpacityValue(0, condition={"test": "datum.step", "value": 1}),
    )
    spans = base.mark_rule(color=MUTED, strokeDash=[2, 2]).encode(  # of no length where the day is known
        x=alt.X("earliest:T"), x2=alt.X2("day:T"), y=y
    )
    dots = base.mark_point(size=46, strokeWidth=1.6, opacity=1).encode(
        x=x,
        y=y,
        shape=alt.Shape("kind:N", scale={"domain": kinds, "range": ["diamond", "circle"]}, legend=legend),
        stroke=alt.Stroke("kind:N", scale={"domain": kinds, "range": [ACCENT, _PLAN]}, legend=legend),
        fill=alt.Fill("kind:N", scale={"domain": kinds, "range": ["#ffffff", _PLAN]}, legend=legend),
        tooltip=tooltip(
            lang, ("name", _say(lang, "선정", "selection")), ("words", _say(lang, "총액", "total"))
        ),
    )
    header = {
        "labelExpr": "split(datum.label, '|')",
        "labelAnchor": "start",
        "labelAlign": "left",
        "labelFontSize": 11,
        "title": None,
        "labelLimit": 190,
    }
    facet = alt.Facet("panel:N", sort=names, header=header)
    chart = (
        alt.layer(steps, spans, dots, data=chart_of(points).data)
        .facet(facet=facet, columns=3, spacing={"row": 10, "column": 14})
        .resolve_scale(x="independent", y="independent")
        .properties(title={"text": title, "subtitle": _subtitle(lang)})
    )
    return Figure(chart, f"{title}: {_listed(ds, points, lang)}")


def _subtitle(lang: str) -> list[str]:
    unit = axis_title(Unit.KRW, lang)
    if lang == "ko":
        return [
            f"칸마다 세로축({unit})이 다르며 0에서 시작한다. 점선: 달이나 해만 아는 날짜의 폭",
            "날짜를 모르는 총액은 놓지 않았다",
        ]
    return [
        f"Each panel has its own axis ({unit}) from zero. Dotted: only month or year is known",
        "Totals without a date are not placed",
    ]


def _last_year(points: list[dict[str, Any]]) -> int:
    return max(int(point["day"][:4]) for point in points)


def _day(year: int) -> dict[str, int]:
    return {"year": year, "month": 1, "date": 1}


def _points(ds: Dataset, path: Path, lang: str) -> list[dict[str, Any]]:
    name = ds.selection_name(path.selection.selection_id, lang)
    told = path.plans or path.releases
    ends = list(dict.fromkeys((ds.amount(told[0], lang), ds.amount(told[-1], lang)))) if told else []
    panel = f"{name}|{' → '.join(_short(end) for end in ends)}"
    joined = {claim["claim_id"] for claim in path.steps}
    return [
        {
            "panel": panel,
            "name": name,
            "day": last_possible_day(claim["first"]).isoformat(),
            "earliest": first_possible_day(claim["first"]).isoformat(),
            "amount": float(claim["value"] / axis_scale(Unit.KRW, lang)),
            "words": ds.amount(claim, lang),
            "step": claim["claim_id"] in joined,
            "kind": _say(lang, "신청안", "bid") if _bid(claim) else _say(lang, "계획", "plan"),
            **claim_tip(ds, claim, lang),
        }
        for claim in path.releases
    ]


def _bid(claim: Mapping[str, Any]) -> bool:
    return StatusClass.of(claim["status"]) is StatusClass.BID


def _short(words: str) -> str:
    return words.removesuffix(" 원").replace("KRW ", "")


def _listed(ds: Dataset, points: list[dict[str, Any]], lang: str) -> str:
    said = [f"{point['name']} {point['kind']} {point['words']} ({point['date']})" for point in points]
    undated = _say(lang, "날짜 모름", "undated")
    said += [
        f"{ds.selection_name(path.selection.selection_id, lang)} {ds.amount(claim, lang)} ({undated})"
        for path in paths(ds)
        for claim in path.undated
    ]
    return "; ".join(said)


def largest_revisions(ds: Dataset, lang: str = "ko") -> Figure:
    """Draw the change from first to newest plan total, one bar per selection.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
    """
    found = revisions(ds)
    if not found:
        return nothing_to_draw(_say(lang, "계획 총액의 변화", "Changes of the plans' totals"), lang)
    unit = axis_scale(Unit.KRW, lang)
    rows: list[dict[str, Any]] = []
    for item in found:
        sign = "+" if item.change > 0 else "−" if item.change < 0 else ""
        amount = format_value(abs(item.change), Unit.KRW, lang)
        rows.append(
            {
                "name": ds.selection_name(item.selection.selection_id, lang),
                "amount": float(item.change / unit),
                "low": float(item.low / unit),
                "high": float(item.high / unit),
                "end": float(max(item.high, 0) / unit),
                "label": f"{sign}{amount} ({item.percent:+.1f}%)".replace("-", "−")
                if item.change
                else amount,
                "old": f"{ds.amount(item.first, lang)} ({item.first['first']})",
                **claim_tip(ds, item.newest, lang),
            }
        )
    top = rows[0]
    title = _say(lang, "가장 크게 달라진 계획: ", "The largest change: ") + f"{top['name']} {top['label']}"
    low, high = min(row["low"] for row in rows), max(row["end"] for row in rows)
    span = (high - min(low, 0)) or 1
    scale = {"domain": [min(low, 0) - span * 0.03, high + span * 0.42], "nice": False}
    base = chart_of(rows).encode(y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None))
    x = alt.X("amount:Q", title=axis_title(Unit.KRW, lang), scale=scale, axis={"tickCount": 5})
    colour = alt.ColorValue(_PLAN, condition={"test": "datum.amount < 0", "value": ACCENT})
    bars = base.mark_bar(size=14).encode(
        x=x,
        color=colour,
        tooltip=tooltip(
            lang,
            ("name", _say(lang, "선정", "selection")),
            ("label", _say(lang, "변화", "change")),
            ("old", _say(lang, "첫 총액", "first total")),
        ),
    )
    doubts = (
        base.transform_filter("datum.low < datum.high")
        .mark_rule(color=INK, strokeWidth=2)
        .encode(x=alt.X("low:Q", scale=scale), x2=alt.X2("high:Q"))
    )
    words = base.mark_text(align="left", dx=6).encode(x=alt.X("end:Q", scale=scale), text=alt.Text("label:N"))
    subtitle = _say(
        lang,
        "첫 계획에서 가장 새로운 계획까지. 검은 선: 때를 가릴 수 없는 발표가 있을 때의 폭",
        "First to newest plan. Black line: where releases cannot be told apart in time",
    )
    chart = alt.layer(
        bars,
        doubts,
        words,
        width=WIDTH - 60,
        height={"step": 24},
        title={"text": title, "subtitle": subtitle},
    )
    return Figure(chart, f"{title}. " + "; ".join(f"{row['name']} {row['label']}" for row in rows))


def _known_shares(newest: Mapping[str, tuple[Any, Any, Any]], lang: str) -> str:
    """Say how much is known to be secured, from the least share of a plan to the largest."""
    low, high = min(ends[1] for ends in newest.values()), max(ends[2] for ends in newest.values())
    span = f"{low}%" if low == high else _say(lang, f"{low}~{high}%", f"{low}–{high}%")
    count = len(newest)
    return _say(
        lang,
        f"{count}곳의 계획 국비 가운데 확보가 알려진 몫: {span}",
        f"Known to be secured: {span} of the national money of {many(count, 'plan')}",
    )


def secured_shares(ds: Dataset, lang: str = "ko") -> Figure:
    """Draw the secured share of the plans' national money, in percent.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
    """
    rows: list[dict[str, Any]] = []
    newest: dict[str, tuple[Any, Any, Any]] = {}  # of each selection, with its ends
    for share in shares(ds):
        for year in share.years:
            found = share.percent(year)
            if found is not None:
                printed = year.claim["first"][:7]  # a sum without years is told by its date
                until = (
                    _say(lang, f"~{year.year}", f"to {year.year}")
                    if year.year
                    else _say(lang, f"{printed} 발표", f"as of {printed}")
                )
                value, low, high = found
                newest[share.selection.selection_id] = found
                label = f"{value}%" if low == high else f"{value}% ({low}–{high}%)"
                rows.append(
                    {
                        "name": f"{ds.selection_name(share.selection.selection_id, lang)} ({until})",
                        "share": float(value),
                        "low": float(low),
                        "high": float(high),
                        "label": label,
                        **claim_tip(ds, year.claim, lang),
                    }
                )
    if not rows:
        nothing = _say(
            lang,
            "계획 국비 가운데 확보가 알려진 몫",
            "Share of the plans' national money known to be secured",
        )
        return nothing_to_draw(nothing, lang)
    title = _known_shares(newest, lang)
    base = chart_of(rows).encode(y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None))
    scale = {"domain": [0, 100]}
    bars = base.mark_bar(size=16, color=PARTS["local"]).encode(
        x=alt.X("share:Q", title="%", scale=scale, axis={"tickCount": 5}),
        tooltip=tooltip(lang, ("name", _say(lang, "선정", "selection")), ("label", "%")),
    )
    doubts = base.mark_rule(color=INK, strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale), x2=alt.X2("high:Q")
    )
    words = base.mark_text(align="left", dx=6).encode(
        x=alt.X("high:Q", scale=scale), text=alt.Text("label:N")
    )
    subtitle = _say(
        lang,
        "괄호 안은 예산 연도나 발표한 달. 글이 없는 해는 빠져 있으므로 적어도 이만큼이다",
        "In brackets: last budget year, or month of print; at least this much, since years are missing",
    )
    chart = alt.layer(
        bars,
        doubts,
        words,
        width=WIDTH - 130,
        height={"step": 28},
        title={"text": title, "subtitle": subtitle},
    )
    return Figure(chart, f"{title}: " + "; ".join(f"{row['name']} {row['label']}" for row in rows))
