"""What the data hold and lack, drawn."""

from __future__ import annotations

from decimal import Decimal

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import ACCENT, MUTED, PARTS, WIDTH, alt, axis_scale, axis_title, chart_of
from sandan_lib.compare import CORE, Survey, choose, claims_behind
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.model import Basis, Component, Rule, StatusClass, Unit
from sandan_lib.profile import profile

__all__ = ["ages", "coverage", "revisions"]


def coverage(ds: Dataset, found: Survey, lang: str = "ko") -> Figure:
    """Draw which selection answers which core question, and on how many independent releases.

    Parameters
    ----------
    ds : Dataset
        The data.
    found : Survey
        The core questions over all selections.
    lang : {"ko", "en"}
        Language of all words.

    Returns
    -------
    Figure
    """
    rows = [
        {
            "selection": _name(ds, row["region_id"], row["round_year"], lang),
            "question": CORE[row["core"]].name(ds, lang),
            "origins": row["origins"],
            "shown": str(row["origins"]) if row["origins"] else "·",
            "group": _group(row["origins"], lang),
            "texts": row["claims"],
            "ids": " ".join(claims_behind([row])),
        }
        for row in found.cells
    ]
    heading = "물음마다 독립된 발표의 수" if lang == "ko" else "Independent releases behind each answer"
    if not rows:
        return nothing_to_draw(heading, lang)
    groups = [_group(number, lang) for number in (0, 1, 2)]
    questions = [core.name(ds, lang) for core in CORE]
    names = list(dict.fromkeys(_name(ds, s.region_id, s.round_year, lang) for s in ds.selections()))
    base = chart_of(rows).encode(
        x=alt.X(
            "question:N",
            sort=questions,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-40, labelLimit=420),
        ),
        y=alt.Y("selection:N", sort=names, title=None),
    )
    cells = base.mark_rect(stroke="#ffffff").encode(
        color=alt.Color(
            "group:N", scale=alt.Scale(domain=groups, range=["#eceef1", PARTS["local"], PARTS["national"]])
        ),
        tooltip=[
            alt.Tooltip("selection:N", title="선정" if lang == "ko" else "selection"),
            alt.Tooltip("question:N", title="물음" if lang == "ko" else "question"),
            alt.Tooltip("origins:Q", title="발표" if lang == "ko" else "releases"),
            alt.Tooltip("texts:Q", title="글" if lang == "ko" else "texts"),
        ],
    )
    dark = f"datum.group === '{groups[2]}'"
    numbers = [
        base.transform_filter(dark).mark_text(color="#ffffff").encode(text=alt.Text("shown:N")),
        base.transform_filter(f"!({dark})").mark_text().encode(text=alt.Text("shown:N")),
    ]
    chart = alt.layer(cells, *numbers).properties(
        width=alt.Step(44), height=alt.Step(24), title=alt.TitleParams(heading)
    )
    empty = sum(row["origins"] == 0 for row in rows)
    words = (
        f"{heading}: {len(rows)}칸 가운데 {empty}칸이 비어 있다."
        if lang == "ko"
        else f"{heading}: of {len(rows)} cells {empty} are empty."
    )
    return Figure(chart, words)


def ages(ds: Dataset, lang: str = "ko") -> Figure:
    """Draw in which years the texts appeared that print the figures."""
    counted: dict[tuple[str, bool], list[str]] = {}
    for row in rows_of(ds.claims, ("published", "programme_id", "claim_id")):
        kind = (row["published"][:4] if row["published"] else "", row["programme_id"] == "sandan-renewal")
        counted.setdefault(kind, []).append(row["claim_id"])
    heading = "언제 나온 글의 수치인가" if lang == "ko" else "When the figures were printed"
    if not counted:
        return nothing_to_draw(heading, lang)
    kinds = ("산업단지 대개조", "관련 사업과 배경") if lang == "ko" else ("renewal", "related and context")
    undated = "모름" if lang == "ko" else "n.d."
    rows = [
        {"year": year or undated, "kind": kinds[0 if own else 1], "claims": len(keys), "ids": " ".join(keys)}
        for (year, own), keys in sorted(counted.items())
    ]
    chart = (
        chart_of(rows)
        .mark_bar()
        .encode(
            x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("claims:Q", title="수치의 수" if lang == "ko" else "number of figures"),
            color=alt.Color("kind:N", scale=alt.Scale(domain=list(kinds), range=[ACCENT, PARTS["local"]])),
            tooltip=[
                alt.Tooltip("year:N", title="해" if lang == "ko" else "year"),
                alt.Tooltip("kind:N", title="사업" if lang == "ko" else "programme"),
                alt.Tooltip("claims:Q", title="수치" if lang == "ko" else "figures"),
            ],
        )
        .properties(width=WIDTH, height=220, title=heading)
    )
    listed = "; ".join(f"{row['year']} {row['kind']} {row['claims']}" for row in rows)
    return Figure(chart, f"{heading}: {listed}")


def revisions(ds: Dataset, lang: str = "ko") -> Figure:
    """Draw every release of each plan's total, oldest hollow, newest filled."""
    heading = "계획 총액은 어떻게 바뀌었나" if lang == "ko" else "How the plans' totals moved"
    scale = axis_scale(Unit.KRW, lang)
    rows = []
    for item in ds.selections():
        plan = profile(ds, item.region_id, item.round_year)
        claims = plan.rows_of_plan(
            "budget", StatusClass.PLAN, component=Component.TOTAL, basis=Basis.CUMULATIVE
        )
        releases = [row for row in plan.releases(claims) if row["first"]]
        newest = choose(releases, ds, Rule.LATEST)["claim_id"] if releases else None
        rows += [
            {
                "selection": _name(ds, item.region_id, item.round_year, lang),
                "amount": float(Decimal(row["value"]) / scale),
                "label": ds.amount(row, lang),
                "first": row["first"],
                "claim": row["claim_id"],
                "newest": row["claim_id"] == newest,
            }
            for row in releases
        ]
    if not rows:
        return nothing_to_draw(heading, lang)
    names = [_name(ds, item.region_id, item.round_year, lang) for item in ds.selections()]
    base = chart_of(rows).encode(
        y=alt.Y("selection:N", sort=names, title=None, scale=alt.Scale(domain=names)),
        x=alt.X("amount:Q", title=axis_title(Unit.KRW, lang), scale=alt.Scale(zero=True)),
    )
    tips = [
        alt.Tooltip("selection:N", title="선정" if lang == "ko" else "selection"),
        alt.Tooltip("label:N", title="총액" if lang == "ko" else "total"),
        alt.Tooltip("first:N", title="처음 나온 날" if lang == "ko" else "first printed"),
        alt.Tooltip("claim:N", title="수치" if lang == "ko" else "claim"),
    ]
    span = base.mark_line(color=MUTED, strokeWidth=2).encode(detail=alt.Detail("selection:N"))
    dots = [
        base.transform_filter(f"datum.newest === {str(newest).lower()}")
        .mark_point(filled=newest, size=70, color=ACCENT if newest else MUTED, opacity=1)
        .encode(tooltip=tips)
        for newest in (False, True)
    ]
    subtitle = "채운 점이 가장 새로운 발표" if lang == "ko" else "The filled dot is the newest release"
    chart = alt.layer(span, *dots).properties(
        width=WIDTH - 60, height=alt.Step(24), title=alt.TitleParams(heading, subtitle=subtitle)
    )
    listed = "; ".join(f"{row['selection']} {row['label']} ({row['first']})" for row in rows)
    return Figure(chart, f"{heading}: {listed}")


def _group(origins: int, lang: str) -> str:
    words = (("없음", "none"), ("하나", "one"), ("둘 이상", "two or more"))
    return words[min(origins, 2)][0 if lang == "ko" else 1]


def _name(ds: Dataset, region_id: str, round_year: int, lang: str) -> str:
    return f"{ds.name('regions', region_id, lang)} {round_year}"
