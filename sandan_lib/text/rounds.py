"""The sentences of the report on the rounds of selection."""

from __future__ import annotations

from collections import Counter

from sandan_lib.cite import References
from sandan_lib.compare import Application, applications, round_claim, round_years
from sandan_lib.dataset import Dataset
from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Heading, Prose, Sentence, knowledge

__all__ = ["rounds_heading", "rounds_summary", "rounds_title"]

_HEADINGS = {
    "summary": ("한눈에", "At a glance"),
    "applicants": ("누가 신청하고 누가 뽑혔나", "Who applied and who was selected"),
    "map": ("지도로 보기", "On the map"),
    "macro": ("권역마다", "By macro region"),
    "repeat": ("두 번 선정된 지역", "Selected twice"),
    "network": ("거점과 연계", "Hubs and links"),
    "industries": ("계획이 적은 산업", "Industries that the plans name"),
    "themes": ("세부사업의 분야", "Themes of sub-projects"),
    "smart-green": ("거점의 스마트그린산단 지정", "Smart-green designation of the hubs"),
    "flow": ("돈의 흐름", "What became of the money"),
    "followed": ("2022년 뒤에 이어진 것", "What followed after 2022"),
    "sources": ("출처", "Sources"),
}


def rounds_heading(section: str, lang: str = "ko") -> Heading:
    """Give the heading of a section of the report on the rounds.

    Examples
    --------
    >>> rounds_heading("flow", "en")
    ## What became of the money
    """
    return Heading(_HEADINGS[section][0 if lang == "ko" else 1], 2, section)


def rounds_title(ds: Dataset, lang: str = "ko", round_year: int = 0) -> Heading:
    """Give the title of the report, with its rounds and the state of knowledge it shows."""
    years = round_years(ds, round_year)
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else f"{years[0]}"
    if lang == "ko":
        text = f"산업단지 대개조의 선정 차수 ({span})"
        lead = knowledge(ds, lang)
        lead += " 단지의 이름과 통계는 지금의 것이다." if ds.vintage else ""
    else:
        text = f"The rounds of selection of the industrial-complex renewal ({span})"
        lead = knowledge(ds, lang)
        lead += " Names and statistics of complexes are those of today." if ds.vintage else ""
    return Heading(text, 1, "top", lead)


def rounds_summary(ds: Dataset, refs: References, lang: str = "ko", round_year: int = 0) -> Prose:
    """Say how many regions applied and were selected in each round, and which were selected twice.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.
    round_year : int
        Only this round; 0 for all.

    Returns
    -------
    Prose
    """
    bids = applications(ds, round_year)
    if not bids:
        words = "이때까지 알려진 신청이 없다." if lang == "ko" else "No bid was known by this day."
        return Prose(((Sentence(words),),))
    years = [year for year in round_years(ds, round_year) if any(item.round_year == year for item in bids)]
    counted = tuple(
        _round(ds, year, [item for item in bids if item.round_year == year], refs, lang) for year in years
    )
    twice = _twice(ds, refs, lang)
    return Prose((counted, (twice,) if twice and not round_year else ()))


def _round(ds: Dataset, year: int, bids: list[Application], refs: References, lang: str) -> Sentence:
    won = [ds.name("regions", item.region_id, lang) for item in bids if item.outcome == "selected"]
    claim = round_claim(ds, year, "regions_applied")
    sources = [source for item in bids if item.outcome == "selected" for source in item.sources[:1]]
    sources += [claim["source_id"]] if claim else []
    numbers = tuple(sorted({refs.number(source) for source in sources}))
    if not won:
        text = (
            f"{year}년에는 신청 {len(bids)}곳의 이름이 알려졌고 아직 선정 전이다."
            if lang == "ko"
            else f"For {year}, {len(bids)} bids were known by name; nothing was selected yet."
        )
        return Sentence(text, tuple(sorted({refs.number(key) for item in bids for key in item.sources})))
    if lang == "ko":
        applied = f"{claim['value']}곳이 신청해" if claim else f"알려진 신청 {len(bids)}곳 가운데"
        return Sentence(f"{year}년에는 {applied} {', '.join(won)} {len(won)}곳이 선정되었다.", numbers)
    applied = f"{claim['value']} regions applied" if claim else f"{len(bids)} bids are known"
    return Sentence(f"In {year}, {applied} and {len(won)} were selected: {', '.join(won)}.", numbers)


def _twice(ds: Dataset, refs: References, lang: str) -> Sentence | None:
    won = [item for item in applications(ds) if item.outcome == "selected"]
    often = [key for key, count in Counter(item.region_id for item in won).items() if count > 1]
    if not often:
        return None
    sources = [item.sources[0] for item in won if item.region_id in often]
    numbers = tuple(sorted({refs.number(source) for source in sources}))
    names = [ds.name("regions", key, lang) for key in often]
    if lang == "ko":
        return Sentence(f"{josa('·'.join(names), '은/는')} 두 번 선정되었다.", numbers)
    return Sentence(f"{' and '.join(names)} {'was' if len(names) == 1 else 'were'} selected twice.", numbers)
