"""The sentences on what the plans promise."""

from __future__ import annotations

from sandan_lib.cite import References
from sandan_lib.dataset import Dataset
from sandan_lib.model import Basis
from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Heading, Prose, Sentence, knowledge
from sandan_lib.trends import MEASURES, Ratio, compared, ratios, round_figures
from sandan_lib.units import format_value

__all__ = ["targets_heading", "targets_summary", "targets_title"]

_HEADINGS = {
    "summary": ("한눈에", "At a glance"),
    "increase": ("얼마나 늘리겠다고 하는가", "Targets for growth"),
    "level": ("어느 수준에 이르겠다고 하는가", "Levels to be reached"),
    "ratio": ("지금의 크기에 견주면", "Beside the present size"),
    "rounds": ("부처의 차수 목표와 지역의 합", "Targets of the rounds, and sums of the regions' own"),
    "apart": ("따로 둔 수치", "Figures that stand apart"),
    "sources": ("출처", "Sources"),
}


def targets_heading(section: str, lang: str = "ko") -> Heading:
    """Give the heading of a section: ``"summary"``, ``"increase"``, ``"level"`` and so on.

    Examples
    --------
    >>> targets_heading("ratio", "en")
    ## Beside the present size
    """
    return Heading(_HEADINGS[section][0 if lang == "ko" else 1], 2, section)


def targets_title(ds: Dataset, lang: str = "ko") -> Heading:
    """Give the title of the report, with the state of knowledge it shows."""
    name = (
        "산업단지 대개조: 계획이 내건 목표"
        if lang == "ko"
        else "Industrial-complex renewal: what the plans promise"
    )
    return Heading(name, 1, "top", knowledge(ds, lang))


def targets_summary(ds: Dataset, refs: References, lang: str = "ko") -> Prose:
    """Say how many plans print a target, which is largest for its complexes, and what rounds add up to.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Prose
    """
    return Prose((tuple(_counted(ds, lang)), tuple(_largest(ds, refs, lang)), tuple(_sums(ds, refs, lang))))


def _counted(ds: Dataset, lang: str) -> list[Sentence]:
    found = []
    for measure_id in MEASURES:
        numbers = []
        for basis in (Basis.INCREASE, Basis.LEVEL):
            comparison = compared(ds, measure_id, basis)
            numbers.append(0 if comparison is None else int((comparison.frame["claims"] > 0).sum()))
        measure, whole = ds.name("measures", measure_id, lang), len(ds.selections())
        if lang == "ko":
            text = f"{measure}: {whole}곳 가운데 증가분 목표를 적은 곳은 {numbers[0]}곳, "
            text += f"수준은 {numbers[1]}곳이다."
        else:
            increases, levels = (str(number) if number else "none" for number in numbers)
            text = f"{measure[0].upper()}{measure[1:]}: target increases are printed for {increases} of the "
            text += f"{whole} selections, target levels for {levels}."
        found.append(Sentence(text))
    return found


def _largest(ds: Dataset, refs: References, lang: str) -> list[Sentence]:
    found = []
    for measure_id in MEASURES:
        own = [item for item in ratios(ds) if item.measure_id == measure_id and item.size is not None]
        if own:
            found.append(_against_size(ds, own[0], refs, lang))
    return found


def _against_size(ds: Dataset, item: Ratio, refs: References, lang: str) -> Sentence:
    claim = ds.record("claims", item.row["claim_id"])
    size, shares = item.size, item.percent
    assert size is not None
    assert shares is not None
    name = f"{ds.name('regions', item.selection.region_id, lang)} {item.selection.round_year}"
    measure, amount = ds.name("measures", item.measure_id, lang), ds.amount(claim, lang)
    present = format_value(size.rounded, claim["unit"], lang)
    value, low, high = shares
    numbers = tuple(refs.number(source) for source in (claim["source_id"], *size.sources))
    if lang == "ko":
        text = f"지금 크기에 견주어 {measure} 목표가 가장 큰 곳은 {name}이다: 증가분 {josa(amount, '은/는')} "
        text += f"2023년 말 {present}의 {value}%다."
        text += f" 글에 따라 {low}%에서 {high}%까지다." if low != high else ""
        text += " 크기에는 빠진 단지가 있다." if size.lacking else ""
        text += " 크기에 구역 일부만 든 단지가 있을 수 있다." if size.in_part else ""
    else:
        text = f"Beside the present size, the largest target for {measure} is {name}'s: an increase of "
        text += f"{amount}, {value}% of the {present} at the end of 2023."
        text += f" By other texts it is {low}–{high}%." if low != high else ""
        text += " Some complexes are missing from that size." if size.lacking else ""
        text += " Of some complexes it may hold parts only." if size.in_part else ""
    return Sentence(text, numbers)


def _sums(ds: Dataset, refs: References, lang: str) -> list[Sentence]:
    found = []
    for item in round_figures(ds):
        if not item.printed or item.total is None or item.parts is None:
            continue
        measure, unit = ds.name("measures", item.measure_id, lang), item.parts.unit
        printed = ", ".join(f"{ds.amount(claim, lang)} ({claim['published']})" for claim in item.printed)
        total = item.total
        amount, low, high = (
            format_value(number, unit, lang) for number in (total.value, total.low, total.high)
        )
        numbers = tuple(dict.fromkeys(refs.number(claim["source_id"]) for claim in item.printed))
        lacks = len(total.missing)
        if lang == "ko":
            text = f"{item.round_year}년 차수 {measure}: 부처가 적은 목표는 {printed}, "
            text += f"선정 {total.counted}곳의 합은 "
            text += f"{amount}이다." if low == high else f"{amount}({low}~{high})이다."
            text += f" {lacks}곳이 빠진 합이다." if lacks else ""
        else:
            text = f"Round of {item.round_year}, {measure}: the ministries print {printed}; the figures of "
            text += f"{total.counted} selections add up to {amount}"
            text += "." if low == high else f" ({low}–{high})."
            text += f" Missing from the sum: {lacks}." if lacks else ""
        found.append(Sentence(text, numbers))
    return found
