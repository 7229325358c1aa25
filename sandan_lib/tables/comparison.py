"""The tables of a comparison of regions; each says in one sentence why it is empty, if it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import Comparison, Unanswered, yearly
from sandan_lib.composition import PARTS, Composition, composition
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.dispersion import Dispersion, Group, dispersion_or_reason
from sandan_lib.model import Unit
from sandan_lib.tables.cells import MISSING, date_cell, figure_cell, notes_on, say
from sandan_lib.tables.ranking import left_out, ranged, standing
from sandan_lib.tables.table import Cell, Column, Table
from sandan_lib.units import format_value

__all__ = [
    "compared",
    "comparison_remarks",
    "dispersed",
    "grouped",
    "parted",
    "secured_by_year",
    "sources_of_comparison",
    "uncompared",
]

_PART_NAMES = {"national": ("국비", "national"), "local": ("지방비", "local"), "private": ("민자", "private")}
_INDICES = {
    "gini": (
        "지니계수",
        "Gini coefficient",
        "0은 모두 같음, 1에 가까울수록 한 곳에 몰림",
        "0: all equal; near 1: one has all",
    ),
    "theil": ("타일 T", "Theil's T", "0은 모두 같음", "0: all equal"),
    "between_macro_region": (
        "T 가운데 권역 사이",
        "T: between macro regions",
        "권역 평균이 서로 다른 몫",
        "means of macro regions differ",
    ),
    "within_macro_region": (
        "T 가운데 권역 안",
        "T: within macro regions",
        "권역 안에서 서로 다른 몫",
        "selections of a macro region differ",
    ),
    "between_capital_area": (
        "T 가운데 수도권과 그 밖 사이",
        "T: capital area and the rest",
        "두 평균이 서로 다른 몫",
        "the two means differ",
    ),
    "within_capital_area": (
        "T 가운데 수도권과 그 밖의 안",
        "T: within these two",
        "각각의 안에서 서로 다른 몫",
        "selections within each differ",
    ),
    "top_share": (
        "큰 세 곳의 비율",
        "share of the largest three",
        "합계에서 차지하는 비율",
        "part of the sum",
    ),
}


def _selections(comparison: Comparison | Unanswered) -> tuple[str, ...]:
    if isinstance(comparison, Unanswered):
        return comparison.selection_ids
    return tuple(sorted(comparison.frame["selection_id"]))


def sources_of_comparison(
    ds: Dataset, comparison: Comparison | Unanswered, rule: str = "latest"
) -> tuple[str, ...]:
    """Give the sources of the plans' money and of the money secured, to be numbered with the others."""
    keys = _selections(comparison)
    secured = yearly(ds, "budget", keys, status="secured", component="national", rule=rule)
    return (*composition(ds, keys).sources, *secured.sources)


def compared(ds: Dataset, comparison: Comparison | Unanswered, refs: References, lang: str = "ko") -> Table:
    """List a comparison with ranks, or say why there is none."""
    if isinstance(comparison, Unanswered):
        caption = say(lang, "선정 지역의 순위", "Ranking of the selections")
        words = say(
            lang,
            "견줄 수치가 둘이 되지 않아 순위표가 없다.",
            "No ranking is listed: fewer than two figures to compare.",
        )
        return Table("standing", caption, (), (), (), words)
    return standing(ds, comparison, refs, lang)


def uncompared(ds: Dataset, comparison: Comparison | Unanswered, lang: str = "ko") -> Table:
    """List what was not compared, and why not."""
    if isinstance(comparison, Unanswered):
        caption = say(lang, "비교하지 않은 수치", "Figures that were not compared")
        words = say(lang, "견준 것이 없다: ", "Nothing was compared. ") + comparison.reason(lang)
        return Table("left-out", caption, (), (), (), words)
    return left_out(ds, comparison, lang)


def comparison_remarks(
    ds: Dataset, comparison: Comparison | Unanswered, refs: References, lang: str = "ko"
) -> Table:
    """List the remarks on the figures that were compared, one a row."""
    rows: list[tuple[Cell, ...]] = []
    records = []
    if isinstance(comparison, Comparison):
        for row in rows_of(comparison.frame[comparison.frame["claims"] > 0]):
            claim = dict(ds.record("claims", row["claim_id"]))
            for note in notes_on(ds, [claim], refs, lang):
                name = ds.selection_name(row["selection_id"], lang)
                text = note.partition("] ")[2]
                rows.append((Cell(name), Cell(text, (refs.number(claim["source_id"]),), row["claim_id"])))
                records.append(
                    {"selection_id": row["selection_id"], "claim_id": row["claim_id"], "remark": text}
                )
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("remark", say(lang, "비고", "remark")),
    )
    caption = say(lang, "견준 수치에 붙은 비고", "Remarks on the figures compared")
    empty = say(lang, "견준 수치에 붙은 비고가 없다.", "There are no remarks on figures compared.")
    return Table("remarks", caption, columns, tuple(rows), (), empty, tuple(records))


def parted(ds: Dataset, comparison: Comparison | Unanswered, refs: References, lang: str = "ko") -> Table:
    """List whose money each plan counts on, by one release for each selection."""
    found = composition(ds, _selections(comparison))
    rows = tuple(_parts(ds, item, refs, lang) for item in found.found)
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("released", say(lang, "발표", "release"), short=True),
        Column("total", say(lang, "합계", "total"), numeric=True),
        *(Column(key, say(lang, *_PART_NAMES[key]), numeric=True) for key in PARTS),
        Column("share", say(lang, "국비 비율", "national share"), numeric=True),
    )
    notes = [
        say(
            lang,
            "곳마다 재원을 가장 많이 나누어 적은 발표, 그 가운데 새것이다. 위 순위에 쓴 총액과 다를 수 있다.",
            "Of each plan the release that breaks its money down furthest, the newest of these; its total "
            "may differ from the one ranked above.",
        )
    ]
    for item in found.found:
        if item.complete and item.rest:
            name, off = (
                ds.selection_name(item.selection_id, lang),
                format_value(abs(item.rest), Unit.KRW, lang),
            )
            notes.append(
                say(
                    lang,
                    f"{name}: 적힌 재원의 합이 총액보다 {off} {'적다' if item.rest > 0 else '많다'}.",
                    f"{name}: the printed parts are {off} {'less' if item.rest > 0 else 'more'} than "
                    "the total.",
                )
            )
    if found.missing and found.found:
        names = ", ".join(ds.selection_name(key, lang) for key in found.missing)
        notes.append(
            say(
                lang,
                f"재원을 나누어 적은 발표가 없는 곳: {names}.",
                f"No release breaks down the money of: {names}.",
            )
        )
    records = tuple(
        {
            "selection_id": item.selection_id,
            "origin_id": item.origin_id,
            "released": item.first,
            "total": None if item.total is None else item.total["value"],
            **{key: item.amount(key) for key in PARTS},
            "rest": item.rest,
            "claims": ";".join(claim["claim_id"] for claim in item.claims),
        }
        for item in found.found
    )
    caption = say(lang, "계획의 재원", "Whose money the plans count on")
    empty = say(
        lang,
        "재원을 나누어 적은 발표를 찾지 못했다.",
        "No release was found that breaks down a plan's money.",
    )
    return Table("composition", caption, columns, rows, tuple(notes) if rows else (), empty, records)


def _parts(ds: Dataset, item: Composition, refs: References, lang: str) -> tuple[Cell, ...]:
    cells = []
    for key in PARTS:
        claims = item.parts.get(key, ())
        if len(claims) == 1:
            cells.append(figure_cell(ds, dict(claims[0]), refs, lang))
        elif claims:
            numbers = tuple(sorted({refs.number(claim["source_id"]) for claim in claims}))
            amount = format_value(item.amount(key) or 0, Unit.KRW, lang)
            cells.append(Cell(amount, numbers, " ".join(claim["claim_id"] for claim in claims)))
        else:
            cells.append(Cell(MISSING))
    national, total = item.amount("national"), item.total
    share = Cell(MISSING)
    if national is not None and total is not None:
        share = Cell(f"{Decimal(national) * 100 / Decimal(total['value']):.0f}%")
    whole = figure_cell(ds, dict(total), refs, lang) if total is not None else Cell(MISSING)
    return (
        Cell(ds.selection_name(item.selection_id, lang)),
        date_cell(item.first, lang),
        whole,
        *cells,
        share,
    )


def secured_by_year(
    ds: Dataset,
    comparison: Comparison | Unanswered,
    refs: References,
    rule: str = "latest",
    lang: str = "ko",
) -> Table:
    """List the national money secured in each year, with its range."""
    keys = _selections(comparison)
    found = yearly(ds, "budget", keys, status="secured", component="national", rule=rule)
    rows = []
    for item in found.figures:
        claim = ds.record("claims", item.claim_id)
        numbers = tuple(sorted(refs.number(key) for key in item.source_ids))
        low, high = (format_value(end, Unit.KRW, lang) for end in (item.low, item.high))
        rows.append(
            (
                Cell(ds.selection_name(item.selection_id, lang)),
                Cell(str(item.year)),
                Cell(ds.amount(claim, lang), numbers, item.claim_id),
                Cell(ranged(low, high, lang) if item.low < item.high else MISSING),
                Cell(f"{item.claims} ({item.origins})"),
            )
        )
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("year", say(lang, "예산의 해", "budget year"), short=True),
        Column("value", say(lang, "확보한 국비", "national money secured"), numeric=True),
        Column("range", say(lang, "적힌 값의 범위", "printed range"), numeric=True),
        Column("claims", say(lang, "글 (발표)", "texts (releases)"), numeric=True),
    )
    note = say(
        lang,
        "한 해에 확보한 국비이다. 여러 해의 계획 총액과 나누거나 견주지 않는다. 행이 없는 해는 모르는 해이지 "
        "0이 아니다.",
        "National money of one year, not to be set against a plan's total for several years. A year "
        "without a row is unknown, not zero.",
    )
    caption = say(lang, "해마다 확보한 국비", "National money secured by year")
    empty = say(
        lang,
        "해마다 확보한 국비를 적은 글을 찾지 못했다.",
        "No text was found that prints money secured in a year.",
    )
    records = tuple(
        {key: getattr(item, key) for key in ("selection_id", "year", "value", "low", "high")}
        | {
            key: getattr(item, key)
            for key in ("claim_id", "low_claim_id", "high_claim_id", "claims", "origins")
        }
        for item in found.figures
    )
    return Table("secured", caption, columns, tuple(rows), (note,) if rows else (), empty, records)


def grouped(ds: Dataset, comparison: Comparison | Unanswered, refs: References, lang: str = "ko") -> Table:
    """List capital area, the rest and the macro regions with sums and shares."""
    found = dispersion_or_reason(ds, comparison)
    caption = say(lang, "수도권과 그 밖, 권역별 합계", "Capital area, the rest, and macro regions")
    if isinstance(found, Unanswered) or isinstance(comparison, Unanswered):
        words = say(lang, "더할 수 없어 합계가 없다.", "No sums are listed: there is nothing to add up.")
        return Table("groups", caption, (), (), (), words)
    order = sorted(found.groups, key=lambda group: group.partition != "capital_area")
    numbers = _source_numbers(comparison, refs)
    rows = tuple(_group(ds, comparison, group, numbers, lang) for group in order)
    columns = (
        Column("group", say(lang, "묶음", "group"), short=True),
        Column("counted", say(lang, "수치가 있는 곳", "with a figure"), numeric=True),
        Column("value", say(lang, "합계", "sum"), numeric=True),
        Column("range", say(lang, "합계의 범위", "range of the sum"), numeric=True),
        Column("share", say(lang, "비율", "share"), numeric=True),
        Column("share_range", say(lang, "비율의 범위", "range of the share"), numeric=True),
    )
    notes = [
        say(
            lang,
            "두 번 선정된 지역은 두 번 센다. 수도권은 서울·인천·경기이며, 선정된 적이 없는 시·도는 "
            "여기에 없다.",
            "A region selected twice counts twice. Capital area: Seoul, Incheon, Gyeonggi; regions that were "
            "never selected are not here.",
        )
    ]
    if found.missing:
        names = ", ".join(ds.selection_name(key, lang) for key in found.missing)
        notes.append(say(lang, f"합계에 빠진 곳: {names}.", f"The sums lack: {names}."))
    records = tuple(
        {key: getattr(group, key) for key in ("partition", "key", "value", "low", "high")}
        | {key: getattr(group, key) for key in ("share", "share_low", "share_high")}
        | {"counted": ";".join(group.counted), "missing": ";".join(group.missing)}
        | {"claim_ids": ";".join(group.claims)}
        for group in order
    )
    return Table("groups", caption, columns, rows, tuple(notes), "", records)


def _source_numbers(comparison: Comparison, refs: References) -> dict[str, set[int]]:
    """Give the numbers of the sources behind each selection's figure and its range."""
    return {
        row["selection_id"]: {
            refs.number(row[key]) for key in ("source_id", "low_source_id", "high_source_id")
        }
        if row["low"] < row["high"]
        else {refs.number(row["source_id"])}
        for row in rows_of(comparison.frame[comparison.frame["claims"] > 0])
    }


def group_name(ds: Dataset, group: Group, lang: str) -> str:
    """Name a group."""
    if group.partition == "macro_region":
        return ds.label("regions", "macro_region", group.key, lang)
    return say(lang, "수도권", "Capital area") if group.key == "true" else say(lang, "그 밖", "The rest")


def _group(
    ds: Dataset, comparison: Comparison, group: Group, numbers: dict[str, set[int]], lang: str
) -> tuple[Cell, ...]:
    name = group_name(ds, group, lang)
    if group.partition == "macro_region":
        name = f"· {name}"
    size = f"{len(group.counted)}/{len(group.counted) + len(group.missing)}"
    if not group.counted:
        return (Cell(name), Cell(size), *(Cell(MISSING) for _ in range(4)))
    refs = tuple(sorted(set().union(*(numbers[key] for key in group.counted))))
    low, high = (comparison.amount(end, lang) for end in (group.low, group.high))
    sure = group.share_low == group.share_high
    return (
        Cell(name),
        Cell(size),
        Cell(comparison.amount(group.value, lang), refs, " ".join(group.claims)),
        Cell(ranged(low, high, lang) if group.low < group.high else MISSING),
        Cell(f"{group.share * 100:.1f}%", claim=" ".join(group.claims)),
        Cell(MISSING if sure else f"{group.share_low * 100:.1f}–{group.share_high * 100:.1f}%"),
    )


def dispersed(ds: Dataset, comparison: Comparison | Unanswered, lang: str = "ko") -> Table:
    """List the indices of dispersion with their bounds."""
    found = dispersion_or_reason(ds, comparison)
    caption = say(lang, "퍼진 정도", "Dispersion")
    if isinstance(found, Unanswered):
        words = say(lang, "퍼진 정도를 잴 수 없어 표가 없다.", "No indices are listed: none can be measured.")
        return Table("dispersion", caption, (), (), (), words)
    rows = tuple(_index(found, item.key, lang) for item in found.indices)
    columns = (
        Column("index", say(lang, "지표", "index")),
        Column("value", say(lang, "값", "value"), numeric=True),
        Column("range", say(lang, "범위", "range"), numeric=True),
        Column("meaning", say(lang, "뜻", "meaning")),
    )
    notes = [
        say(
            lang,
            f"수치가 있는 {found.counted}곳을 서술한다. 표본이 아니므로 추정도 검정도 없다. 범위는 곳마다 "
            "적힌 값의 낮은 끝과 높은 끝 사이 어디든 될 수 있을 때의 가장 작은 값과 가장 큰 값이다.",
            f"Describes the {found.counted} selections with a figure. Nothing is sampled, so nothing is "
            "estimated or tested. Range: the least and greatest value when each may be anywhere between "
            "its lowest and highest printed figure.",
        ),
        say(
            lang,
            "정의: 지니 1912, 센 1973; 타일 1967; 나눔은 쇼록스 1980. T는 사이와 안의 합이다.",
            "Definitions: Gini 1912, Sen 1973; Theil 1967; decomposition: Shorrocks 1980. T is between plus "
            "within.",
        ),
    ]
    if found.missing:
        names = ", ".join(ds.selection_name(key, lang) for key in found.missing)
        notes.append(say(lang, f"빠진 곳: {names}.", f"Missing: {names}."))
    records: tuple[dict[str, Any], ...] = tuple(
        {
            "measure_id": found.measure_id,
            **{key: getattr(item, key) for key in ("key", "value", "low", "high")},
            "counted": found.counted,
            "missing": ";".join(found.missing),
            "claim_ids": ";".join(found.claims),
        }
        for item in found.indices
    )
    return Table("dispersion", caption, columns, rows, tuple(notes), "", records)


def _index(found: Dispersion, key: str, lang: str) -> tuple[Cell, ...]:
    item = found[key]
    ko, en, meaning_ko, meaning_en = _INDICES[key]
    factor, digits, sign = (100, 1, "%") if key == "top_share" else (1, 3, "")
    value, low, high = (f"{end * factor:.{digits}f}" for end in (item.value, item.low, item.high))
    span = MISSING if low == high else f"{low}–{high}{sign}"
    shown = Cell(value + sign, claim=" ".join(found.claims))
    return (Cell(say(lang, ko, en)), shown, Cell(span), Cell(say(lang, meaning_ko, meaning_en)))
