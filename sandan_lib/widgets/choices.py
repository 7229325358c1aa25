"""What each control offers: options from the data, and why some are not to be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandan_lib.compare import CLAIMED, REGIONAL, baseline_year, wanted
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.errors import NotComparable
from sandan_lib.model import Basis, Component, StatusClass
from sandan_lib.names import listed
from sandan_lib.widgets.supply import RELATIVE, Kind, fullest, supply
from sandan_lib.widgets.views import SHOWN, View

__all__ = ["Option", "asked_kind", "days", "normal", "options", "settled"]

_LEAST = 2  # figures that can be laid side by side


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a control.

    Attributes
    ----------
    value : str
        What the view gets.
    label : str
        What a reader sees.
    reason : str
        Why it cannot be chosen; empty where it can.
    """

    value: str
    label: str
    reason: str = ""


def _say(lang: str, ko: str, en: str) -> str:
    return ko if lang == "ko" else en


def asked_kind(ds: Dataset, view: View) -> Kind:
    """Give the kind of figure that a view asks for, with the measure's own words where it has none.

    Parameters
    ----------
    ds : Dataset
        The data.
    view : View
        Any view.

    Returns
    -------
    tuple
        Measure, component (of money), status class, basis.
    """
    measure = ds.record("measures", ds.measure_names.resolve(view.measure))
    money = measure["family"] == "money"
    status = view.status or measure["default_status"]
    if status not in tuple(StatusClass):
        status = StatusClass.of(status).value
    component = (view.component or Component.TOTAL.value) if money else None
    return (measure["measure_id"], component, status, view.basis or measure["default_basis"])


def normal(ds: Dataset, view: View) -> View:
    """Give the view with empty words where it names the measure's own: shorter to write down.

    Parameters
    ----------
    ds : Dataset
        The data.
    view : View
        Any view.

    Returns
    -------
    View
        Of the same comparison.
    """
    own = asked_kind(ds, view.but(component="", status="", basis=""))
    now = asked_kind(ds, view)
    words = zip(("component", "status", "basis"), own[1:], now[1:], strict=True)
    return view.but(**{name: "" for name, mine, asked in words if mine == asked})


def settled(ds: Dataset, view: View) -> View:
    """Give the view with words that its measure has: after another measure was chosen.

    Parameters
    ----------
    ds : Dataset
        The data of the view's day.
    view : View
        With the new measure.

    Returns
    -------
    View
        With the measure's own component, status and basis; or, where no two selections have such
        figures, with the kind that most selections have.
    """
    plain = view.but(component="", status="", basis="", per="")
    kind = asked_kind(ds, plain)
    among = _selections(ds, view)
    if _count(ds, kind, among) >= _LEAST:
        return plain
    other = [key for key in supply(ds) if key[0] == kind[0]]
    best = max(other, key=lambda key: _count(ds, key, among), default=kind)
    component = "" if best[1] in (None, Component.TOTAL) else str(best[1])
    return normal(ds, plain.but(component=component, status=best[2], basis=best[3]))


def _selections(ds: Dataset, view: View) -> frozenset[str]:
    return frozenset(item.selection_id for item in wanted(ds, None, listed(view.regions)))


def _count(ds: Dataset, kind: Kind, among: frozenset[str]) -> int:
    return len(fullest(ds, kind, among).selections & among)


def _lacking(count: int, among: frozenset[str], lang: str) -> str:
    if count >= _LEAST:
        return ""
    if not count:
        return _say(lang, "그런 수치를 적은 글이 없음", "no text prints such figures")
    return _say(lang, f"{len(among)}곳 가운데 1곳뿐", f"only 1 of {len(among)} selections")


def options(ds: Dataset, view: View, control: str) -> tuple[Option, ...]:
    """Give the options of a control, in a view.

    Parameters
    ----------
    ds : Dataset
        The data, of all days.
    view : View
        The other choices: they decide what can be compared.
    control : str
        Name of the choice (``"status"``).

    Returns
    -------
    tuple of Option
        Those that would compare unlike figures, or nothing, carry the reason.

    Examples
    --------
    >>> from sandan_lib import load
    >>> offered = options(load(), View(measure="jobs", lang="en"), "component")
    >>> [(item.value, item.reason) for item in offered][1]
    ('national', 'only money has components')
    """
    return _OPTIONS[control](ds.as_of(view.as_of), view)


def _measures(ds: Dataset, view: View) -> tuple[Option, ...]:
    among = _selections(ds, view)
    best: dict[str, int] = {}
    for kind in supply(ds):
        best[kind[0]] = max(best.get(kind[0], 0), _count(ds, kind, among))
    rows = sorted(ds.records("measures").values(), key=lambda row: row["sort_order"])
    return tuple(
        Option(
            row["measure_id"], row[f"name_{view.lang}"], _lacking(best[row["measure_id"]], among, view.lang)
        )
        for row in rows
        if row["measure_id"] in best
    )


def _components(ds: Dataset, view: View) -> tuple[Option, ...]:
    measure, component, status, basis = asked_kind(ds, view)
    among = _selections(ds, view)
    no_money = _say(view.lang, "재원은 돈에만 있음", "only money has components")
    return tuple(
        Option(
            "" if item is Component.TOTAL else item.value,
            ds.label("claims", "component", item.value, view.lang),
            (no_money if item is not Component.TOTAL else "")
            if component is None
            else _lacking(_count(ds, (measure, item.value, status, basis), among), among, view.lang),
        )
        for item in Component
    )


def _kinds(
    words: Iterable[str], place: int, labels: tuple[str, str]
) -> Callable[[Dataset, View], tuple[Option, ...]]:
    """Offer the words of one place of a kind of figure, the others as the view has them."""

    def offered(ds: Dataset, view: View) -> tuple[Option, ...]:
        kind, among = asked_kind(ds, view), _selections(ds, view)
        found = []
        for word in words:
            other: Kind = (*kind[:place], word, *kind[place + 1 :])  # type: ignore[assignment]
            reason = _lacking(_count(ds, other, among), among, view.lang)
            found.append(Option(word, ds.label(*labels, word, view.lang), reason))
        return tuple(found)

    return offered


def _divisors(ds: Dataset, view: View) -> tuple[Option, ...]:
    kind = asked_kind(ds, view)
    among = _selections(ds, view)
    found = [Option("", _say(view.lang, "나누지 않음", "nothing"))]
    regions = frozenset(key.partition("-")[2] for key in among)
    for measure in (*CLAIMED, *REGIONAL):
        if measure not in ds.records("measures"):
            continue  # of a package of somebody's own
        reason = ""
        if kind[3] in RELATIVE:
            reason = _say(view.lang, "비율은 나누지 않음", "shares are not divided")
        elif measure == kind[0]:
            reason = _say(view.lang, "자기 자신", "the measure itself")
        elif measure in REGIONAL:
            refusal: NotComparable | None = ds.remembered(_undivided, measure, regions)
            reason = refusal.message(view.lang) if refusal else ""
        elif measure in CLAIMED:
            # Only releases that print both figures are divided.
            own = asked_kind(ds, View(measure=measure))
            both = fullest(ds, kind, among).prints & fullest(ds, own, among).prints
            count = len({selection for selection, _ in both} & among)
            if count < _LEAST:
                reason = _say(
                    view.lang,
                    f"둘을 함께 적은 발표가 {count}곳뿐",
                    f"releases print both for {count or 'no'} selection{'' if count == 1 else 's'}",
                )
        found.append(Option(measure, ds.name("measures", measure, view.lang), reason))
    return tuple(found)


def _undivided(ds: Dataset, measure: str, regions: frozenset[str]) -> NotComparable | None:
    """Give the refusal to divide by a regional figure, where no year has it for all regions."""
    try:
        baseline_year(ds, measure, set(regions))
    except NotComparable as refusal:
        return refusal
    return None


def _rules(ds: Dataset, view: View) -> tuple[Option, ...]:
    words = {
        "latest": ("가장 새로운 발표", "newest release"),
        "first": ("첫 발표", "first release"),
        "official": ("가장 공식적인 발표", "most official release"),
    }
    return tuple(Option(key, _say(view.lang, *pair)) for key, pair in words.items())


def _rounds(ds: Dataset, view: View) -> tuple[Option, ...]:
    every = Option("0", _say(view.lang, "모든 차수", "all rounds"))
    return (every, *(Option(str(year), str(year)) for year in sorted(ds.records("rounds"))))


def _all_shown(view: View) -> str:
    if view.rounds_show == "network":
        return ""
    return _say(view.lang, "이 그림은 모든 지역을 보임", "this picture shows all regions")


def _macro_regions(ds: Dataset, view: View) -> tuple[Option, ...]:
    rows = sorted(ds.records("regions").values(), key=lambda row: row["sort_order"])
    names = dict.fromkeys(row["macro_region"] for row in rows)
    every = Option("", _say(view.lang, "모든 권역", "all macro regions"))
    shown = _all_shown(view)
    return (every, *(Option(k, ds.label("regions", "macro_region", k, view.lang), shown) for k in names))


def _regions(ds: Dataset, view: View) -> tuple[Option, ...]:
    rows = sorted(ds.records("regions").values(), key=lambda row: row["sort_order"])
    outside = _say(view.lang, "다른 권역", "in another macro region")
    every = Option("", _say(view.lang, "모든 시·도", "all regions"))
    return (
        every,
        *(
            Option(
                row["region_id"],
                row[f"name_{view.lang}"],
                _all_shown(view) or (outside if view.macro_region not in ("", row["macro_region"]) else ""),
            )
            for row in rows
        ),
    )


_SHOWN_WORDS = {
    "map": ("지도", "map"),
    "network": ("거점과 연계", "hubs and links"),
    "outcomes": ("권역별 결과", "outcomes by macro region"),
    "ranking": ("순위와 그 폭", "ranking with its doubt"),
    "composition": ("재원의 나눔", "whose money"),
    "secured": ("해마다 확보한 돈", "money secured by year"),
    "history": ("총액의 움직임", "how totals moved"),
}


def _shown(part: str) -> Callable[[Dataset, View], tuple[Option, ...]]:
    def offered(ds: Dataset, view: View) -> tuple[Option, ...]:
        money = ds.record("measures", ds.measure_names.resolve(view.measure))["family"] == "money"
        only_budget = _say(view.lang, "사업비에만 있음", "of budgets only")
        return tuple(
            Option(
                key,
                _say(view.lang, *_SHOWN_WORDS[key]),
                only_budget if key in ("composition", "secured", "history") and not money else "",
            )
            for key in SHOWN[part]
        )

    return offered


_OPTIONS: dict[str, Callable[[Dataset, View], tuple[Option, ...]]] = {
    "measure": _measures,
    "component": _components,
    "status": _kinds([item.value for item in StatusClass], 2, ("measures", "default_status")),
    "basis": _kinds([item.value for item in Basis], 3, ("claims", "basis")),
    "per": _divisors,
    "rule": _rules,
    "round_year": _rounds,
    "macro_region": _macro_regions,
    "region": _regions,
    "rounds_show": _shown("rounds"),
    "budgets_show": _shown("budgets"),
}


def days(ds: Dataset, also: str = "") -> tuple[str, ...]:
    """Give the days on which a text about the plans appeared that is dated to the day, in order.

    Parameters
    ----------
    ds : Dataset
        The data.
    also : str
        A day that is asked for though nothing appeared on it.

    Returns
    -------
    tuple of str
        Where the time machine can stop: between two of them nothing changes but by texts whose
        day is not known.
    """
    found: tuple[str, ...] = ds.remembered(_days)
    return tuple(sorted({*found, also})) if also else found


def _days(ds: Dataset) -> tuple[str, ...]:
    rows = rows_of(ds.peek("claims"), ("programme_id", "selection_id", "published"))
    about = {row["published"] for row in rows if row["selection_id"] and row["published"]}
    return tuple(sorted(day for day in about if len(day) == len("2022-05-01")))
