"""A reader's own score as a table."""

from __future__ import annotations

from sandan_lib.cite import References
from sandan_lib.dataset import Dataset
from sandan_lib.score import Score
from sandan_lib.tables.cells import MISSING, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = ["scored"]


def scored(ds: Dataset, found: Score, refs: References, lang: str = "ko") -> Table:
    """List the scores with the ranks that admissible figures allow, and who has no score.

    Parameters
    ----------
    ds : Dataset
        The data the score was made from.
    found : Score
        The scores.
    refs : References
        Numbers of its sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
    """
    claims = ds.records("claims")
    rows, records = [], []
    for item in found.found:
        numbers = tuple(sorted({refs.number(claims[key]["source_id"]) for key in item.claims}))
        low, high = f"{float(item.low):.1f}", f"{float(item.high):.1f}"
        sure = item.rank_low == item.rank_high
        rows.append(
            (
                Cell(str(item.rank)),
                Cell(ds.selection_name(item.selection_id, lang)),
                Cell(f"{float(item.value):.1f}", numbers, " ".join(item.claims)),
                Cell(MISSING if low == high else f"{low}–{high}"),
                Cell(f"{item.rank_low}" if sure else f"{item.rank_low}–{item.rank_high}"),
            )
        )
        ends = {end: f"{float(getattr(item, end)):.6f}" for end in ("value", "low", "high")}
        ranks = {name: getattr(item, name) for name in ("rank", "rank_low", "rank_high")}
        places = {key: f"{float(place):.6f}" for key, place in item.places}
        records.append(
            {"selection_id": item.selection_id, **ends, **ranks, **places, "claim_ids": ";".join(item.claims)}
        )
    columns = (
        Column("rank", say(lang, "순위", "rank"), numeric=True),
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("value", say(lang, "점수", "score"), numeric=True),
        Column("range", say(lang, "점수의 범위", "range of the score"), numeric=True),
        Column("rank_range", say(lang, "있을 수 있는 순위", "possible ranks"), numeric=True),
    )
    notes = [
        say(
            lang,
            "측정값마다 가장 낮은 수치를 0, 가장 높은 수치를 1로 놓고 가중 평균한 값에 100을 곱했다. "
            "가중치는 읽는 사람의 의견이며 자료에서 나오지 않는다.",
            "Each measure is laid on a ruler from its lowest (0) to its highest figure (1); the score is the "
            "weighted mean times 100. The weights are the reader's opinion; nothing in the data gives them.",
        )
    ]
    if found.missing:
        names = ", ".join(ds.selection_name(key, lang) for key, _ in found.missing)
        notes.append(
            say(
                lang,
                f"수치가 모자라 점수가 없는 곳: {names}.",
                f"Without a score, for want of figures: {names}.",
            )
        )
    caption = say(lang, "가중치로 매긴 점수", "A score by weights of one's own")
    empty = say(
        lang,
        "가중치를 준 모든 측정값에 수치가 있는 곳이 없다.",
        "No selection has figures for every weighted measure.",
    )
    return Table("score", caption, columns, tuple(rows), tuple(notes), empty, tuple(records))
