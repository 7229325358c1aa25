"""What all plans promise, one panel per measure: amounts, and percent of present size."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.linked import in_step, linked
from sandan_lib.charts.theme import (
    ACCENT,
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
from sandan_lib.compare import Comparison
from sandan_lib.dataset import Dataset
from sandan_lib.model import Basis
from sandan_lib.trends import MEASURES, compared, growth, ratios

__all__ = ["target_panels", "target_sizes"]


def _name(ds: Dataset, region_id: str, year: int, lang: str) -> str:
    return f"{ds.name('regions', region_id, lang)} {year}"


def target_panels(ds: Dataset, basis: str = "increase", lang: str = "ko") -> Figure:
    """Draw the targets of one basis, each measure in a panel with its own axis.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    basis : {"increase", "level"}
        Which targets; increases and levels never share a chart.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
    """
    label = ds.label("claims", "basis", basis, lang)
    panels, said, counts = [], [], []
    for measure_id in MEASURES:
        comparison = compared(ds, measure_id, Basis(basis))
        if comparison is None:
            continue
        scale = Decimal(axis_scale(comparison.unit, lang))
        rows = [
            {
                "name": _name(ds, row["region_id"], row["round_year"], lang),
                **{key: float(row[key] / scale) for key in ("value", "low", "high")},
                "label": _label(ds, comparison, row, lang),
                **claim_tip(ds, ds.record("claims", row["claim_id"]), lang),
            }
            for row in comparison.rows
            if row["claims"]
        ]
        measure = ds.name("measures", measure_id, lang)
        panels.append(_panel(rows, measure_id, measure, axis_title(comparison.unit, lang), lang))
        said.append(f"{measure}: " + ", ".join(f"{row['name']} {row['label']}" for row in rows))
        counts.append(f"{measure} {len(rows)}곳" if lang == "ko" else f"{len(rows)} for {measure}")
    title = f"계획이 내건 목표 ({label})" if lang == "ko" else f"Targets of the plans ({label})"
    if counts:
        title += ": " + ", ".join(counts)
    return _stacked(panels, said, title, lang, _spans(lang))


def _label(ds: Dataset, comparison: Comparison, row: Mapping[str, Any], lang: str) -> str:
    """Write the target, with the printed range so that the line's end is not taken for it."""
    amount = ds.amount(ds.record("claims", row["claim_id"]), lang)
    if row["low"] == row["high"]:
        return amount
    low, high = (comparison.amount(row[end], lang) for end in ("low", "high"))
    return f"{amount} ({low}~{high})" if lang == "ko" else f"{amount} ({low}–{high})"


def _spans(lang: str) -> str:
    return (
        "점은 최근 발표, 굵은 선은 적힌 값의 범위"
        if lang == "ko"
        else "Dot: newest release; line: printed range"
    )


def target_sizes(ds: Dataset, lang: str = "ko") -> Figure:
    """Draw target increases in percent of the present size of the plan's complexes.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
        A panel per measure with its own percent axis; ticks show by how much the region's whole
        manufacturing grew over the years known, for jobs and output.
    """
    title = (
        "지금의 크기에 견준 목표 증가분" if lang == "ko" else "Target increases in percent of present size"
    )
    panels, said = [], []
    for measure_id in MEASURES:
        rows: list[dict[str, Any]] = []
        for item in ratios(ds):
            if item.measure_id != measure_id or item.percent is None:
                continue
            value, low, high = item.percent
            moved = growth(ds, item.selection.region_id, measure_id)
            claim = ds.record("claims", item.row["claim_id"])
            rows.append(
                {
                    "name": _name(ds, item.selection.region_id, item.selection.round_year, lang),
                    "value": float(value),
                    "low": float(low),
                    "high": float(high),
                    "label": f"{value}%" if low == high else f"{value}% ({low}–{high}%)",
                    **claim_tip(ds, claim, lang),
                    **({"grown": float(moved[0]), "grown_source": moved[3]} if moved else {}),
                }
            )
        if rows:
            measure = ds.name("measures", measure_id, lang)
            panels.append(_panel(rows, measure_id, measure, "%", lang))
            said.append(f"{measure}: " + ", ".join(f"{row['name']} {row['label']}" for row in rows))
    marks = (
        "점은 2023년 말 크기에 대한 목표의 비율, 세로 눈금은 그 지역 제조업의 고용·출하액이 실제로 변한 비율"
        if lang == "ko"
        else "Dot: target over size at the end of 2023; tick: actual growth of the region's manufacturing"
    )
    return _stacked(panels, said, title, lang, marks)


def _panel(rows: list[dict[str, Any]], measure_id: str, measure: str, unit: str, lang: str) -> Any:
    grown = [row for row in rows if "grown" in row]
    peak = max([row["high"] for row in rows] + [row["grown"] for row in grown])
    least = min([0.0] + [row["grown"] * 1.2 for row in grown])
    scale = {"domain": [least, peak * 1.5], "nice": False}
    _place_words(rows, least, peak * 1.5)
    base = chart_of(rows).encode(y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None))
    tips = tooltip(lang, ("name", "선정" if lang == "ko" else "selection"), ("label", measure))
    layers: list[Any] = [
        base.mark_rule(strokeWidth=5, color=MUTED).encode(
            x=alt.X("low:Q", scale=scale, title=unit, axis={"tickCount": 5}),
            x2=alt.X2("high:Q"),
            opacity=in_step(0.4),
        ),
        base.mark_point(filled=True, size=80, color=PARTS["national"])
        .encode(x=alt.X("value:Q", scale=scale, title=unit), tooltip=tips, opacity=in_step())
        .properties(name=f"dots_{measure_id}"),
    ]
    words = base.encode(x=alt.X("words_at:Q", scale=scale, title=unit), text=alt.Text("label:N"))
    # A white rim keeps the words legible where a line runs behind them.
    layers.append(words.mark_text(align="left", dx=9, stroke="white", strokeWidth=4))
    # The colour of the dot says that they are its value, also where a tick stands between them.
    own = words.mark_text(align="left", dx=9, color=PARTS["national"])
    layers.append(own.encode(tooltip=tips, opacity=in_step()))
    if grown:
        ticks = chart_of(grown).encode(y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None))
        ticks = ticks.mark_tick(color=ACCENT, thickness=3, size=15)
        # Behind the dots: where both fall together the target is still seen.
        layers.insert(0, ticks.encode(x=alt.X("grown:Q", scale=scale, title=unit), opacity=in_step()))
    heading = {"text": f"{measure[0].upper()}{measure[1:]}", "fontSize": 12}
    return alt.layer(*layers, width=WIDTH - 90, height={"step": 21}, title=heading)


def _place_words(rows: list[dict[str, Any]], least: float, most: float) -> None:
    """Put each value right of its dot and line, or of the tick that it would cover."""
    pixels = (WIDTH - 90) / (most - least)
    for row in rows:
        over = (row.get("grown", row["high"]) - row["high"]) * pixels
        covers = 0 < over < text_width(row["label"]) + 14
        row["words_at"] = row["grown"] if covers else row["high"]


def _stacked(panels: list[Any], said: list[str], title: str, lang: str, subtitle: str) -> Figure:
    if not panels:
        return nothing_to_draw(title, lang)
    chart = alt.vconcat(*panels, spacing=18, title={"text": title, "subtitle": subtitle})
    return Figure(linked(chart), f"{title}. {'; '.join(said)}")
