"""The sentences of a comparison of regions."""

from __future__ import annotations

from sandan_lib.cite import References
from sandan_lib.compare import Comparison, Unanswered, measure_and_kind, yearly
from sandan_lib.dataset import Dataset
from sandan_lib.dispersion import dispersion_or_reason
from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Heading, Prose, Sentence, knowledge

__all__ = [
    "comparison_capital",
    "comparison_heading",
    "comparison_secured",
    "comparison_spread",
    "comparison_summary",
    "comparison_title",
]

_HEADINGS = {
    "summary": ("한눈에", "At a glance"),
    "ranking": ("순위", "Ranking"),
    "parts": ("누구의 돈인가", "Whose money it is"),
    "secured": ("계획과 확보", "Planned and secured"),
    "per_jobs": ("목표 일자리 하나에 드는 계획 금액", "Plan money per target job"),
    "per_employees": ("산업단지 고용 한 사람에 대한 계획 금액", "Plan money per employee in complexes"),
    "capital": ("수도권과 그 밖", "The capital area and the rest"),
    "dispersion": ("얼마나 고르지 않은가", "How unevenly it is spread"),
    "remarks": ("읽을 때 살필 것", "What to keep in mind"),
    "left_out": ("견주지 않은 수치", "What was not compared"),
    "sources": ("출처", "Sources"),
}


def comparison_heading(section: str, lang: str = "ko") -> Heading:
    """Give the heading of a section of the comparison.

    Examples
    --------
    >>> comparison_heading("parts", "en")
    ## Whose money it is
    """
    return Heading(_HEADINGS[section][0 if lang == "ko" else 1], 2, section.replace("_", "-"))


def _name(ds: Dataset, selection_id: str, lang: str) -> str:
    record = ds.record("selections", selection_id)
    region = ds.name("regions", record["region_id"], lang)
    return f"{region}({record['round_year']})" if lang == "ko" else f"{region} ({record['round_year']})"


def _listed(ds: Dataset, keys: tuple[str, ...], lang: str) -> str:
    return ", ".join(_name(ds, key, lang) for key in keys)


def comparison_title(ds: Dataset, comparison: Comparison | Unanswered, lang: str = "ko") -> Heading:
    """Give the title with what is compared and the state of knowledge it shows."""
    measure = ds.name("measures", comparison.measure_id, lang)
    if lang == "ko":
        return Heading(f"산업단지 대개조 지역 비교: {measure}", 1, "top", knowledge(ds, lang))
    return Heading(
        f"Regions of the industrial-complex renewal compared: {measure}", 1, "top", knowledge(ds, lang)
    )


def comparison_summary(
    ds: Dataset, comparison: Comparison | Unanswered, refs: References, lang: str = "ko"
) -> Prose:
    """Say who ranks first and last, how sure that is, and what is missing; or why nothing is compared."""
    if isinstance(comparison, Unanswered):
        return Prose(((Sentence(comparison.reason(lang)),),))
    rows = [row for row in comparison.rows if row["claims"]]
    missing = tuple(row["selection_id"] for row in comparison.rows if not row["claims"])
    first, last = rows[0], rows[-1]
    numbers = tuple(dict.fromkeys(refs.number(row["source_id"]) for row in (first, last)))
    leading = [row for row in rows if row["rank"] == 1]
    top = _listed(ds, tuple(row["selection_id"] for row in leading), lang)
    bottom = _name(ds, last["selection_id"], lang)
    high, low = (comparison.amount(row["value"], lang) for row in (first, last))
    measure = measure_and_kind(ds, comparison, lang)
    if lang == "ko":
        text = f"{measure}: 수치가 있는 {len(rows)}곳 가운데 {josa(top, '이/가')} "
        text += (
            f"{josa(high, '으로/로')} 가장 크고, {josa(bottom, '이/가')} {josa(low, '으로/로')} 가장 작다."
        )
    else:
        text = f"{measure}: of the {len(rows)} selections with a figure, {top} has the largest, {high}, "
        text += f"and {bottom} the smallest, {low}."
    sentences = [Sentence(text, numbers)]
    rivals = [row for row in rows if row["rank_low"] == 1 and row not in leading]
    if rivals:
        names = _listed(ds, tuple(row["selection_id"] for row in rivals), lang)
        ends = tuple(dict.fromkeys(refs.number(row["high_source_id"]) for row in rivals))
        hedge = (
            f"다만 어느 글을 믿느냐에 따라 {names}도 1위가 될 수 있다."
            if lang == "ko"
            else f"Depending on which texts one trusts, first place could also go to {names}."
        )
        sentences.append(Sentence(hedge, ends))
    if missing:
        names = _listed(ds, missing, lang)
        sentences.append(
            Sentence(
                f"비교할 수치가 없는 곳: {names}."
                if lang == "ko"
                else f"Without a comparable figure: {names}."
            )
        )
    return Prose((tuple(sentences),))


def comparison_spread(
    ds: Dataset, comparison: Comparison | Unanswered, refs: References, lang: str = "ko"
) -> Prose:
    """Say how uneven the figures are, and how far that hangs on the choice of texts."""
    found = dispersion_or_reason(ds, comparison)
    if isinstance(found, Unanswered):
        return Prose(((Sentence(found.reason(lang)),),))
    gini, theil, between = (found[key] for key in ("gini", "theil", "between_macro_region"))
    numbers = tuple(refs.number(key) for key in found.sources)
    # Where no macro region has two, all of it lies between them, which says nothing.
    told = any(len(group.counted) > 1 for group in found.groups if group.partition == "macro_region")
    share = f"{between.value * 100 / theil.value:.0f}" if theil.value and told else None
    if lang == "ko":
        text = f"수치가 있는 {found.counted}곳의 지니계수는 {gini.value:.3f}이다."
        if gini.low < gini.high:
            text += f" 어느 글을 믿느냐에 따라 {gini.low:.3f}에서 {gini.high:.3f}까지 될 수 있다."
        text += f" 타일 T는 {theil.value:.3f}이며, 그 {share}%가 권역 사이의 차이다." if share else ""
    else:
        text = (
            f"Across the {found.counted} selections with a figure, the Gini coefficient is {gini.value:.3f}."
        )
        if gini.low < gini.high:
            text += (
                f" Depending on which texts one trusts, it lies between {gini.low:.3f} and {gini.high:.3f}."
            )
        if share:
            text += f" Theil's T is {theil.value:.3f}, of which {share}% lies between macro regions."
    return Prose(((Sentence(text, numbers),),))


def comparison_capital(
    ds: Dataset, comparison: Comparison | Unanswered, refs: References, lang: str = "ko"
) -> Prose:
    """Say what part of the sum is the capital area's."""
    found = dispersion_or_reason(ds, comparison)
    if isinstance(found, Unanswered) or isinstance(comparison, Unanswered):
        reason = found.reason(lang) if isinstance(found, Unanswered) else ""
        return Prose(((Sentence(reason),),))
    capital = next(
        (group for group in found.groups if (group.partition, group.key) == ("capital_area", "true")), None
    )
    if capital is None or not capital.counted:
        text = (
            "견준 곳 가운데 수치가 있는 수도권 지역이 없다."
            if lang == "ko"
            else "No region of the capital area with a figure is among those compared."
        )
        return Prose(((Sentence(text),),))
    names, amount = _listed(ds, capital.counted, lang), comparison.amount(capital.value, lang)
    share, low, high = (f"{end * 100:.1f}" for end in (capital.share, capital.share_low, capital.share_high))
    numbers = tuple(refs.number(key) for key in found.sources)
    if lang == "ko":
        text = f"수도권인 {names}의 합은 {josa(amount, '으로/로')} "
        text += f"수치가 있는 {found.counted}곳의 합계의 {share}%이다"
        text += "." if low == high else f"(어느 글을 믿느냐에 따라 {low}~{high}%)."
    else:
        text = f"The capital area, that is {names}, accounts for {amount}: {share}% of the sum over "
        text += f"{found.counted} selections"
        text += "." if low == high else f" ({low}–{high}% depending on which texts one trusts)."
    return Prose(((Sentence(text, numbers),),))


def comparison_secured(
    ds: Dataset,
    comparison: Comparison | Unanswered,
    refs: References,
    rule: str = "latest",
    lang: str = "ko",
) -> Prose:
    """Say of how many plans the money secured in a year is known, and that it is not the plan's total."""
    keys = (
        comparison.selection_ids
        if isinstance(comparison, Unanswered)
        else tuple(sorted(comparison.frame["selection_id"]))
    )
    found = yearly(ds, "budget", keys, status="secured", component="national", rule=rule)
    numbers = tuple(refs.number(key) for key in found.sources)
    there = tuple(dict.fromkeys(figure.selection_id for figure in found.figures))
    if not there:
        text = (
            f"{len(keys)}곳 가운데 해마다 확보한 국비가 알려진 곳이 없다."
            if lang == "ko"
            else f"For none of the {len(keys)} plans is the national money secured in a single year known."
        )
        return Prose(((Sentence(text),),))
    names = _listed(ds, there, lang)
    if lang == "ko":
        text = f"해마다 확보한 국비는 {len(keys)}곳 가운데 {len(there)}곳에서만 알려져 있다: {names}. "
        text += "한 해의 예산이므로 여러 해의 계획 총액과 한 축에 놓지 않는다."
    else:
        text = (
            f"The national money secured in single years is known for {len(there)} of the {len(keys)} plans: "
        )
        text += f"{names}. A year's budget is never drawn on one axis with a plan's total over several years."
    return Prose(((Sentence(text, numbers),),))
