"""How the money of a round's plans went on: bid, plan, revision, and what was secured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.linked import in_step, linked
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
from sandan_lib.compare import STAGES, Stage, round_years, secured, stages
from sandan_lib.dataset import Dataset
from sandan_lib.model import Unit

__all__ = ["budget_flow"]

_STAGES = {
    "bid": ("신청 때", "in the bid"),
    "selected": ("선정 때 계획", "plan when selected"),
    "revised": ("가장 새로운 조정", "newest revision"),
}
_COLOURS = {"bid": MUTED, "selected": PARTS["local"], "revised": PARTS["national"]}
_NAMES, _ROW, _TOP = 150, 44, 24  # pixels: names left of the plot, one selection, column heads
_WIDTH = WIDTH - _NAMES - 10

Row = dict[str, Any]


def budget_flow(ds: Dataset, round_year: int = 0, lang: str = "ko") -> Figure:
    """Draw the money of each plan of a round by stage, and below, on an axis of its own, what was secured.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    round_year : int
        The round; 0 for all, each with panels of its own.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
        Columns: total of the whole plan in the bid, when selected, as last revised, all in one
        scale, with the lowest and highest printed figure of the stage. Secured national money is
        that of one year, so it has its own panel; what was secured over several years is only
        written, not drawn.
    """
    panels: list[Any] = []
    shown: list[Stage] = []
    for year in round_years(ds, round_year):
        money, won = stages(ds, year), secured(ds, year)
        known = [item for item in (*money, *won) if item.cell["claims"]]
        if known:
            shown += known
            panels.append(_planned(ds, money, year, lang))
            panels.append(_secured(ds, won, year, lang) if won else _none_secured(year, lang))
    if not panels:
        nothing = (
            "계획 총액의 단계와 확보된 돈" if lang == "ko" else "Plan totals by stage, and the money secured"
        )
        return nothing_to_draw(nothing, lang)
    heading = _heading(shown, round_year, lang)
    chart = alt.vconcat(*panels, spacing=30, title=heading)
    listed = "; ".join(_said(ds, item, lang) for item in shown)
    return Figure(linked(chart), f"{heading}: {listed}")


def _heading(shown: Sequence[Stage], round_year: int, lang: str) -> str:
    """Say how many totals were lowered or raised after the choice; what texts dispute is neither."""
    by_plan: dict[str, dict[str, Mapping[str, Any]]] = {}
    for item in shown:
        if item.stage in ("selected", "revised"):
            by_plan.setdefault(item.selection.selection_id, {})[item.stage] = item.cell
    counts = Counter(map(_turn, by_plan.values()))
    parts = [words.format(counts[turn]) for turn, words in _TURNS[lang].items() if counts[turn]]
    if lang == "ko":
        when = f"{round_year}년 선정 " if round_year else "선정 "
        return f"{when}{len(by_plan)}곳의 계획 총액: " + ", ".join(parts)
    when = f"Round of {round_year}: of" if round_year else "Of"
    return f"{when} {len(by_plan)} totals " + ", ".join(parts)


_TURNS = {
    "ko": {
        "lower": "내려 잡은 곳 {}",
        "higher": "올려 잡은 곳 {}",
        "disputed": "글마다 다른 곳 {}",
        "none": "조정을 찾지 못한 곳 {}",
    },
    "en": {
        "lower": "{} revised down",
        "higher": "{} revised up",
        "disputed": "{} in dispute",
        "none": "{} with no revision found",
    },
}


def _turn(stages_: Mapping[str, Mapping[str, Any]]) -> str:
    """Say which way a total went."""
    if len(stages_) < 2:
        return "none"
    before, after = stages_["selected"], stages_["revised"]
    if after["high"] < before["low"]:
        return "lower"
    return "higher" if after["low"] > before["high"] else "disputed"


def _name(ds: Dataset, item: Stage, lang: str) -> str:
    return ds.name("regions", item.selection.region_id, lang)


def _kind(ds: Dataset, item: Stage, lang: str) -> str:
    """Say which money it is."""
    if item.stage != "secured":
        return _STAGES[item.stage][0 if lang == "ko" else 1]
    part = ds.label("claims", "component", item.component, lang)
    part = part.removesuffix(" government")  # the label is to fit beside the axis
    if item.year:
        return f"{item.year}년 {part}" if lang == "ko" else f"{item.year} {part}"
    return f"누적 {part}" if lang == "ko" else f"cumulative {part}"


def _said(ds: Dataset, item: Stage, lang: str) -> str:
    amount = ds.amount(ds.record("claims", item.cell["claim_id"]), lang)
    word = ("확보 " if lang == "ko" else "secured ") if item.stage == "secured" else ""
    return f"{_name(ds, item, lang)} {item.selection.round_year} {word}{_kind(ds, item, lang)} {amount}"


def _row(ds: Dataset, item: Stage, lang: str) -> Row:
    """Give what is drawn of a figure: amount, bounds, words."""
    claim, scale = ds.record("claims", item.cell["claim_id"]), axis_scale(Unit.KRW, lang)
    low, high = int(item.cell["low"]), int(item.cell["high"])
    return {
        "name": _name(ds, item, lang),
        "kind": _kind(ds, item, lang),
        "label": ds.amount(claim, lang),
        "amount": float(int(item.cell["value"]) / scale),
        "low": float(low / scale),
        "high": float(high / scale),
        "differs": low < high,
        **claim_tip(ds, claim, lang),
    }


def _planned(ds: Dataset, money: Sequence[Stage], year: int, lang: str) -> Any:
    """Draw three columns of bars in one scale; a column each, so that no label meets another."""
    column = _WIDTH / len(STAGES)
    known = [_row(ds, item, lang) | {"item": item} for item in money if item.cell["claims"]]
    peak = max((row["high"] for row in known), default=1.0)
    order = list(dict.fromkeys(_name(ds, item, lang) for item in money))
    stages_ = list(STAGES)
    rows: list[Row] = []
    gaps: list[Row] = []
    for item in money:
        left = stages_.index(item.stage) * column
        top = _TOP + order.index(_name(ds, item, lang)) * _ROW
        if not item.cell["claims"]:
            words = "찾지 못함" if lang == "ko" else "none found"
            gaps.append({"x": left, "y": top + 26, "label": words, "name": _name(ds, item, lang)})
            continue
        row = _row(ds, item, lang)
        ends = {end: left + (column - 16) * row[end] / peak for end in ("amount", "low", "high")}
        rows.append(
            row
            | {"x": left, "x2": ends["amount"], "from": ends["low"], "to": ends["high"], "stage": item.stage}
            | {"text_y": top + 10, "y": top + 19, "y2": top + 31, "middle": top + 25}
        )
    heads = [
        {"x": place * column, "y": 6, "label": _STAGES[key][0 if lang == "ko" else 1]}
        for place, key in enumerate(stages_)
    ]
    names = [
        {"x": -_NAMES, "y": _TOP + place * _ROW + 25, "label": name, "name": name}
        for place, name in enumerate(order)
    ]
    return _panel(rows, gaps, heads, names, _TOP + len(order) * _ROW, year, lang)


def _panel(
    rows: Sequence[Row],
    gaps: Sequence[Row],
    heads: Sequence[Row],
    names: Sequence[Row],
    height: float,
    year: int,
    lang: str,
) -> Any:
    def x(field: str = "x") -> Any:
        return alt.X(f"{field}:Q", scale={"domain": [0, _WIDTH], "nice": False}, axis=None)

    def y(field: str = "y") -> Any:
        return alt.Y(f"{field}:Q", scale={"domain": [height, 0], "nice": False}, axis=None)

    extra = [("name", "지역" if lang == "ko" else "region"), ("kind", "단계" if lang == "ko" else "stage")]
    bars = [
        chart_of(row for row in rows if row["stage"] == key)
        .mark_rect(fill=colour)
        .encode(
            x=x(),
            x2=alt.X2("x2:Q"),
            y=y(),
            y2=alt.Y2("y2:Q"),
            tooltip=tooltip(lang, *extra),
            opacity=in_step(),
        )
        for key, colour in _COLOURS.items()
        if any(row["stage"] == key for row in rows)
    ]
    if bars:
        bars[0] = bars[0].properties(name=f"planned_{year}")
    disputed = [row for row in rows if row["differs"]]
    spans = (
        chart_of(disputed)
        .mark_rule(color=ACCENT, strokeWidth=2.5)
        .encode(x=x("from"), x2=alt.X2("to:Q"), y=y("middle"), opacity=in_step())
    )
    step: Row = {"opacity": in_step()}
    texts: list[tuple[Sequence[Row], str, Row, Row]] = [
        (rows, "text_y", {"color": INK}, step | {"tooltip": tooltip(lang, *extra)}),
        (gaps, "y", {"color": "#5f646c", "fontSize": 11}, step),
        (heads, "y", {"fontWeight": 700}, {}),
        (names, "y", {"fontWeight": 700}, step),
    ]
    words = [
        chart_of(own)
        .mark_text(align="left", **look)
        .encode(x=x(), y=y(field), text=alt.Text("label:N"), **more)
        for own, field, look, more in texts
        if own
    ]
    subtitle = (
        "막대 길이는 세 열이 같은 눈금. 주황 선은 그 단계에 적힌 가장 낮은 값에서 가장 높은 값까지"
        if lang == "ko"
        else "Bars of all columns share one scale; orange line: lowest to highest figure of the stage"
    )
    title = (
        f"{year}년 선정: 계획 전체의 총액" if lang == "ko" else f"Round of {year}: total of the whole plan"
    )
    layers = [*bars, *([spans] if disputed else []), *words]
    return alt.layer(*layers).properties(
        width=_WIDTH,
        height=height,
        title={"text": title, "subtitle": subtitle, "fontSize": 13, "frame": "group"},
    )


def _secured_title(year: int, lang: str) -> dict[str, Any]:
    if lang == "ko":
        title, subtitle = (
            f"{year}년 선정: 확보된 돈 (위와 다른 축)",
            "해마다 따로이며 더하지 않는다. 막대는 한 해의 국비뿐이다",
        )
    else:
        title = f"Round of {year}: money secured (an axis of its own)"
        subtitle = "Each year by itself, not added up; bars only for national money of one year"
    return {"text": title, "subtitle": subtitle, "fontSize": 13, "frame": "group"}


def _none_secured(year: int, lang: str) -> Any:
    words = (
        "확보된 금액을 적은 글을 찾지 못했다."
        if lang == "ko"
        else "No text printing secured money was found."
    )
    text = chart_of([{"label": words}]).mark_text(align="left", color="#5f646c")
    chart = text.encode(x=alt.value(0), text=alt.Text("label:N"))
    return chart.properties(width=_WIDTH, height=24, title=_secured_title(year, lang))


def _secured(ds: Dataset, won: Sequence[Stage], year: int, lang: str) -> Any:
    rows = []
    for item in won:
        row = _row(ds, item, lang)
        row["line"] = f"{row['name']} {row['kind']}"
        row["drawn"] = bool(item.year) and item.component == "national"
        rows.append(row | {"end": row["high"] if row["drawn"] else 0.0})
    bars = [row for row in rows if row["drawn"]]
    peak = max((row["high"] for row in bars), default=1.0)
    room = 1 + (max(text_width(row["label"]) for row in rows) + 12) / (WIDTH / 2)
    y = alt.Y(
        "line:N",
        sort=[row["line"] for row in rows],
        title=None,
        axis={"labelLimit": 200, "minExtent": 150, "maxExtent": 150},
    )
    title = axis_title(Unit.KRW, lang) + (" (한 해의 국비)" if lang == "ko" else " (national, one year)")
    scale = {"domain": [0, peak * room], "nice": False}

    def x(field: str) -> Any:
        return alt.X(
            f"{field}:Q", scale=scale, title=title if bars else None, axis={"tickCount": 5} if bars else None
        )

    extra = [("line", "무엇" if lang == "ko" else "what")]
    layers = [
        chart_of(rows)
        .mark_text(align="left", dx=6)
        .encode(y=y, x=x("end"), text=alt.Text("label:N"), tooltip=tooltip(lang, *extra), opacity=in_step())
        .properties(name=f"secured_{year}")
    ]
    if bars:
        solid = chart_of(bars).mark_bar(size=13, color="#009e73")
        layers.insert(0, solid.encode(y=y, x=x("amount"), tooltip=tooltip(lang, *extra), opacity=in_step()))
    disputed = [row for row in bars if row["differs"]]
    if disputed:
        span = chart_of(disputed).mark_rule(color=ACCENT, strokeWidth=2.5)
        layers.append(span.encode(y=y, x=x("low"), x2=alt.X2("high:Q"), opacity=in_step()))
    return alt.layer(*layers).properties(width=_WIDTH, height={"step": 24}, title=_secured_title(year, lang))
