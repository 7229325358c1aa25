"""Where a selection stands among the others, with the doubt that its rank carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandan_lib.charts.figure import Figure
from sandan_lib.charts.theme import ACCENT, MUTED, WIDTH, alt, axis_scale, axis_title, chart_of, text_width
from sandan_lib.charts.tips import claim_tip, tooltip
from sandan_lib.compare import Comparison
from sandan_lib.dataset import Dataset
from sandan_lib.model import Rule

__all__ = ["standing"]

_MOST = 60  # rows; of the real data there are fifteen
_RULES = {
    Rule.LATEST: ("최근 발표", "newest release"),
    Rule.FIRST: ("첫 발표", "first release"),
    Rule.OFFICIAL: ("가장 공식적인 발표", "most official release"),
}


def standing(ds: Dataset, comparison: Comparison, highlight: str | None = None, lang: str = "ko") -> Figure:
    """Draw a comparison: a dot for the chosen figure, a line from the lowest to the highest.

    Parameters
    ----------
    ds : Dataset
        The data the comparison was made from.
    comparison : Comparison
        What to draw.
    highlight : str, optional
        Selection to mark.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
        Of the sixty that rank first, where there are more, and the marked one.

    Raises
    ------
    UnknownName
        If there is no such selection to mark.
    """
    if highlight is not None:
        ds.record("selections", highlight)  # a wrong one would leave the title with the first in rank
    shown = _shown(comparison.rows, highlight)
    top = max((row["high"] for row in shown if row["claims"]), default=None)
    rows = [_row(ds, comparison, row, highlight, lang, top) for row in shown]
    known = [row for row in rows if row["known"]]
    peak = max((row["high"] for row in known), default=1.0)
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None)
    x_scale = {"domain": [0, peak * 1.28], "nice": False}
    title = _axis(comparison, lang)
    colour = alt.ColorValue(MUTED, condition={"test": "datum.marked", "value": ACCENT})
    base = chart_of(known).encode(y=y)
    spans = base.mark_rule(strokeWidth=5, opacity=0.35).encode(
        x=alt.X("low:Q", title=title, scale=x_scale, axis={"tickCount": 5}),
        x2=alt.X2("high:Q"),
        color=colour,
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("amount:Q", title=title, scale=x_scale),
        color=colour,
        tooltip=tooltip(
            lang,
            ("name", "선정" if lang == "ko" else "selection"),
            ("ranks", "순위" if lang == "ko" else "rank"),
        ),
    )
    labels = [
        base.transform_filter(f"datum.marked === {str(marked).lower()} && datum.side === '{side}'")
        .mark_text(align="right" if side == "left" else "left", dx=dx, fontWeight=700 if marked else 400)
        .encode(x=alt.X(f"{end}:Q", scale=x_scale, title=title), text=alt.Text("label:N"))
        for marked in (True, False)
        for side, dx, end in (("left", -9, "low"), ("right", 9, "high"))
    ]
    unknown = (
        chart_of(row for row in rows if not row["known"])
        .mark_text(align="left", dx=4, color="#5f646c")
        .encode(y=y, x=alt.X(scale=x_scale, title=title, datum=0), text=alt.Text("label:N"))
    )
    heading, subtitle = _words(ds, comparison, shown, highlight, lang)
    if beyond := len(comparison.frame) - len(shown):
        subtitle += f". 나머지 {beyond:,}곳은 표에" if lang == "ko" else f". {beyond:,} more are in the table"
    layers = [spans, dots, *labels] + ([unknown] if len(known) < len(rows) else [])
    chart = alt.layer(
        *layers, width=WIDTH, height={"step": 22}, title={"text": heading, "subtitle": subtitle}
    )
    listed = "; ".join(f"{row['name']} {row['label']}" for row in rows)
    return Figure(chart, f"{heading}: {listed}")


def _axis(comparison: Comparison, lang: str) -> str:
    if comparison.per_unit is None:
        return axis_title(comparison.unit, lang)
    if comparison.per_unit is comparison.unit:
        return "%"
    # The words around the number of a quotient of one: 원/명, KRW per person.
    return " ".join(comparison.amount(1, lang).replace("1", "", 1).split())


def _scale(comparison: Comparison, lang: str) -> Decimal:
    if comparison.per_unit is None:
        return Decimal(axis_scale(comparison.unit, lang))
    return Decimal("0.01") if comparison.per_unit is comparison.unit else Decimal(1)


def _words(
    ds: Dataset, comparison: Comparison, rows: Sequence[Mapping[str, Any]], highlight: str | None, lang: str
) -> tuple[str, str]:
    """Say as a title where the marked selection stands, or which is first; what is compared goes below."""
    measure = ds.name("measures", comparison.measure_id, lang)
    status = ds.label("measures", "default_status", comparison.status_class.value, lang)
    basis = comparison.basis_name(ds, lang)
    part = ds.label("claims", "component", comparison.component, lang) if comparison.component else ""
    scope = ds.label("claims", "scope", comparison.scope, lang) if comparison.scope != "plan" else ""
    facets = ", ".join(word for word in (part, status, basis, scope) if word)
    dot = _RULES[comparison.rule][0 if lang == "ko" else 1]
    if comparison.per:
        divisor = ds.name("measures", comparison.per, lang)
        measure += f" ÷ {divisor}" if lang == "ko" else f" divided by {divisor}"
    measure = measure if lang == "ko" else f"{measure[0].upper()}{measure[1:]}"
    known = [row for row in comparison.rows if row["claims"]]
    row = next((row for row in rows if row["selection_id"] == highlight), known[0] if known else None)
    if row is None:
        heading = f"{measure}: 선정 지역 비교" if lang == "ko" else f"{measure} compared"
    else:
        heading = f"{measure}: {_rank(ds, row, len(known), lang)}"
    if lang == "ko":
        return heading, f"{facets}. 점은 {dot}, 굵은 선은 적힌 값의 낮은 끝에서 높은 끝까지"
    heard = f"{facets[0].upper()}{facets[1:]}"
    return heading, f"{heard}. Dot: {dot}; thick line: lowest to highest printed value"


def _rank(ds: Dataset, row: Mapping[str, Any], known: int, lang: str) -> str:
    """Say a selection's rank with its doubt."""
    name = f"{ds.name('regions', row['region_id'], lang)} {row['round_year']}"
    if not row["claims"]:
        return f"{name}, 비교할 수치 없음" if lang == "ko" else f"{name} has no comparable figure"
    low, high = row["rank_low"], row["rank_high"]
    doubt = f" ({low}–{high})" if low != high else ""
    if lang == "ko":
        return f"{name}, {known}곳 가운데 {row['rank']}위{doubt}"
    return f"{name} ranks {row['rank']}{doubt} of {known}"


def _shown(rows: Sequence[Mapping[str, Any]], highlight: str | None) -> list[Mapping[str, Any]]:
    """Give the rows that a reader can tell apart: the first ones, and the highlighted one."""
    return [*rows[:_MOST], *(row for row in rows[_MOST:] if row["selection_id"] == highlight)]


def _row(
    ds: Dataset, comparison: Comparison, row: Mapping[str, Any], highlight: str | None, lang: str, top: Any
) -> dict[str, Any]:
    name = f"{ds.name('regions', row['region_id'], lang)} {row['round_year']}"
    marked = row["selection_id"] == highlight
    if not row["claims"]:
        label = "비교할 수치 없음" if lang == "ko" else "no comparable figure"
        return {"name": name, "marked": marked, "known": False, "label": label}
    scale = _scale(comparison, lang)
    low, high = row["rank_low"], row["rank_high"]
    claim = ds.record("claims", row["claim_id"])
    label = ds.amount(claim, lang) if comparison.per is None else comparison.amount(row["value"], lang)
    # Pixels left of the dot, where the widest line takes up two thirds of the chart or more.
    room = float(row["low"]) / float(top) * WIDTH * 2 / 3 - 20
    return {
        "name": name,
        "marked": marked,
        "known": True,
        "amount": float(Decimal(str(row["value"])) / scale),
        "low": float(Decimal(str(row["low"])) / scale),
        "high": float(Decimal(str(row["high"])) / scale),
        "label": label,
        # Beside the dot: a label at the far end of the line would seem to be that end's value.
        "side": "left" if row["value"] == row["low"] < row["high"] and room > text_width(label) else "right",
        "ranks": f"{row['rank']} ({low}–{high})" if low != high else f"{row['rank']}",
        **claim_tip(ds, claim, lang),
    }
