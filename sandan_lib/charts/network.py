"""Hubs and what is linked with them: small trees, laid out by rows and never by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.theme import ACCENT, INK, PARTS, WIDTH, alt, chart_of, many, text_width
from sandan_lib.compare import region_ids, round_years
from sandan_lib.dataset import Dataset
from sandan_lib.profile import Site, profile

__all__ = ["network"]

# Pixels: one line, between two trees, from a tree's edge to its linked sites, the size of a mark.
_LINE, _BETWEEN, _INDENT, _HEAD = 23, 14, 34, 26
_LARGEST = 400.0  # square pixels of the mark of the largest complex
_UNKNOWN = 30.0
_MOST = 60  # trees that a reader can look through; of the real data there are fifteen
_COLOURS = {"hub": ACCENT, "linked_complex": PARTS["national"], "linked_area": INK}
_SHAPES = {"hub": "circle", "linked_complex": "circle", "linked_area": "diamond"}

Row = dict[str, Any]


def network(ds: Dataset, lang: str = "ko", round_year: int = 0, regions: str = "") -> Figure:
    """Draw the hub of each selection with the complexes and areas that are linked with it.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words.
    round_year : int
        Only this round; 0 for all, grouped by round.
    regions : str
        Only these regions, with commas between; all when empty.

    Returns
    -------
    Figure
        Hubs filled, linked complexes hollow, areas that are no complex as diamonds; the area of a
        circle is the number of employees (statistics of 2023), where they are published for it.
    """
    years = round_years(ds, round_year)
    wanted = region_ids(ds, regions)
    chosen = [item for item in ds.selections() if item.round_year in years and item.region_id in wanted]
    beyond, chosen = len(chosen[_MOST:]), chosen[:_MOST]
    if not chosen:
        return nothing_to_draw(
            "거점과 이어진 곳" if lang == "ko" else "Hubs and what is linked with them", lang
        )
    trees = [
        (item.round_year, _tree(ds, item.region_id, item.round_year, lang))
        for item in sorted(chosen, key=lambda item: item.round_year)
    ]
    heading = _heading([tree for _, tree in trees], round_year, lang)
    widest = max(text_width(row["label"]) for _, tree in trees for row in tree)
    columns = 2 if widest + _INDENT + 20 < WIDTH / 2 else 1
    placed, titles, height = _laid_out(trees, columns, lang)
    peak = max((row["employees"] or 0 for row in placed), default=0) or 1
    for row in placed:
        row["area"] = max(_LARGEST * (row["employees"] or 0) / peak, 25.0) if row["known"] else _UNKNOWN
    chart = _drawn(placed, titles, height, lang)
    subtitle = (
        "칠한 원은 거점, 빈 원은 연계 산단, 마름모는 단지가 아닌 지역. 넓이는 2023년 고용, 작은 점은 모름"
        if lang == "ko"
        else "Filled: hub; hollow: linked complex; diamond: area. Size: employees 2023; small dot: not known"
    )
    if beyond:
        subtitle += (
            f". 그리지 않은 선정 {beyond:,}곳" if lang == "ko" else f". {beyond:,} selections not drawn"
        )
    chart = chart.properties(title={"text": heading, "subtitle": subtitle})
    said = "; ".join(_said(tree, lang) for _, tree in trees)
    return Figure(chart, f"{heading}: {said}")


def _heading(trees: Sequence[Sequence[Row]], round_year: int, lang: str) -> str:
    """Count what is drawn."""
    roles = Counter(row["role"] for tree in trees for row in tree)
    hubs, complexes, areas = (roles[role] for role in ("hub", "linked_complex", "linked_area"))
    if lang == "ko":
        when = f"{round_year}년 선정의 " if round_year else ""
        return f"{when}거점 {hubs}곳에 산단 {complexes}곳과 지역 {areas}곳이 이어진다"
    when = f"Round of {round_year}: " if round_year else ""
    words = many(hubs, "hub"), many(complexes, "linked complex", "es")
    return f"{when}{words[0]}, {words[1]} and {many(areas, 'linked area')}"


def _said(tree: Sequence[Row], lang: str) -> str:
    hubs = ", ".join(row["label"] for row in tree if row["role"] == "hub")
    linked = ", ".join(row["label"] for row in tree if row["role"] not in ("hub", "head"))
    if lang == "ko":
        return f"{tree[0]['label']} 거점 {hubs}, 연계 {linked}"
    return f"{tree[0]['label']}: hub {hubs}, linked {linked}"


def _tree(ds: Dataset, region_id: str, year: int, lang: str) -> list[Row]:
    """Give the rows of one selection: its name, its hubs, what is linked."""
    sites = [site for site in profile(ds, region_id, year).sites if not site.part]
    sites.sort(key=lambda site: list(_SHAPES).index(site.role))
    name = f"{ds.name('regions', region_id, lang)} {year}"
    head = {"role": "head", "label": name, "employees": None, "known": False}
    return [head, *(_node(ds, site, lang) for site in sites)]


def _node(ds: Dataset, site: Site, lang: str) -> Row:
    employees = site.statistics.get("employees")
    label = site.name(lang)
    if employees is not None:
        label += f" · {employees:,}명" if lang == "ko" else f" · {employees:,}"
    statistics = site.statistics.get("source_id")
    return {
        "role": site.role,
        "role_name": ds.label("selection_sites", "role", site.role, lang),
        "label": label,
        "employees": employees,
        "known": employees is not None,
        "named_by": ds.record("sources", site.source_id)["publisher"],
        "counted_by": ds.record("sources", statistics)["publisher"] if statistics else "–",
        "ids": " ".join(filter(None, (site.source_id, statistics))),
    }


def _laid_out(
    trees: Sequence[tuple[int, list[Row]]], columns: int, lang: str
) -> tuple[list[Row], list[Row], float]:
    """Give every mark its pixels: each tree goes under the shorter column, each round below the last."""
    placed: list[Row] = []
    titles: list[Row] = []
    top, year = 0.0, 0
    ends = [0.0] * columns
    for round_year, tree in trees:
        if round_year != year:
            year, top = round_year, max(ends) + (_BETWEEN if titles else 0)
            words = f"{year}년 선정" if lang == "ko" else f"Round of {year}"
            titles.append({"label": words, "x": 0, "y": top + 10})
            ends = [top + _HEAD] * columns
        column = ends.index(min(ends))
        left, y = column * WIDTH / columns + 12, ends[column] + 10
        hub_y = y + _LINE
        for row in tree:
            inward = row["role"] not in ("hub", "head")
            at = {"x": left + (_INDENT if inward else 0), "y": y, "hub_x": left, "hub_y": hub_y}
            placed.append(row | at | {"text_x": at["x"] + (0 if row["role"] == "head" else 18)})
            y += _LINE
        ends[column] = y + _BETWEEN - 10
    return placed, titles, max(ends)


def _drawn(placed: Sequence[Row], titles: Sequence[Row], height: float, lang: str) -> Any:
    def place(x: str, y: str) -> dict[str, Any]:
        return {
            "x": alt.X(f"{x}:Q", scale={"domain": [0, WIDTH], "nice": False}, axis=None),
            "y": alt.Y(f"{y}:Q", scale={"domain": [height, 0], "nice": False}, axis=None),
        }

    linked = [row for row in placed if row["role"] in ("linked_complex", "linked_area")]
    layers = [
        # A stem from the hub down, and a branch to each linked site.
        chart_of(linked).mark_rule(color="#b6bac0").encode(**place("hub_x", "hub_y"), y2=alt.Y2("y:Q")),
        chart_of(linked).mark_rule(color="#b6bac0").encode(**place("hub_x", "y"), x2=alt.X2("x:Q")),
    ]
    tips = [
        alt.Tooltip(f"{field}:N", title=words[0 if lang == "ko" else 1])
        for field, words in {
            "label": ("이름 · 고용", "name · employees"),
            "role_name": ("역할", "role"),
            "named_by": ("계획에 적은 글", "named by"),
            "counted_by": ("고용 통계", "employees from"),
        }.items()
    ]
    for role, shape in _SHAPES.items():
        own = [row for row in placed if row["role"] == role]
        if own:
            fill = _COLOURS[role] if role == "hub" else "#ffffff"
            mark = chart_of(own).mark_point(
                shape=shape, fill=fill, stroke=_COLOURS[role], strokeWidth=1.6, opacity=1
            )
            size = alt.Size("area:Q", scale=None)
            layers.append(mark.encode(**place("x", "y"), size=size, tooltip=tips))
    looks: list[tuple[Row, list[Row]]] = [
        ({"fontWeight": 700}, [row for row in placed if row["role"] in ("head", "hub")]),
        ({"fontWeight": 400}, linked),
    ]
    for look, own in looks:
        if own:
            text = chart_of(own).mark_text(align="left", **look)
            layers.append(text.encode(**place("text_x", "y"), text=alt.Text("label:N")))
    heads = chart_of(titles).mark_text(align="left", fontSize=14, fontWeight=700, color=ACCENT)
    layers.append(heads.encode(**place("x", "y"), text=alt.Text("label:N")))
    return alt.layer(*layers).properties(width=WIDTH, height=height)
