"""Maps of the seventeen regions: equal tiles in a grid that resembles Korea, or their true borders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandan_lib.boundaries import SOURCE
from sandan_lib.charts.borders import borders
from sandan_lib.charts.figure import Figure, nothing_to_draw
from sandan_lib.charts.grid import grid
from sandan_lib.charts.theme import alt, axis_scale, axis_title
from sandan_lib.charts.tips import claim_tip, tooltip
from sandan_lib.compare import Application, Comparison, applications, compare, round_years
from sandan_lib.dataset import Dataset
from sandan_lib.errors import NotComparable, ParameterError
from sandan_lib.model import StatusClass, Unit
from sandan_lib.tiles import TILES

__all__ = ["KINDS", "money_map", "round_map", "tile_map"]

KINDS = ("tiles", "map")
# One hue from light to dark: the order survives grey print and colour blindness.
_SCALE = ["#d6e6f4", "#8fc1e0", "#4a98c9", "#1764ab", "#08306b"]
_ROUNDS = ["#cfe3f3", "#5aa2d0", "#08488e"]
_UNLIKE = ("measure_id", "unit", "component", "basis", "scope")

Row = dict[str, Any]


def tile_map(
    ds: Dataset, shown: Comparison | Mapping[str, str], lang: str = "ko", kind: str = "tiles"
) -> Figure:
    """Draw a figure of each region as the shade of its tile, or of its area on a map.

    Parameters
    ----------
    ds : Dataset
        The data the comparison was made from.
    shown : Comparison or Mapping of str to str
        A comparison; or for regions (any spelling) the claim to draw, all of one kind.
    lang : {"ko", "en"}
        Language of all words.
    kind : {"tiles", "map"}
        Equal tiles, in which small regions weigh as much as large ones; or the true borders, at
        which a reader finds his way: see :mod:`sandan_lib.charts.borders`.

    Returns
    -------
    Figure
        A region selected twice has two halves, the older round above; on a map its area has the shade
        of the later round, and a plate in it that of the older. Regions never selected and selections
        without a figure look different, and say which they are.

    Raises
    ------
    NotComparable
        If claims of different kinds (measure, component, unit, basis, status class, scope) are to
        be drawn in one scale.
    ParameterError
        If there is no such kind of map.
    """
    _known(kind)
    if isinstance(shown, Comparison):
        rows, unit = _compared(ds, shown, lang), _unit_words(shown, lang)
        heading, subtitle = _words(ds, shown, lang, kind)
    else:
        claims = {ds.region(key): ds.record("claims", claim) for key, claim in shown.items()}
        rows, unit, heading = _claimed(ds, claims, lang)
        subtitle = ""
    known = [row for row in rows if row["kind"] == "figure"]
    if not known:
        return nothing_to_draw(heading, lang)
    low, high = (pick(row["amount"] for row in known) for pick in (min, max))
    for row in known:
        row["dark"] = high > low and (row["amount"] - low) / (high - low) > 0.57
    colour = alt.Color(
        "amount:Q",
        scale={"domain": [low, high], "range": _SCALE},
        # The padding is room for the first number, which is wider than the gradient's end.
        legend={"title": unit, "gradientLength": 220, "tickCount": 4, "titleFontWeight": 400, "padding": 8},
    )
    extra = [("name", "지역" if lang == "ko" else "region"), ("label", "값" if lang == "ko" else "figure")]
    chart = _drawn(kind, rows, colour, tooltip(lang, *extra), lang).properties(
        title={"text": heading, "subtitle": subtitle} if subtitle else heading
    )
    words = [
        f"{heading}: {_listed(known)}.",
        _without(rows, lang),
        SOURCE[lang] + "." if kind == "map" else "",
    ]
    return Figure(chart, " ".join(word for word in words if word))


def round_map(ds: Dataset, lang: str = "ko", round_year: int = 0, kind: str = "tiles") -> Figure:
    """Draw which round selected which region.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words.
    round_year : int
        Only this round; 0 for all.
    kind : {"tiles", "map"}
        Equal tiles, in which small regions weigh as much as large ones; or the true borders, at
        which a reader finds his way: see :mod:`sandan_lib.charts.borders`.

    Returns
    -------
    Figure
        The darker a region, the later its round; failed bids that are known are named in white ones.

    Raises
    ------
    ParameterError
        If there is no such round or kind of map.
    """
    _known(kind)
    years = round_years(ds, round_year)
    bids = applications(ds, round_year)
    chosen = [item for item in bids if item.outcome == "selected"]
    heading = _round_heading(years, lang)
    if not chosen:
        return nothing_to_draw(heading, lang)
    rows: list[Row] = []
    for region_id in TILES:
        own = [item for item in bids if item.region_id == region_id]
        won = [item for item in own if item.outcome == "selected"]
        rows += [_won(ds, item, place, len(won), lang) for place, item in enumerate(won)]
        if not won:
            rows.append(_lost(ds, region_id, own, lang))
    colours = {"domain": sorted(ds.records("rounds")), "range": _ROUNDS}
    tips = [
        alt.Tooltip(f"{field}:N", title=words[0 if lang == "ko" else 1])
        for field, words in {
            "name": ("지역", "region"),
            "label": ("선정", "selected"),
            "hub": ("거점", "hub"),
            "date": ("발표일", "announced"),
            "source": ("출처", "source"),
        }.items()
    ]
    colour = alt.Color("amount:O", scale=colours, legend=None)
    title = {"text": heading, "subtitle": _round_subtitle(lang, kind)}
    chart = _drawn(kind, rows, colour, tips, lang).properties(title=title)
    names: dict[int, list[str]] = {}
    for item in chosen:
        names.setdefault(item.round_year, []).append(ds.name("regions", item.region_id, lang))
    listed = "; ".join(f"{year}: {', '.join(regions)}" for year, regions in names.items())
    return Figure(chart, f"{heading}: {listed}" + (f". {SOURCE[lang]}." if kind == "map" else ""))


def money_map(ds: Dataset, lang: str = "ko", round_year: int = 0, kind: str = "tiles") -> Figure:
    """Draw the newest total of each plan as a map; say so where no total was known.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    lang : {"ko", "en"}
        Language of all words.
    round_year : int
        Only this round; 0 for all.
    kind : {"tiles", "map"}
        Equal tiles, in which small regions weigh as much as large ones; or the true borders, at
        which a reader finds his way: see :mod:`sandan_lib.charts.borders`.

    Returns
    -------
    Figure

    Raises
    ------
    ParameterError
        If there is no such round or kind of map.
    """
    _known(kind)
    round_years(ds, round_year)
    try:
        return tile_map(ds, compare(ds, "budget", round_year=round_year or None), lang, kind)
    except NotComparable:  # before the first plan was printed
        return nothing_to_draw("계획 총액의 지도" if lang == "ko" else "Plan totals by region", lang)


def _round_heading(years: Sequence[int], lang: str) -> str:
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    return f"어느 차수에 어디가 뽑혔나 ({span})" if lang == "ko" else f"Which round selected whom ({span})"


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise ParameterError(
            f"no kind of map {kind!r}. Choose one of: {', '.join(KINDS)}.",
            f"{kind!r}라는 지도는 없습니다. 다음 가운데 하나를 고르십시오: {', '.join(KINDS)}.",
        )


def _drawn(kind: str, rows: list[Row], colour: Any, tips: list[Any], lang: str) -> Any:
    return (borders if kind == "map" else grid)(rows, colour, tips, lang)


def _round_subtitle(lang: str, kind: str) -> str:
    if lang == "ko":
        twice = "은 반씩 나누었다. 흰 칸은" if kind == "tiles" else "의 앞 차수는 네모로 넣었다. 흰 곳은"
        return f"짙을수록 늦은 차수. 두 번 뽑힌 곳{twice} 뽑히지 않은 곳"
    twice = "halves: selected twice" if kind == "tiles" else "plate inside: earlier round of two"
    return f"Darker: later round; {twice}; white: not selected"


def _won(ds: Dataset, item: Application, place: int, parts: int, lang: str) -> Row:
    hubs = [site["complex_id"] for site in item.hubs]
    record = ds.record("selections", item.selection_id)
    source = ds.record("sources", ds.record("rounds", item.round_year)["source_id"])
    return _of(ds, item.region_id, place, parts, lang) | {
        "kind": "figure",
        "amount": item.round_year,
        "dark": item.round_year == max(ds.records("rounds")),
        "label": str(item.round_year),
        "ids": item.selection_id,
        "hub": ", ".join(ds.name("complexes", key, lang) for key in hubs),
        "date": record["preselected"],
        "source": source["publisher"],
    }


def _lost(ds: Dataset, region_id: str, bids: Sequence[Application], lang: str) -> Row:
    if bids:
        years = ", ".join(f"’{item.round_year % 100}" for item in bids)
        pending = all(item.outcome == "pending" for item in bids)
        words = f"신청 {years}" if lang == "ko" else f"applied {years}"
        if not pending:
            words += " 미선정" if lang == "ko" else ", lost"
    else:
        words = "신청 모름" if lang == "ko" else "no known bid"
    keys = " ".join(item.selection_id for item in bids)
    return _of(ds, region_id, 0, 1, lang) | {"kind": "not_selected", "label": words, "ids": keys}


def _of(ds: Dataset, region_id: str, place: int, parts: int, lang: str) -> Row:
    """Say whose figure a row is, and which of how many of its region."""
    name = ds.name("regions", region_id, lang)
    return {"region_id": region_id, "name": name, "place": place, "parts": parts, "dark": False}


def _compared(ds: Dataset, comparison: Comparison, lang: str) -> list[Row]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(comparison.rows, key=lambda row: row["round_year"]):
        found.setdefault(row["region_id"], []).append(row)
    elsewhere = {item.region_id for item in ds.selections()} - set(found)
    rows: list[Row] = []
    for region_id in TILES:
        own = found.get(region_id, [])
        rows += [_figure(ds, comparison, row, place, len(own), lang) for place, row in enumerate(own)]
        if not own:
            rows.append(_of(ds, region_id, 0, 1, lang) | _absent(region_id in elsewhere, lang))
    return rows


def _figure(
    ds: Dataset, comparison: Comparison, row: Mapping[str, Any], place: int, parts: int, lang: str
) -> Row:
    tile = _of(ds, row["region_id"], place, parts, lang)
    tile["name"] += f" {row['round_year']}"
    if not row["claims"]:
        return tile | {"kind": "missing", "label": "견줄 수치 없음" if lang == "ko" else "no like figure"}
    claim = ds.record("claims", row["claim_id"])
    plain = comparison.per is None
    label = ds.amount(claim, lang) if plain else comparison.amount(row["value"], lang)
    scale = axis_scale(comparison.unit, lang) if plain else Decimal(1)
    return tile | {
        "kind": "figure",
        "amount": float(Decimal(str(row["value"])) / scale),
        "label": label,
        **claim_tip(ds, claim, lang),
    }


def _absent(elsewhere: bool, lang: str) -> Row:  # noqa: FBT001 - one of two kinds of absence
    if elsewhere:
        return {"kind": "elsewhere", "label": "다른 차수 선정" if lang == "ko" else "in another round"}
    return {"kind": "not_selected", "label": "선정되지 않음" if lang == "ko" else "not selected"}


def _claimed(ds: Dataset, claims: Mapping[str, Mapping[str, Any]], lang: str) -> tuple[list[Row], str, str]:
    kinds = {
        (*(claim[column] for column in _UNLIKE), StatusClass.of(claim["status"])) for claim in claims.values()
    }
    if len(kinds) > 1:
        raise NotComparable(
            "claims differ in measure, component, unit, basis, status class or scope: one map, one scale.",
            "수치들의 측정값, 재원, 단위, 기준, 상태, 범위가 서로 다릅니다. 지도 하나에는 눈금이 하나입니다.",
        )
    rows = []
    for region_id in TILES:
        tile, claim = _of(ds, region_id, 0, 1, lang), claims.get(region_id)
        if claim is None:
            rows.append(tile | {"kind": "missing", "label": "수치 없음" if lang == "ko" else "no figure"})
            continue
        scale = axis_scale(Unit(claim["unit"]), lang)
        amount = float(Decimal(str(claim["value"])) / scale)
        words = {"kind": "figure", "amount": amount, "label": ds.amount(claim, lang)}
        rows.append(tile | words | claim_tip(ds, claim, lang))
    if not kinds:
        return rows, "", "시·도의 수치" if lang == "ko" else "Figures of the regions"
    measure, unit, *_ = next(iter(kinds))
    name = ds.name("measures", measure, lang)
    heading = f"시·도의 {name}" if lang == "ko" else f"{name[0].upper()}{name[1:]} by region"
    return rows, axis_title(Unit(unit), lang), heading


def _unit_words(comparison: Comparison, lang: str) -> str:
    if comparison.per_unit is None:
        return axis_title(comparison.unit, lang)
    return " ".join(comparison.amount(1, lang).replace("1", "", 1).split())


def _words(ds: Dataset, comparison: Comparison, lang: str, kind: str) -> tuple[str, str]:
    measure = ds.name("measures", comparison.measure_id, lang)
    facets = [ds.label("claims", "component", comparison.component, lang)] if comparison.component else []
    facets.append(ds.label("measures", "default_status", comparison.status_class.value, lang))
    facets.append(comparison.basis_name(ds, lang))
    if comparison.per:
        over = ds.name("measures", comparison.per, lang)
        facets.append(f"÷ {over}" if lang == "ko" else f"over {over}")
    inside = ", ".join(facets)
    if lang == "ko":
        heading = f"지도로 본 {measure} ({inside})"
    else:
        heading = f"{measure[0].upper()}{measure[1:]} by region ({inside})"
    regions = comparison.frame["region_id"]
    if not regions.duplicated().any():
        return heading, ""
    if kind == "map":
        ko, en = (
            "두 번 선정된 곳은 바탕이 뒤 차수, 네모가 앞 차수",
            "Selected twice: the plate inside is the earlier round",
        )
    else:
        ko, en = (
            "두 번 선정된 곳은 위가 앞 차수, 아래가 뒤 차수",
            "Selected twice: earlier round above, later below",
        )
    return heading, ko if lang == "ko" else en


def _listed(known: Sequence[Row]) -> str:
    return "; ".join(f"{row['name']} {row['label']}" for row in sorted(known, key=lambda row: -row["amount"]))


def _without(rows: Sequence[Row], lang: str) -> str:
    """Say for the alternative text which selections have no figure."""
    names = ", ".join(row["name"] for row in rows if row["kind"] == "missing")
    if not names:
        return ""
    return f"수치 없음: {names}." if lang == "ko" else f"Without a figure: {names}."
