"""The plan's money: its parts by release, and how its total moved."""

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
    text_width,
)
from sandan_lib.charts.tips import claim_tip, tooltip
from sandan_lib.model import Basis, Component, StatusClass, Unit, last_possible_day
from sandan_lib.profile import Profile
from sandan_lib.units import format_value

__all__ = ["history", "splits"]

_PADDING = 24  # pixels between the first and last dot and the frame

_PART_NAMES = {
    "national": ("국비", "national"),
    "local": ("지방비", "local"),
    "private": ("민자", "private"),
    "unknown": ("나뉘지 않음", "not broken down"),
}


def _word(pair: tuple[str, str], lang: str) -> str:
    return pair[0 if lang == "ko" else 1]


def splits(profile: Profile, lang: str = "ko") -> Figure:
    """Draw the plan's money, parted by whose it is, one bar per release.

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
    rows: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    labels: list[str] = []
    labels_shown: list[str] = []
    for number, split in enumerate(profile.splits()):
        label = _release_label(profile, split, lang)
        # Two releases of one month are two bars.
        label += f" ({labels.count(label) + 1})" if label in labels else ""
        labels.append(_release_label(profile, split, lang))
        labels_shown.append(label)
        parts = _parts(split)
        rows += [_segment(profile, number, label, name, amount, claim, lang) for name, amount, claim in parts]
        total = split["total"]
        printed = total["value"] if total is not None else 0
        end = float(max(sum(amount for _, amount, _ in parts), printed) / axis_scale(Unit.KRW, lang))
        words = profile.dataset.amount(total, lang) if total is not None else ""
        ids = total["claim_id"] if total is not None else ""
        ends.append({"release": label, "order": number, "end": end, "label": words, "ids": ids})
    title = "재원별 계획 금액" if lang == "ko" else "Whose money the plan counts on"
    if not rows:
        return nothing_to_draw(title, lang)
    shown = [name for name in _PART_NAMES if any(row["key"] == name for row in rows)]
    y = alt.Y("release:N", sort=labels_shown, title=None)
    peak = max(row["end"] for row in ends)
    bars = (
        chart_of(rows)
        .mark_bar(size=22)
        .encode(
            y=y,
            x=alt.X(
                "amount:Q",
                title=axis_title(Unit.KRW, lang),
                scale={"domain": [0, peak * 1.3], "nice": False},
                axis={"tickCount": 5},
            ),
            color=alt.Color(
                "part:N",
                scale={
                    "domain": [_word(_PART_NAMES[name], lang) for name in shown],
                    "range": [PARTS[name] for name in shown],
                },
            ),
            order=alt.Order("part_order:Q"),
            tooltip=tooltip(lang, ("part", "재원" if lang == "ko" else "part")),
        )
    )
    totals = (
        chart_of(ends)
        .mark_text(align="left", dx=6, fontWeight=700)
        .encode(y=y, x=alt.X("end:Q"), text=alt.Text("label:N"))
    )
    subtitle = (
        "발표마다 한 막대. 재원이 적히지 않은 발표는 회색"
        if lang == "ko"
        else "One bar per release; grey where a release does not break the total down"
    )
    chart = alt.layer(
        bars, totals, width=WIDTH, height={"step": 34}, title={"text": title, "subtitle": subtitle}
    )
    listed = "; ".join(f"{row['release']} {row['label']}: {_in_parts(rows, row['order'])}" for row in ends)
    return Figure(chart, f"{title}: {listed}")


def _in_parts(rows: list[dict[str, Any]], order: int) -> str:
    """Say the segments of one bar."""
    return ", ".join(f"{row['part']} {row['words']}" for row in rows if row["order"] == order)


def _release_label(profile: Profile, split: dict[str, Any], lang: str) -> str:
    date = split["first"] or ("날짜 모름" if lang == "ko" else "undated")
    ds = profile.dataset
    if split["scope"] != "plan":
        return f"{date} {ds.label('claims', 'scope', split['scope'], lang)}"
    spoken = split["total"] or split["national"] or split["private"] or split["local"][0]
    return f"{date} {ds.label('claims', 'status', spoken['status'], lang)}"


def _parts(split: dict[str, Any]) -> list[tuple[str, int, dict[str, Any]]]:
    """Give the bar's segments; what the printed parts leave open of the total is its own."""
    found = [
        (name, claim["value"], claim)
        for name, claim in (("national", split["national"]), ("private", split["private"]))
        if claim is not None
    ]
    found += [("local", claim["value"], claim) for claim in split["local"]]
    total = split["total"]
    complete = split["national"] and split["private"] and split["local"]
    if total is not None and not complete:
        open_part = total["value"] - sum(amount for _, amount, _ in found)
        if open_part > 0:
            found.append(("unknown", open_part, total))
    return sorted(found, key=lambda item: list(_PART_NAMES).index(item[0]))


def _segment(
    profile: Profile, number: int, label: str, name: str, amount: int, claim: dict[str, Any], lang: str
) -> dict[str, Any]:
    return {
        "release": label,
        "order": number,
        "key": name,
        "part": _word(_PART_NAMES[name], lang),
        "part_order": list(_PART_NAMES).index(name),
        "amount": float(amount / axis_scale(Unit.KRW, lang)),
        "words": format_value(amount, Unit.KRW, lang),
        **claim_tip(profile.dataset, claim, lang),
    }


def history(profile: Profile, lang: str = "ko") -> Figure:
    """Draw every printed total of the plan at its date, with the releases joined.

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
    budget = profile.rows_of_plan(
        "budget", StatusClass.BID, StatusClass.PLAN, component=Component.TOTAL, basis=Basis.CUMULATIVE
    )
    budget = [row for row in budget if row["published"]]
    claims = [_point(profile, row, lang) for row in budget]
    releases = [
        _point(profile, row, lang) | {"label": profile.dataset.amount(row, lang)}
        for row in profile.releases(budget)
    ]
    title = _moved(profile, budget, lang)
    if not claims:
        return nothing_to_draw(title, lang)
    top = max(point["amount"] for point in claims) * 1.25
    _place_labels(releases, claims, top)
    x = alt.X("day:T", title=None, axis=_date_axis(claims), scale={"padding": _PADDING})
    y = alt.Y(
        "amount:Q",
        title=axis_title(Unit.KRW, lang),
        scale={"domain": [0, top], "nice": False},
        axis={"tickCount": 5},
    )
    joined = [point for point in releases if point["joined"]]
    steps = (
        chart_of(joined).mark_line(interpolate="step-after", color=MUTED, strokeWidth=1.5).encode(x=x, y=y)
    )
    kinds = list(dict.fromkeys(point["kind"] for point in claims))
    colours = {"domain": kinds, "range": [ACCENT, PARTS["national"], INK]}
    legend: dict[str, Any] | None = {} if len(kinds) > 1 else None
    dots = (
        chart_of(claims)
        .mark_point(size=70, strokeWidth=1.8, filled=False)
        .encode(
            x=x,
            y=y,
            stroke=alt.Stroke("kind:N", scale=colours, legend=legend),
            fill=alt.Fill("kind:N", scale=colours, legend=legend),
            fillOpacity=alt.FillOpacityValue(0.7, condition={"test": "datum.vague", "value": 0}),
            tooltip=tooltip(lang),
        )
    )
    spans = (
        chart_of(point for point in claims if point["vague"])
        .mark_rule(strokeWidth=1.5, strokeDash=[2, 3], color=MUTED)
        .encode(x=alt.X("earliest:T"), x2=alt.X2("day:T"), y=y)
    )
    layers = [steps] if len(joined) > 1 else []
    layers += [spans, dots] if any(point["vague"] for point in claims) else [dots]
    for offset in sorted({(point["dx"], point["dy"]) for point in releases if point["label"]}):
        labelled = [point for point in releases if point["label"] and (point["dx"], point["dy"]) == offset]
        words = chart_of(labelled).encode(x=x, y=y, text=alt.Text("label:N"))
        place = {"dx": offset[0], "dy": offset[1], "align": "center"}
        # A white rim keeps the words legible where the line runs behind them.
        layers += [words.mark_text(stroke="white", strokeWidth=4, **place), words.mark_text(**place)]
    subtitle = (
        "점 하나가 글 하나. 달이나 해만 아는 날짜는 속이 비고 점선이 그 폭이다. 선은 발표를 잇는다"
        if lang == "ko"
        else "One dot per text; hollow with a dotted span where only month or year is known; line: releases"
    )
    chart = alt.layer(*layers, width=WIDTH, height=240, title={"text": title, "subtitle": subtitle})
    listed = "; ".join(f"{point['date']} {point['amount_text']}" for point in releases)
    return Figure(chart, f"{title}: {listed}")


def _moved(profile: Profile, budget: list[Mapping[str, Any]], lang: str) -> str:
    """Say as a title from where to where the plan's total went."""
    whole = [row for row in budget if row["scope"] == "plan"]
    plans = [row for row in whole if StatusClass.of(row["status"]) is StatusClass.PLAN]
    said = [profile.dataset.amount(row, lang) for row in profile.releases(plans)]
    if not said:
        return "계획 총액은 어떻게 달라졌나" if lang == "ko" else "How the plan's total moved"
    ends = " → ".join(dict.fromkeys((said[0], said[-1])))
    return f"계획 총액: {ends}" if lang == "ko" else f"The plan's total: {ends}"


def _date_axis(points: list[dict[str, Any]]) -> dict[str, Any]:
    """Give an axis whose labels do not repeat: days, months or years by the span shown."""
    days = [last_possible_day(point["day"]).toordinal() for point in points]
    span = max(days) - min(days)
    if span < 120:
        shown = sorted({point["day"] for point in points})
        picked = [shown[0], shown[-1]] if len(shown) > 1 else shown
        values = [{"date": int(d[8:]), "month": int(d[5:7]), "year": int(d[:4])} for d in picked]
        return {"format": "%Y-%m-%d", "grid": False, "labelAngle": 0, "values": values}
    form, interval = ("%Y-%m", "month") if span < 800 else ("%Y", "year")
    step = 3 if interval == "month" else 1
    ticks = {"interval": interval, "step": step}
    return {"format": form, "grid": False, "labelAngle": 0, "tickCount": ticks}


def _point(profile: Profile, claim: Mapping[str, Any], lang: str) -> dict[str, Any]:
    ds = profile.dataset
    bid = StatusClass.of(claim["status"]) is StatusClass.BID
    kind = ("신청안", "bid") if bid else ("계획", "plan")
    words = _word(kind, lang)
    if claim["scope"] != "plan":
        words = ds.label("claims", "scope", claim["scope"], lang)
    day = claim.get("first") or claim["published"]
    return {
        "day": last_possible_day(day).isoformat(),
        "amount": float(claim["value"] / axis_scale(Unit.KRW, lang)),
        "amount_text": format_value(claim["value"], Unit.KRW, lang),
        "kind": words,
        "vague": len(day) < 10,
        "earliest": f"{day}-01-01"[:10] if len(day) == 4 else f"{day}-01"[:10],
        "joined": claim["scope"] == "plan" and not bid,
        **claim_tip(ds, claim, lang),
    }


def _place_labels(
    points: list[dict[str, Any]], dots: list[dict[str, Any]], top: float, height: float = 240
) -> None:
    """Give each release's label a free place above or below its dot, or none; no label covers a dot."""
    days = [last_possible_day(dot["day"]).toordinal() for dot in dots]
    first, span = (min(days), max(max(days) - min(days), 1)) if days else (0, 1)

    def at(point: dict[str, Any]) -> tuple[float, float]:
        day = last_possible_day(point["day"]).toordinal()
        x = _PADDING + (WIDTH - 2 * _PADDING) * (day - first) / span
        return x, height * (1 - point["amount"] / top)

    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in map(at, dots)]
    said: tuple[object, object] | None = None
    for point in points:
        # What is printed again needs no second label; its dot stands at the same height.
        figure = (point["amount"], point["label"])
        again, said = figure == said, figure
        x, y = at(point)
        half = text_width(point["label"]) / 2 + 2
        # Labels at the edges are pushed inwards.
        dx = max(half - x, 0) - max(x + half - WIDTH, 0)
        for dy in (-14, 18, -30):  # further off it would seem to be the label of another dot
            box = (x + dx - half, y + dy - 8, x + dx + half, y + dy + 8)
            inside = box[1] > 0 and box[3] < height
            if not again and inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                point["dx"], point["dy"] = round(dx), dy
                break
        else:
            point["label"], point["dx"], point["dy"] = "", 0, 0


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
