"""The industries that the selected plans name as their aim, as a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import Industry, round_years, wanted
from sandan_lib.compare import industries as named_industries
from sandan_lib.dataset import Dataset
from sandan_lib.tables.cells import MISSING, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = ["industries", "sources_of_industries"]


def industries(ds: Dataset, refs: References, lang: str = "ko", round_year: int = 0) -> Table:
    """List the industries that selected plans name: how many plans of each round, which, in which words.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language; the words that the texts print stay as they are.
    round_year : int
        The round; 0 for all.

    Returns
    -------
    Table
        A row of its CSV is one text that names one industry of one plan.
    """
    found = named_industries(ds, round_year)
    years = round_years(ds, round_year)
    columns = (
        Column("industry", say(lang, "산업", "industry")),
        *(Column(f"plans_{year}", str(year), numeric=True) for year in years),
        *([Column("plans", say(lang, "모두", "all"), numeric=True)] if len(years) > 1 else []),
        Column("named_by", say(lang, "계획과 적힌 말", "plan, and the words printed")),
    )
    rows = tuple(_row(ds, item, years, refs, lang) for item in found)
    records = tuple(
        {"industry": item.industry, "round_year": ds.record("selections", plan)["round_year"]}
        | {key: row[key] for key in ("selection_id", "as_printed", "source_id", "note_ko", "note_en")}
        for item in found
        for plan, named in item.named.items()
        for row in named
    )
    caption = say(lang, "계획이 목표로 적은 산업", "Industries that the plans name as their aim")
    empty = say(
        lang,
        "이때까지 선정된 계획의 산업을 적은 글을 찾지 못했다.",
        "No text found by this day names an industry of a selected plan.",
    )
    notes = _notes(ds, found, lang, round_year) if rows else ()
    return Table("industries", caption, columns, rows, notes, empty, records)


def _row(
    ds: Dataset, item: Industry, years: tuple[int, ...], refs: References, lang: str
) -> tuple[Cell, ...]:
    rounds = Counter(ds.record("selections", plan)["round_year"] for plan in item.named)
    counts = [Cell(str(rounds[year]) if rounds[year] else MISSING) for year in years]
    total = [Cell(str(len(item.named)))] if len(years) > 1 else []
    plans = Cell.listing(_named(ds, plan, rows, refs, lang) for plan, rows in item.named.items())
    label = ds.label("selection_industries", "industry", item.industry, lang)
    return (Cell(label), *counts, *total, plans)


def _named(ds: Dataset, plan: str, rows: tuple[Mapping[str, Any], ...], refs: References, lang: str) -> Cell:
    """Name a plan with the words of its texts, each once, and their sources."""
    words: dict[str, str] = {}
    for row in rows:
        words.setdefault(re.sub(r"[\s·]", "", row["as_printed"]), row["as_printed"])  # unlike only in spacing
    printed = ", ".join(f"‘{word}’" for word in words.values())
    numbers = sorted({refs.number(row["source_id"]) for row in rows})
    return Cell(f"{ds.selection_name(plan, lang)} {printed}", tuple(numbers))


def _notes(ds: Dataset, found: tuple[Industry, ...], lang: str, round_year: int) -> tuple[str, ...]:
    named = {plan for item in found for plan in item.named}
    texts = {source for item in found for source in item.sources}
    whole = sum(ds.record("sources", source)["read_whole"] for source in texts)
    lacking = [
        ds.selection_name(item.selection_id, lang)
        for item in wanted(ds, round_year or None, ())
        if item.selection_id not in named
    ]
    notes = [
        say(
            lang,
            "계획이 스스로 적은 말을 센 것이며, 그 산업의 크기나 쓰일 돈을 뜻하지 않는다. "
            "한 계획이 여러 산업을 적는다. 따옴표 안은 글에 적힌 그대로다.",
            "These are the plans' own words, and no measure of an industry's size or of its money. "
            "A plan may name several. In quotation marks: as printed, in Korean.",
        ),
        say(
            lang,
            "지금 있는 업종, 단지의 이름, 세부사업에서 미루어 넣지 않았다. 전문을 읽은 글은 "
            f"{len(texts)}건 가운데 {whole}건이어서 더 있을 수 있다. 떨어진 신청은 찾지 않았다.",
            "Nothing is inferred from present tenants, names of complexes or sub-projects. Texts read whole: "
            f"{whole} of {len(texts)}, so there may be more. Bids that failed were not looked into.",
        ),
    ]
    if lacking:
        which = ", ".join(lacking)
        notes.append(
            say(
                lang,
                f"산업의 이름을 적은 글을 찾지 못한 계획: {which}.",
                f"Plans of which no text found names an industry: {which}.",
            )
        )
    return tuple(notes)


def sources_of_industries(ds: Dataset, round_year: int = 0) -> tuple[str, ...]:
    """Give the sources that the table of industries cites."""
    found = (source for item in named_industries(ds, round_year) for source in item.sources)
    return tuple(dict.fromkeys(found))
