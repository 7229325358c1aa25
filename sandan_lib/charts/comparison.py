"""The charts of a comparison of regions: ranks, whose money, secured money by year, dispersion."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from sandan_lib.charts.figure import Figure
from sandan_lib.charts.maps import tile_map
from sandan_lib.charts.standing import standing
from sandan_lib.charts.theme import (
    ACCENT,
    INK,
    PARTS,
    WIDTH,
    alt,
    axis_scale,
    axis_title,
    chart_of,
)
from sandan_lib.charts.tips import claim_tip, tooltip
from sandan_lib.compare import Comparison, Unanswered, YearFigure, yearly
from sandan_lib.composition import Composition, composition
from sandan_lib.dataset import Dataset
from sandan_lib.dispersion import Dispersion, dispersion_or_reason
from sandan_lib.model import Unit
from sandan_lib.units import format_value

__all__ = ["InPlace", "compared", "dispersed", "mapped", "parted", "secured_by_year"]

_PART_NAMES = {
    "national": ("국비", "national"),
    "local": ("지방비", "local"),
    "private": ("민자", "private"),
    "unknown": ("나뉘지 않음", "not broken down"),
}
_LABELS = 190  # pixels for the names of indices, the same above each axis
_PANELS = (
    (("gini",), "지니계수", "Gini coefficient"),
    (
        (
            *("theil", "between_macro_region", "within_macro_region"),
            *("between_capital_area", "within_capital_area"),
        ),
        "타일 T",
        "Theil's T",
    ),
    (("top_share",), "합계에서의 비율 (%)", "part of the sum (%)"),
)
INDEX_NAMES = {
    "gini": ("지니계수", "Gini coefficient"),
    "theil": ("타일 T", "Theil's T"),
    "between_macro_region": ("T: 권역 사이", "T: between macro regions"),
    "within_macro_region": ("T: 권역 안", "T: within macro regions"),
    "between_capital_area": ("T: 수도권과 그 밖 사이", "T: capital area and rest"),
    "within_capital_area": ("T: 수도권과 그 밖의 안", "T: within these two"),
    "top_share": ("큰 세 곳의 비율", "share of the largest three"),
}


@dataclass(frozen=True, slots=True)
class InPlace:
    """A sentence where a chart would be, had it anything to show."""

    text: str

    def _repr_html_(self) -> str:
        return f"<p class='empty'>{escape(self.text)}</p>"

    def __repr__(self) -> str:
        """Write the sentence."""
        return self.text


def _word(pair: tuple[str, str], lang: str) -> str:
    return pair[0 if lang == "ko" else 1]


def _selections(comparison: Comparison | Unanswered) -> tuple[str, ...]:
    if isinstance(comparison, Unanswered):
        return comparison.selection_ids
    return tuple(sorted(comparison.frame["selection_id"]))


def compared(ds: Dataset, comparison: Comparison | Unanswered, lang: str = "ko") -> Figure | InPlace:
    """Draw the ranking, or say that there are not two figures to rank.

    Parameters
    ----------
    ds : Dataset
        The data the comparison was made from.
    comparison : Comparison or Unanswered
        What to draw.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure or InPlace
    """
    if isinstance(comparison, Unanswered):
        words = "견줄 수치가 둘이 되지 않아 순위를 그리지 않았다."
        return InPlace(words if lang == "ko" else "No ranking is drawn: fewer than two figures to compare.")
    return standing(ds, comparison, None, lang)


def mapped(ds: Dataset, comparison: Comparison | Unanswered, lang: str = "ko") -> Figure | InPlace:
    """Draw the comparison as a tile map, or say that there are not two figures to compare.

    Parameters
    ----------
    ds : Dataset
        The data the comparison was made from.
    comparison : Comparison or Unanswered
        What to draw.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure or InPlace
    """
    if isinstance(comparison, Unanswered):
        words = "견줄 수치가 둘이 되지 않아 지도를 그리지 않았다."
        return InPlace(words if lang == "ko" else "No map is drawn: fewer than two figures to compare.")
    return tile_map(ds, comparison, lang)


def parted(ds: Dataset, comparison: Comparison | Unanswered, lang: str = "ko") -> Figure | InPlace:
    """Draw whose money each plan counts on, by one release for each selection.

    Parameters
    ----------
    ds : Dataset
        The data.
    comparison : Comparison or Unanswered
        Of the selections to draw, whatever it compares.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure or InPlace
    """
    found = composition(ds, _selections(comparison)).found
    if not found:
        words = "재원을 나누어 적은 발표가 없어 그리지 않았다."
        return InPlace(words if lang == "ko" else "Nothing is drawn: no release breaks down a plan's money.")
    rows = [row for item in found for row in _segments(ds, item, lang)]
    ends = [_end(ds, item, lang) for item in found]
    order = [row["name"] for row in sorted(ends, key=lambda row: -row["end"])]
    shown = [key for key in _PART_NAMES if any(row["key"] == key for row in rows)]
    y = alt.Y("name:N", sort=order, title=None)
    bars = (
        chart_of(rows)
        .mark_bar(size=15, stroke="#ffffff", strokeWidth=0.5)
        .encode(
            y=y,
            x=alt.X(
                "amount:Q",
                title=axis_title(Unit.KRW, lang),
                scale={"domain": [0, max(row["end"] for row in ends) * 1.25], "nice": False},
                axis={"tickCount": 5},
            ),
            color=alt.Color(
                "part:N",
                scale={
                    "domain": [_word(_PART_NAMES[key], lang) for key in shown],
                    "range": [PARTS[key] for key in shown],
                },
            ),
            order=alt.Order("part_order:Q"),
            tooltip=tooltip(
                lang, ("name", _word(("선정", "selection"), lang)), ("part", _word(("재원", "part"), lang))
            ),
        )
    )
    labels = (
        chart_of(ends).mark_text(align="left", dx=6).encode(y=y, x=alt.X("end:Q"), text=alt.Text("label:N"))
    )
    whole = sum(item.complete for item in found)
    if lang == "ko":
        title = f"계획의 재원: 모두 나누어 적힌 곳은 {len(found)}곳 가운데 {whole}곳"
        subtitle = "막대 하나가 한 발표. 회색은 나누어 적지 않은 나머지, *는 합이 총액과 다름"
    else:
        verb = "is" if whole == 1 else "are"
        title = f"Whose money: {whole} of {len(found)} plans {verb} broken down in full"
        subtitle = "One release per bar; grey: the rest, not broken down; *: parts differ from the total"
    chart = alt.layer(
        bars, labels, width=WIDTH, height={"step": 23}, title={"text": title, "subtitle": subtitle}
    )
    listed = "; ".join(
        f"{name}: " + ", ".join(f"{row['part']} {row['words']}" for row in rows if row["name"] == name)
        for name in order
    )
    return Figure(chart, f"{title}: {listed}")


def _segments(ds: Dataset, item: Composition, lang: str) -> list[dict[str, Any]]:
    claims = [(key, int(claim["value"]), claim) for key, found in item.parts.items() for claim in found]
    if not item.complete and item.total is not None and (item.rest or 0) > 0:
        claims.append(("unknown", item.rest or 0, item.total))
    return [
        {
            "name": ds.selection_name(item.selection_id, lang),
            "key": key,
            "part": _word(_PART_NAMES[key], lang),
            "part_order": list(_PART_NAMES).index(key),
            "amount": float(amount / axis_scale(Unit.KRW, lang)),
            "words": format_value(amount, Unit.KRW, lang),
            **claim_tip(ds, claim, lang),
        }
        for key, amount, claim in claims
    ]


def _end(ds: Dataset, item: Composition, lang: str) -> dict[str, Any]:
    """Give the label at the end of a bar: the total that the release prints."""
    amount = sum(item.amount(key) or 0 for key in item.parts)
    if not item.complete and item.total is not None:
        amount = max(amount, int(item.total["value"]))
    label = (
        ds.amount(dict(item.total), lang)
        if item.total is not None
        else _word(("총액 없음", "no total"), lang)
    )
    if item.complete and item.rest:
        label += " *"
    end = float(amount / axis_scale(Unit.KRW, lang))
    ids = item.total["claim_id"] if item.total is not None else ""
    return {"name": ds.selection_name(item.selection_id, lang), "end": end, "label": label, "ids": ids}


def secured_by_year(
    ds: Dataset, comparison: Comparison | Unanswered, rule: str = "latest", lang: str = "ko"
) -> Figure | InPlace:
    """Draw the national money secured in each year, on an axis of its own: it is no part of a plan.

    Parameters
    ----------
    ds : Dataset
        The data.
    comparison : Comparison or Unanswered
        Of the selections to draw, whatever it compares.
    rule : {"latest", "first", "official"}
        Which claim speaks where several do.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure or InPlace
    """
    keys = _selections(comparison)
    found = yearly(ds, "budget", keys, status="secured", component="national", rule=rule)
    if not found.figures:
        words = "해마다 확보한 국비를 적은 글이 없어 그리지 않았다."
        return InPlace(words if lang == "ko" else "Nothing is drawn: no text prints money secured in a year.")
    scale, year_word = axis_scale(Unit.KRW, lang), _word(("년분", " budget"), lang)
    rows: list[dict[str, Any]] = [
        {
            "name": f"{ds.selection_name(item.selection_id, lang)} · {item.year}{year_word}",
            "amount": float(item.value / scale),
            "low": float(item.low / scale),
            "high": float(item.high / scale),
            "label": _with_range(item, scale, lang),
            **claim_tip(ds, ds.record("claims", item.claim_id), lang),
        }
        for item in found.figures
    ]
    there = len(keys) - len(found.missing)
    if lang == "ko":
        title = f"해마다 확보한 국비: 알려진 곳은 {len(keys)}곳 가운데 {there}곳"
        subtitle = "선정의 연도 뒤에 예산의 연도. 가는 선은 적힌 값의 범위. 계획 총액과는 다른 종류의 수치"
    else:
        title = f"National money secured by year: known for {there} of {len(keys)} plans"
        subtitle = "Round, then budget year; thin line: printed range. Not the same kind as a plan's total"
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None)
    base = chart_of(rows).encode(y=y)
    x_scale = {"domain": [0, max(row["high"] for row in rows) * 1.3], "nice": False}
    bars = base.mark_bar(size=13, color=PARTS["national"]).encode(
        x=alt.X("amount:Q", title=axis_title(Unit.KRW, lang), scale=x_scale, axis={"tickCount": 5}),
        tooltip=tooltip(lang, ("name", _word(("선정과 해", "plan and year"), lang))),
    )
    spans = base.mark_rule(color=INK, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))
    words_ = base.mark_text(align="left", dx=6).encode(x=alt.X("high:Q"), text=alt.Text("label:N"))
    chart = alt.layer(
        *(bars, spans, words_), width=WIDTH, height={"step": 24}, title={"text": title, "subtitle": subtitle}
    )
    listed = "; ".join(f"{row['name']} {row['label']}" for row in rows)
    return Figure(chart, f"{title}: {listed}")


def _with_range(item: YearFigure, scale: Decimal, lang: str) -> str:
    """Write the chosen figure; with its ends where it has some, or it would be read as one of them."""
    amount = format_value(item.value, Unit.KRW, lang)
    if item.low == item.high:
        return amount
    low, high = (f"{(Decimal(end) / scale).normalize():,f}" for end in (item.low, item.high))
    return f"{amount} ({low}~{high})" if lang == "ko" else f"{amount} ({low}–{high})"


def dispersed(ds: Dataset, comparison: Comparison | Unanswered, lang: str = "ko") -> Figure | InPlace:
    """Draw the indices of dispersion with their bounds, unlike ones on axes of their own.

    Parameters
    ----------
    ds : Dataset
        The data the comparison was made from.
    comparison : Comparison or Unanswered
        What is spread.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure or InPlace
    """
    found = dispersion_or_reason(ds, comparison)
    if isinstance(found, Unanswered):
        words = "퍼진 정도를 잴 수 없어 그리지 않았다."
        return InPlace(words if lang == "ko" else "No dispersion is drawn: none can be measured.")
    gini = found["gini"]
    if lang == "ko":
        title = f"지역 사이의 고르지 않음: 지니계수 {gini.value:.3f} ({gini.low:.3f}~{gini.high:.3f})"
        subtitle = "점은 고른 수치, 굵은 선은 어느 글을 믿느냐에 따른 폭. 축은 지표마다 따로"
    else:
        title = f"Unevenness between selections: Gini {gini.value:.3f} ({gini.low:.3f}–{gini.high:.3f})"
        subtitle = (
            "Dot: chosen figures; thick line: range by choice of texts. Each kind of index has its own axis"
        )
    panels = [_panel(found, keys, (ko, en), lang) for keys, ko, en in _PANELS if keys[0] in found]
    chart = alt.vconcat(*panels, spacing=54, bounds="flush", title={"text": title, "subtitle": subtitle})
    listed = "; ".join(
        f"{_word(INDEX_NAMES[item.key], lang)} {item.value:.3f} ({item.low:.3f}–{item.high:.3f})"
        for item in found.indices
    )
    return Figure(chart, f"{title}: {listed}")


def _panel(found: Dispersion, keys: tuple[str, ...], axis: tuple[str, str], lang: str) -> Any:
    factor, digits = (100, 1) if keys == ("top_share",) else (1, 3)
    rows: list[dict[str, Any]] = [
        {
            "name": _word(INDEX_NAMES[key], lang),
            "value": float(found[key].value * factor),
            "low": float(found[key].low * factor),
            "high": float(found[key].high * factor),
            "label": f"{found[key].value * factor:.{digits}f}",
            "ids": " ".join(found.claims),
            "range": f"{found[key].low * factor:.{digits}f}–{found[key].high * factor:.{digits}f}",
        }
        for key in keys
    ]
    for row in rows:
        row["words"] = row["label"] + (f" ({row['range']})" if row["low"] < row["high"] else "")
    # Shares and Gini end at 1; Theil's T has no such end, so its axis ends where its figures do.
    peak = 100 if factor != 1 else 1 if keys == ("gini",) else max(row["high"] for row in rows) * 1.6 or 1
    labels = {"minExtent": _LABELS, "maxExtent": _LABELS, "ticks": False, "domain": False, "labelPadding": 9}
    base = chart_of(rows).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=labels)
    )
    scale = {"domain": [0, peak], "nice": False}
    title = _word(axis, lang)
    x: dict[str, Any] = {"title": title, "scale": scale, "axis": {"tickCount": 5}}
    spans = base.mark_rule(strokeWidth=6, opacity=0.35, color=ACCENT).encode(
        x=alt.X("low:Q", **x), x2=alt.X2("high:Q")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1, color=ACCENT).encode(
        x=alt.X("value:Q", **x),
        tooltip=[
            alt.Tooltip("name:N", title=_word(("지표", "index"), lang)),
            alt.Tooltip("label:N", title=_word(("값", "value"), lang)),
            alt.Tooltip("range:N", title=_word(("범위", "range"), lang)),
        ],
    )
    words = base.mark_text(align="left", dx=9).encode(x=alt.X("high:Q", **x), text=alt.Text("words:N"))
    return alt.layer(spans, dots, words, width=WIDTH - _LABELS, height={"step": 24})
