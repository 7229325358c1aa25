"""Which industries the selected plans name: a dot for each, the plans grouped by round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import INK, MUTED, PARTS, WIDTH, alt, chart_of, text_width
from sandan_lib.compare import Industry, wanted
from sandan_lib.compare import industries as named_industries
from sandan_lib.dataset import Dataset, Selection

__all__ = ["industries"]

Row = dict[str, Any]
_LINE, _GAP, _HEAD, _DOT, _WIDEST = 24, 14, 24, 130, 34  # in pixels; the dot's area in square pixels


def industries(ds: Dataset, lang: str = "ko", round_year: int = 0) -> Figure:
    """Draw which selected plan names which industry as its aim.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words but those printed, which the tooltips quote.
    round_year : int
        Only the plans of this round; 0 for all.

    Returns
    -------
    Figure
        All dots are of one size: to be named is no measure. A plan of which no text found names an
        industry has a dashed column.
    """
    found, plans = named_industries(ds, round_year), wanted(ds, round_year or None, ())
    if not found:
        plain = "계획이 목표로 적은 산업" if lang == "ko" else "Industries that the plans name as their aim"
        return nothing_to_draw(plain, lang)
    names = [ds.label("selection_industries", "industry", item.industry, lang) for item in found]
    left = max(map(text_width, names)) + 12
    places = _places(ds, plans, left, lang)
    dots = [
        places[plan] | _dot(ds, rows, lang) | {"industry": name, "y": (number + 0.5) * _LINE}
        for number, (item, name) in enumerate(zip(found, names, strict=True))
        for plan, rows in item.named.items()
    ]
    lines = [
        {"name": name, "plans": str(len(item.named)), "y": (number + 0.5) * _LINE}
        for number, (item, name) in enumerate(zip(found, names, strict=True))
    ]
    named = {plan for item in found for plan in item.named}
    lacking = [place for plan, place in places.items() if plan not in named]
    heading = _heading(names, found, len(plans), lang)
    chart = _drawn(dots, lines, list(places.values()), lacking, left, lang)
    chart = chart.properties(title={"text": heading, "subtitle": _subtitle(lacking, lang)})
    listed = "; ".join(
        f"{name}: {', '.join(ds.selection_name(plan, lang) for plan in item.named)}"
        for item, name in zip(found, names, strict=True)
    )
    return Figure(chart, f"{heading}. {listed}")


def _heading(names: Sequence[str], found: Sequence[Industry], plans: int, lang: str) -> str:
    """Say which industry most plans name; two or more of them where as many plans name each."""
    most = len(found[0].named)
    first = [name for name, item in zip(names, found, strict=True) if len(item.named) == most]
    if lang == "ko":
        more = " 등" if len(first) > 2 else ""
        which = ", ".join(f"‘{name}’" for name in first[:2]) + more
        return f"선정된 계획 {plans}곳 가운데 {most}곳이 적은 산업: {which}"
    if len(first) == 1:
        return f"{most} of {plans} selected plans name {first[0]}"
    which = "; ".join(first[:2]) + ("; and others" if len(first) > 2 else "")
    return f"Named by {most} of {plans} selected plans each: {which}"


def _subtitle(lacking: Sequence[Row], lang: str) -> list[str]:
    if lang == "ko":
        words = ["점: 계획이 목표로 적었다고 글이 전하는 산업. 크기나 돈이 아니다. 오른쪽 수는 계획의 수"]
        return words + (["점선 칸: 산업의 이름을 적은 글을 찾지 못한 계획"] if lacking else [])
    words = ["Dot: a text names it as an aim of the plan; no size, no money. Right: number of plans"]
    return words + (["Dashed: no text found names an industry of the plan"] if lacking else [])


def _places(ds: Dataset, plans: Sequence[Selection], left: float, lang: str) -> dict[str, Row]:
    """Give each plan the middle of its column, rounds apart."""
    years = list(dict.fromkeys(item.round_year for item in plans))
    room = WIDTH + 120 - left - _LINE - _GAP * (len(years) - 1)
    step = min(room / len(plans), _WIDEST)
    return {
        item.selection_id: {
            "x": left + (number + 0.5) * step + _GAP * years.index(item.round_year),
            "half": step / 2 - 2,
            "year": item.round_year,
            "region": ds.name("regions", item.region_id, lang),
            "plan": ds.selection_name(item.selection_id, lang),
            "ids": item.selection_id,
        }
        for number, item in enumerate(plans)
    }


def _dot(ds: Dataset, rows: Sequence[Any], lang: str) -> Row:
    """Give what the tooltip says: the words, and who printed them when."""
    texts = [ds.record("sources", row["source_id"]) for row in rows]
    undated = "날짜 모름" if lang == "ko" else "undated"
    return {
        "as_printed": " / ".join(dict.fromkeys(f"‘{row['as_printed']}’" for row in rows)),
        "source": " / ".join(f"{text['publisher']} {text['published'] or undated}" for text in texts),
        "ids": " ".join([rows[0]["selection_id"], *(row["source_id"] for row in rows)]),
    }


def _drawn(
    dots: Sequence[Row],
    lines: Sequence[Row],
    columns: Sequence[Row],
    lacking: Sequence[Row],
    left: float,
    lang: str,
) -> Any:
    height = len(lines) * _LINE
    right = columns[-1]["x"] + columns[-1]["half"] + 4
    widest = max(text_width(row["region"]) for row in columns)
    level = widest < 2 * columns[0]["half"]  # short names need no slant
    names_top = 26 if level else math.ceil(widest * 0.75) + 22
    top = names_top + _HEAD
    domains = {"x": [0, right + _LINE], "y": [height, -top]}
    place = {
        "x": alt.X("x:Q", scale={"domain": domains["x"], "nice": False}, axis=None),
        "y": alt.Y("y:Q", scale={"domain": domains["y"], "nice": False}, axis=None),
    }
    rules = [row | {"x": left, "end": right} for row in lines]
    heads = [row | {"y": -8} for row in columns]
    rounds = chart_of(_rounds(columns, -names_top, lang))
    boxes = [
        {"x": row["x"] - row["half"], "end": row["x"] + row["half"], "y": 2, "y2": height - 2}
        | {"plan": row["plan"]}
        for row in lacking
    ]
    tips = [
        alt.Tooltip(f"{field}:N", title=words[0 if lang == "ko" else 1])
        for field, words in {
            "plan": ("계획", "plan"),
            "industry": ("산업", "industry"),
            "as_printed": ("적힌 그대로", "as printed"),
            "source": ("출처", "source"),
        }.items()
    ]
    layers = [
        chart_of(rules).mark_rule(color="#e6e8eb").encode(**place, x2=alt.X2("end:Q")),
        chart_of([row | {"x": left - 8} for row in lines])
        .mark_text(align="right")
        .encode(**place, text=alt.Text("name:N")),
        chart_of([row | {"x": right + _LINE - 2} for row in lines])
        .mark_text(align="right", fontWeight=700)
        .encode(**place, text=alt.Text("plans:N")),
        chart_of(heads)
        .mark_text(color=INK, **({"align": "center"} if level else {"align": "left", "angle": 315}))
        .encode(**place, text=alt.Text("region:N")),
        rounds.mark_text(align="left", dy=-10, fontWeight=700).encode(**place, text=alt.Text("label:N")),
        rounds.mark_rule(color="#b6bac0").encode(**place, x2=alt.X2("end:Q")),
        chart_of(dots)
        .mark_point(filled=True, size=_DOT, color=PARTS["national"], opacity=1)
        .encode(**place, tooltip=tips),
    ]
    if boxes:
        box = chart_of(boxes).mark_rect(fillOpacity=0, stroke=MUTED, strokeDash=[4, 3])
        layers.insert(1, box.encode(**place, x2=alt.X2("end:Q"), y2=alt.Y2("y2:Q"), tooltip=tips[:1]))
    return alt.layer(*layers).properties(width=domains["x"][1], height=height + top)


def _rounds(columns: Sequence[Row], y: float, lang: str) -> list[Row]:
    """Give each round its words and the width of its columns."""
    found = []
    for year in dict.fromkeys(row["year"] for row in columns):
        own = [row for row in columns if row["year"] == year]
        start, end = own[0]["x"] - own[0]["half"], own[-1]["x"] + own[-1]["half"]
        label = f"{year}년" if lang == "ko" else f"Round of {year}"
        found.append({"x": start, "end": end, "y": y, "label": label})
    return found
