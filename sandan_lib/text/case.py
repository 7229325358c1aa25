"""The sentences of a case study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandan_lib.cite import References
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.model import Unit
from sandan_lib.profile import Profile
from sandan_lib.story import Story
from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Heading, Prose, Sentence, knowledge
from sandan_lib.text.report import in_words, summary
from sandan_lib.units import format_value

__all__ = ["case_doubts", "case_heading", "case_summary", "case_title", "if_selected"]

_HEADINGS = {
    "lanes": ("사업들은 언제 이어졌나", "The programmes in time"),
    "money": ("대개조의 돈", "The renewal plan's money"),
    "beside": ("사업마다의 돈", "Each programme's money"),
    "targets": ("목표와 의문", "Targets and doubts"),
    "bodies": ("누가 하나", "Who carries it out"),
    "neighbour": ("이웃과 견주기", "Compared with a neighbour"),
    "figures": ("모든 수치", "Every figure"),
}


def case_title(story: Story, lang: str = "ko") -> Heading:
    """Give the title of the case study, with the state of knowledge it shows."""
    ds = story.dataset
    region = ds.record("regions", story.region_id)[f"name_full_{lang}"]
    name = (
        f"산업단지 대개조: {region} 사례"
        if lang == "ko"
        else f"Industrial-complex renewal: {region}, a case study"
    )
    return Heading(name, 1, "top", knowledge(ds, lang))


def case_heading(section: str, lang: str = "ko") -> Heading:
    """Give the heading of a section of the case study.

    Examples
    --------
    >>> case_heading("lanes", "en")
    ## The programmes in time
    """
    return Heading(_HEADINGS[section][0 if lang == "ko" else 1], 2, f"case-{section}")


def if_selected(story: Story, show: Callable[..., Any], *args: object) -> Any:
    """Show something of the plan, or say that there was none yet; the language is the last argument.

    Parameters
    ----------
    story : Story
        The region's programmes.
    show : callable
        A chart, table or text that takes a plan: ``sd.charts.splits``.
    *args : object
        What it takes besides.

    Returns
    -------
    object
        What ``show`` gives, or one sentence.
    """
    if story.plan is not None:
        return show(story.plan, *args)
    return Prose(((Sentence(story.why_ko if args[-1] == "ko" else story.why_en),),))


def case_summary(story: Story, refs: References, lang: str = "ko") -> Prose:
    """Say what was planned, what the first year brought, who meets, and which programmes stand beside."""
    beside = _beside(story, refs, lang)
    if story.plan is None:
        why = Sentence(story.why_ko if lang == "ko" else story.why_en)
        return Prose(((why, *beside),))
    own = (*_first_year(story.plan, refs, lang), *_bodies(story.plan, refs, lang))
    paragraphs = (*summary(story.plan, refs, lang).paragraphs, own, beside)
    return Prose(tuple(paragraph for paragraph in paragraphs if paragraph))


def _first_year(plan: Profile, refs: References, lang: str) -> tuple[Sentence, ...]:
    """Say the yearly money that was secured."""
    claims = plan.claims
    wanted = (claims["measure_id"] == "budget") & (claims["status"] == "secured")
    wanted &= (claims["basis"] == "annual") & (claims["scope"] == "plan")
    found = []
    for claim in plan.releases(claims[wanted]):
        amount, ds = plan.dataset.amount(claim, lang), plan.dataset
        part = ds.label("claims", "component", claim["component"], lang)
        when = in_words(claim["first"], lang) if claim["first"] else ""
        text = (
            f"{claim['period_end']}년의 돈으로 {part} {josa(amount, '을/를')} 확보했다고 적혔다 ({when})."
            if lang == "ko"
            else f"For {claim['period_end']}, {amount} ({part}) is reported as secured ({when})."
        )
        found.append(Sentence(text, tuple(refs.number(source) for source in claim["sources"])))
    return tuple(found)


def _bodies(plan: Profile, refs: References, lang: str) -> tuple[Sentence, ...]:
    """Say how many bodies the task force is printed to have, and by when the number changed."""
    claims = plan.claims[(plan.claims["measure_id"] == "bodies") & (plan.claims["scope"] == "event")]
    found = [row for row in plan.releases(claims[~claims["misprint"]]) if row["first"]]
    if not found:
        return ()
    amounts = [(in_words(row["first"], lang), plan.dataset.amount(row, lang)) for row in found]
    listed = ", ".join(f"{amount} ({when})" for when, amount in amounts)
    numbers = tuple(dict.fromkeys(refs.number(source) for row in found for source in row["sources"]))
    text = f"전담팀의 기관 수: {listed}." if lang == "ko" else f"Bodies in the task force: {listed}."
    return (Sentence(text, numbers),)


def _beside(story: Story, refs: References, lang: str) -> tuple[Sentence, ...]:
    """Say which other programmes have events in the region."""
    ds = story.dataset
    others = [key for key in story.programmes if key != "sandan-renewal"]
    others = [key for key in others if any(row["programme_id"] == key for row in story.events)]
    if not others:
        return ()
    names = ", ".join(ds.name("programmes", key, lang) for key in others)
    first = [next(row for row in story.events if row["programme_id"] == key) for key in others]
    numbers = tuple(dict.fromkeys(refs.number(row["source_id"]) for row in first))
    text = f"곁에 있는 사업: {names}." if lang == "ko" else f"Programmes beside it: {names}."
    return (Sentence(text, numbers),)


def case_doubts(plan: Profile, refs: References, lang: str = "ko") -> Prose:
    """Hold an output target printed as an increase against what the plan's complexes made before."""
    ds = plan.dataset
    target = _only(plan, "output")
    made = _made(plan)
    if target is None or not made:
        text = (
            "생산 목표를 견줄 앞선 생산액을 찾지 못했다."
            if lang == "ko"
            else "No earlier output was found that the output target could be compared with."
        )
        return Prose(((Sentence(text),),))
    whole = sum(row["value"] for row in made)
    numbers = tuple(dict.fromkeys(refs.number(row["source_id"]) for row in (target, *made)))
    return Prose(((Sentence(_doubt(ds, target, made, whole, lang), numbers),),))


def _doubt(ds: Dataset, target: dict[str, Any], made: list[dict[str, Any]], whole: int, lang: str) -> str:
    year, amount = made[0]["period_end"], ds.amount(target, lang)
    before = format_value(whole, Unit.KRW, lang)
    names = ", ".join(
        f"{ds.name('complexes', row['complex_id'], lang)} {ds.amount(row, lang)}" for row in made
    )
    if lang == "ko":
        text = f"생산 목표는 증가분 {josa(amount, '으로/로')} 적혔다. "
        text += f"{year}년 생산은 {names}이고, 합은 {before}이다."
        if target["value"] >= whole:
            text += (
                " 증가라면 생산이 두 배가 넘어야 하므로 수준을 잘못 적었을 수 있다. 자료는 적힌 대로 둔다."
            )
        return text
    text = f"The output target is printed as an increase of {amount}. Output of the complexes in {year}: "
    text += f"{names}; together {before}."
    if target["value"] >= whole:
        text += " As an increase it would more than double output, so it may be a level misprinted as an "
        text += "increase. The data keep what is printed."
    return text


def _only(plan: Profile, measure: str) -> dict[str, Any] | None:
    claims = plan.claims
    wanted = (claims["measure_id"] == measure) & (claims["status"] == "target")
    wanted &= (claims["basis"] == "increase") & (claims["scope"] == "plan") & ~claims["misprint"]
    found = plan.releases(claims[wanted])
    return found[-1] if found else None


def _made(plan: Profile) -> list[dict[str, Any]]:
    """Give the newest common year's output of the plan's complexes, if there is one for each."""
    keys = [site.complex_id for site in plan.sites if site.complex_id and not site.part]
    rows = [
        row
        for row in rows_of(plan.related)
        if row["measure_id"] == "output" and row["status"] == "observed" and row["complex_id"] in keys
    ]
    for year in sorted({row["period_end"] for row in rows if row["period_end"]}, reverse=True):
        own = {row["complex_id"]: row for row in rows if row["period_end"] == year}
        if set(own) == set(keys):
            return [own[key] for key in keys if key]
    return []
