"""What the data hold, lack and contradict, as tables."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import CORE, Survey, claims_behind
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.profile import Profile
from sandan_lib.tables.cells import MISSING, right_amount, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = ["conflicts", "contents", "corrected", "coverage", "sought", "sources_of_tour", "verified"]


def contents(ds: Dataset, lang: str = "ko") -> Table:
    """Count figures, texts and releases by programme and round.

    Parameters
    ----------
    ds : Dataset
        The data.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
    """
    groups: dict[tuple[str, int | None], list[dict[str, Any]]] = {}
    for row in rows_of(ds.claims):
        groups.setdefault((row["programme_id"] or "", row["round_year"]), []).append(row)
    rows: list[tuple[Cell, ...]] = []
    records: list[dict[str, Any]] = []
    size = Counter(row["programme_id"] or "" for group in groups.values() for row in group)
    order = sorted(size, key=lambda key: (key != "sandan-renewal", not key, -size[key]))
    for (programme, year), claims in sorted(
        groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1] or 9999)
    ):
        name = ds.name("programmes", programme, lang) if programme else say(lang, "배경", "context")
        counted = {
            "claims": len(claims),
            "sources": len({row["source_id"] for row in claims}),
            "origins": len({row["origin_id"] for row in claims}),
        }
        numbers = (Cell(f"{number:,}") for number in counted.values())
        rows.append((Cell(name), Cell(str(year) if year else MISSING), *numbers))
        keys = ";".join(row["claim_id"] for row in claims)
        records.append({"programme_id": programme, "round_year": year, **counted, "claim_ids": keys})
    columns = (
        Column("programme", say(lang, "사업", "programme")),
        Column("round", say(lang, "차수", "round"), short=True),
        Column("claims", say(lang, "수치", "figures"), numeric=True),
        Column("sources", say(lang, "글", "texts"), numeric=True),
        Column("origins", say(lang, "발표", "releases"), numeric=True),
    )
    caption = say(lang, "무엇이 얼마나 있나", "What there is, and how much")
    return Table("contents", caption, columns, tuple(rows), records=tuple(records))


def coverage(ds: Dataset, found: Survey, lang: str = "ko") -> Table:
    """Count for each core question how many selections answer it, and on how much evidence."""
    rows, records = [], []
    for place in range(len(CORE)):
        cells = [row for row in found.cells if row["core"] == place]
        known = [row for row in cells if row["claims"]]
        counted = {
            "known": len(known),
            "single": sum(row["origins"] == 1 for row in known),
            "disputed": sum(row["low"] < row["high"] for row in known),
            "missing": len(cells) - len(known),
        }
        rows.append((Cell(CORE[place].name(ds, lang)), *(Cell(str(n)) for n in counted.values())))
        trail = {"claim_ids": ";".join(claims_behind(known))}
        records.append({"question": CORE[place].name(ds, "en")} | counted | trail)
    columns = (
        Column("question", say(lang, "물음", "question")),
        Column("known", say(lang, "답이 있는 곳", "answered"), numeric=True),
        Column("single", say(lang, "발표 하나뿐", "one release only"), numeric=True),
        Column("disputed", say(lang, "값이 갈림", "disputed"), numeric=True),
        Column("missing", say(lang, "모름", "not known"), numeric=True),
    )
    note = say(
        lang,
        "발표 하나뿐: 여러 글이 옮겼더라도 처음 나온 곳이 하나인 것. 서로 확인해 주는 증거가 아니다.",
        "One release only: printed by however many texts, it goes back to one release; these texts do "
        "not confirm each other.",
    )
    caption = say(lang, "열다섯 계획에 던진 같은 물음", "The same questions asked of the fifteen plans")
    return Table("coverage", caption, columns, tuple(rows), (note,), records=tuple(records))


def conflicts(ds: Dataset, found: Survey, refs: References, lang: str = "ko") -> Table:
    """List the core figures on which texts differ, the widest apart first."""
    rows, records = [], []
    for row in found.conflicts():
        claim = ds.record("claims", row["claim_id"])
        unit_of = dict(claim) | {"qualifier": "exact", "value_high": None}
        low, high = (ds.amount(unit_of | {"value": row[key]}, lang) for key in ("low", "high"))
        name = f"{ds.name('regions', row['region_id'], lang)} {row['round_year']}"
        low_rank, high_rank = (row[f"rank_{end}"] for end in ("low", "high"))
        ranks = f"{low_rank}" if low_rank == high_rank else f"{low_rank}–{high_rank}"
        rows.append(
            (
                Cell(name),
                Cell(CORE[row["core"]].name(ds, lang)),
                Cell(low),
                Cell(high),
                Cell(ds.amount(claim, lang), (refs.number(claim["source_id"]),), claim["claim_id"]),
                Cell(f"{row['claims']} ({row['origins']})"),
                Cell(MISSING if low_rank is None else ranks),
            )
        )
        records.append(row | {"question": CORE[row["core"]].name(ds, "en")})
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("question", say(lang, "물음", "question")),
        Column("low", say(lang, "가장 낮게", "lowest"), numeric=True),
        Column("high", say(lang, "가장 높게", "highest"), numeric=True),
        Column("value", say(lang, "새 발표", "newest release"), numeric=True),
        Column("claims", say(lang, "글 (발표)", "texts (releases)"), numeric=True),
        Column("ranks", say(lang, "있을 수 있는 순위", "possible ranks"), numeric=True),
    )
    return Table(
        "conflicts",
        say(lang, "글마다 값이 다른 수치", "Figures on which the texts differ"),
        columns,
        tuple(rows),
        (),
        say(lang, "값이 갈리는 수치가 없다.", "No figure is disputed."),
        tuple(records),
    )


def sought(ds: Dataset, lang: str = "ko", plan: Profile | None = None) -> Table:
    """List what was sought and not (wholly) found: of one selection, or of all.

    Parameters
    ----------
    ds : Dataset
        The data.
    lang : {"ko", "en"}
        Language.
    plan : Profile, optional
        Only what concerns this selection and its region.

    Returns
    -------
    Table
    """
    open_ = [row for row in ds.rows("gaps") if row["outcome"] != "found"]
    gaps = [row for row in open_ if plan is None or _concerns(row, plan)]
    rows = []
    for row in gaps:
        region = ds.name("regions", row["region_id"], lang) if row["region_id"] else MISSING
        searched = say(
            lang,
            f"{row['lookups']}번 찾음: {row['where_ko']}",
            f"looked up {_times(row['lookups'])}: {row['where_en']}",
        )
        outcome = ds.label("gaps", "outcome", row["outcome"], lang)
        rows.append(
            (
                Cell(region),
                Cell(row[f"question_{lang}"]),
                Cell(outcome),
                Cell(row[f"note_{lang}"] or MISSING),
                Cell(f"{searched} ({row['sought']})"),
            )
        )
    columns = (
        Column("region", say(lang, "지역", "region"), short=True),
        Column("question", say(lang, "무엇을 찾았나", "what was sought")),
        Column("outcome", say(lang, "결과", "outcome"), short=True),
        Column("note", say(lang, "찾은 것과 남은 것", "what was found, what remains")),
        Column("lookups", say(lang, "어떻게 찾았나", "how")),
    )
    return Table(
        "sought",
        say(lang, "찾아 나섰으나 다 찾지 못한 것", "Sought, but not found or only in part"),
        columns,
        tuple(rows),
        (),
        say(lang, "따로 찾아본 것이 없다.", "Nothing was sought apart."),
        tuple(gaps),
        folds=True,
    )


def _times(count: int) -> str:
    """Say how often, in English.

    Examples
    --------
    >>> [_times(count) for count in (1, 2, 3)]
    ['once', 'twice', '3 times']
    """
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _concerns(row: dict[str, Any], plan: Profile) -> bool:
    if row["selection_id"]:
        return bool(row["selection_id"] == plan.selection.selection_id)
    return bool(row["region_id"] == plan.selection.region_id)


def sources_of_tour(ds: Dataset) -> tuple[str, ...]:
    """Give the sources that the tables of the tour cite beside those of the core figures."""
    claims = ds.records("claims")
    misprints = [key for key in ds.records("corrections") if key in claims]
    found = [claims[key]["source_id"] for key in misprints]
    for name in ("programme_links", "region_history"):
        found += list(ds.table(name)["source_id"])
    return tuple(dict.fromkeys(found))


def verified(ds: Dataset, lang: str = "ko") -> Table:
    """Count how the claims that were compared once more with their texts came out."""
    checks = ds.rows("verification")
    rows, records = [], []
    for outcome in ("confirmed", "corrected", "not_reached"):
        counted = Counter(row["text_read"] for row in checks if row["outcome"] == outcome)
        label = ds.label("verification", "outcome", outcome, lang)
        numbers = [counted[kind] for kind in ("whole", "excerpt", "copy", "nothing")]
        rows.append((Cell(label), *(Cell(str(number)) for number in (sum(numbers), *numbers))))
        keys = ";".join(row["claim_id"] for row in checks if row["outcome"] == outcome)
        records.append({"outcome": outcome, "claims": sum(numbers), "claim_ids": keys})
    kinds = ("whole", "excerpt", "copy", "nothing")
    columns = (
        Column("outcome", say(lang, "결과", "outcome")),
        Column("claims", say(lang, "수치", "figures"), numeric=True),
        *(Column(kind, ds.label("verification", "text_read", kind, lang), numeric=True) for kind in kinds),
    )
    caption = say(lang, "글과 다시 견주어 본 수치", "Figures compared once more with their texts")
    return Table("verified", caption, columns, tuple(rows), records=tuple(records))


def corrected(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """List the misprints of sources: printed, right, and why."""
    rows, records = [], []
    claims = ds.records("claims")
    for row in ds.rows("corrections"):
        claim = claims.get(row["claim_id"])
        if claim is None:
            continue  # of a later day than this vintage
        about = ds.name("measures", claim["measure_id"], lang)
        region = ds.name("regions", claim["region_id"], lang) if claim["region_id"] else MISSING
        source = (refs.number(claim["source_id"]),)
        # As printed, and for readers of English what that says.
        printed = row["printed"] if lang == "ko" else f"{row['printed']} ({ds.amount(claim, lang)})"
        rows.append(
            (
                Cell(region),
                Cell(about),
                Cell(printed, source, row["claim_id"]),
                Cell(right_amount(ds, claim, lang) or say(lang, "모름", "not known")),
                Cell(row[f"why_{lang}"]),
            )
        )
        records.append(row)
    columns = (
        Column("region", say(lang, "지역", "region"), short=True),
        Column("measure", say(lang, "무엇", "what")),
        Column("printed", say(lang, "적힌 값", "printed"), numeric=True),
        Column("right", say(lang, "바른 값", "right"), numeric=True),
        Column("why", say(lang, "까닭", "why")),
    )
    return Table(
        "corrected",
        say(lang, "출처의 오기", "Misprints of sources"),
        columns,
        tuple(rows),
        (),
        say(lang, "알려진 오기가 없다.", "No misprint is known."),
        tuple(records),
    )
