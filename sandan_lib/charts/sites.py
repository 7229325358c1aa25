"""How large the hub and the linked complexes are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import ACCENT, PARTS, WIDTH, alt, chart_of
from sandan_lib.profile import Profile, Site

__all__ = ["sites"]

_COLOURS = {"hub": ACCENT, "linked_complex": PARTS["local"], "linked_area": PARTS["national"]}


def sites(profile: Profile, lang: str = "ko") -> Figure:
    """Draw employment in the hub and the linked complexes.

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
    rows = [_row(profile, site, lang) for site in profile.sites if site.complex_id]
    if not rows:
        nothing = "거점과 연계 산업단지의 크기" if lang == "ko" else "Size of hub and linked complexes"
        return nothing_to_draw(nothing, lang)
    heading = _heading(rows, lang)
    peak = max((row["employees"] or 0 for row in rows), default=1) or 1
    roles = dict.fromkeys(site.role for site in profile.sites if site.complex_id)
    names = [profile.dataset.label("selection_sites", "role", role, lang) for role in roles]
    colours = [_COLOURS[role] for role in roles]
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis={"labelLimit": 340})
    scale = {"domain": [0, peak * 1.25], "nice": False}
    title = "고용 (명), 2023년 말" if lang == "ko" else "employees, end of 2023"
    bars = (
        chart_of(row for row in rows if row["employees"] is not None)
        .mark_bar(size=18)
        .encode(
            y=y,
            x=alt.X("employees:Q", title=title, scale=scale, axis={"tickCount": 5}),
            color=alt.Color("role:N", scale={"domain": names, "range": colours}),
            tooltip=[
                alt.Tooltip("name:N", title="단지" if lang == "ko" else "complex"),
                alt.Tooltip("label:N", title="고용" if lang == "ko" else "employees"),
                alt.Tooltip("kicox:N", title="통계표 이름" if lang == "ko" else "name in the table"),
                alt.Tooltip("source:N", title="출처" if lang == "ko" else "source"),
            ],
        )
    )
    labels = (
        chart_of(rows)
        .mark_text(align="left", dx=5)
        .encode(y=y, x=alt.X("end:Q", title=title, scale=scale), text=alt.Text("label:N"))
    )
    chart = alt.layer(bars, labels, width=WIDTH - 120, height={"step": 28}, title=heading)
    listed = "; ".join(f"{row['name']} {row['label']}" for row in rows)
    return Figure(chart, f"{heading}: {listed}")


def _heading(rows: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Name the largest complex of those whose size is known."""
    known = [row for row in rows if row["employees"] is not None]
    if not known:
        return "크기가 알려진 산업단지가 없다" if lang == "ko" else "No complex whose size is known"
    largest = max(known, key=lambda row: row["employees"])
    name, size = largest["name"].removeprefix("· "), f"{largest['employees']:,}"
    if lang == "ko":
        return f"크기가 알려진 {len(known)}곳에서 가장 큰 곳: {name} (고용 {size}명)"
    return f"Largest of {len(known)} of known size: {name} ({size} employees)"


def _row(profile: Profile, site: Site, lang: str) -> dict[str, Any]:
    employees = site.statistics.get("employees")
    if employees is not None:
        label = f"{employees:,}명" if lang == "ko" else f"{employees:,}"
    elif site.statistics.get("masked"):
        label = "비공개" if lang == "ko" else "withheld"
    else:
        label = _without(profile, site, lang)
    source = site.statistics.get("source_id")
    return {
        "name": f"· {site.name(lang)}" if site.part else site.name(lang),
        "role": profile.dataset.label("selection_sites", "role", site.role, lang),
        "employees": employees,
        "end": employees or 0,
        "label": label,
        "kicox": site.statistics.get("name_kicox", ""),
        "source": profile.dataset.record("sources", source)["publisher"] if source else "",
        "ids": source or site.source_id,
    }


def _without(profile: Profile, site: Site, lang: str) -> str:
    """Say why a complex has no bar: listed in parts, or not at all."""
    following = profile.sites[profile.sites.index(site) + 1 :]
    if following and following[0].part:
        return "통계는 부분별로" if lang == "ko" else "statistics by part"
    return "통계 없음" if lang == "ko" else "no statistics"
