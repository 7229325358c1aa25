"""A comparison that may have no answer, for reports that must end well: then they say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandan_lib.compare.comparison import Comparison, compare, wanted
from sandan_lib.compare.question import Question
from sandan_lib.dataset import Dataset
from sandan_lib.errors import NotComparable
from sandan_lib.names import listed

__all__ = ["Unanswered", "asked"]

_LEAST = 2  # figures that can be laid side by side


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that is well put, and that the data do not answer.

    Attributes
    ----------
    measure_id : str
        What was to be compared.
    selection_ids : tuple of str
        Whom it was asked of.
    known : int
        How many comparable figures there are: none or one.
    ko, en : str
        Why there is no answer.
    """

    measure_id: str
    selection_ids: tuple[str, ...]
    known: int
    ko: str
    en: str

    @property
    def sources(self) -> tuple[str, ...]:
        """None: nothing is shown."""
        return ()

    def reason(self, lang: str) -> str:
        """Say why in ``lang``."""
        return self.ko if lang == "ko" else self.en


def asked(
    ds: Dataset,
    measure: str,
    *,
    component: str = "",
    status: str = "",
    basis: str = "",
    per: str = "",
    rule: str = "latest",
    year: int | None = None,
    regions: str | Sequence[str] = "",
    round_year: int | None = None,
) -> Comparison | Unanswered:
    """Compare as :func:`sandan_lib.compare` does, and take "the data do not say" for an answer.

    Parameters
    ----------
    ds : Dataset
        The data.
    measure, component, status, basis, per, rule : str
        As for :func:`sandan_lib.compare`; an empty word stands for the measure's own.
    year : int, optional
        As for :func:`sandan_lib.compare`; 0 stands for none.
    regions : str or sequence of str
        Regions or selections; a text has commas between them; all when empty.
    round_year : int, optional
        Only the selections of this round.

    Returns
    -------
    Comparison or Unanswered
        The latter where fewer than two selections have a comparable figure.

    Raises
    ------
    UnknownName, UnknownSelection, ParameterError, NotComparable
        For what no data could mend: a word that is not in the vocabulary, a region never
        selected, a component of what is no money.

    Examples
    --------
    >>> from sandan_lib import load
    >>> ds = load()
    >>> asked(ds, "budget", regions="부산, 울산")
    <Comparison of budget (total, plan, cumulative, plan): 2 of 2 selections>
    >>> asked(ds, "budget", regions="부산").known
    1
    """
    measure_id = ds.measure_names.resolve(measure)
    names = listed(regions)
    words: dict[str, Any] = {
        "component": component or None,
        "status": status or None,
        "basis": basis or None,
    }
    # A question put wrongly is refused here: only what the data lack is caught below.
    Question.about(ds.record("measures", measure_id), **words, scope="plan")
    keys = tuple(item.selection_id for item in wanted(ds, round_year, names))
    try:
        # Without the regions it is refused only where no selection at all has such a figure.
        few = keys if names or round_year is not None else ()
        found = compare(ds, measure_id, **words, rule=rule, per=per or None, regions=few, year=year or None)
    except NotComparable as refusal:
        known = _known(ds, measure_id, words | {"year": year or None}, keys)
        if not known:
            return _nothing(ds, measure_id, keys)
        return Unanswered(measure_id, keys, known, _plain(refusal.ko), refusal.en[0].upper() + refusal.en[1:])
    known = int((found.frame["claims"] > 0).sum())
    if known >= _LEAST:
        return found
    ko, en = (ds.name("measures", measure_id, lang) for lang in ("ko", "en"))
    return Unanswered(
        measure_id,
        keys,
        known,
        f"{ko}: {len(keys)}곳 가운데 비교할 수 있는 수치가 있는 곳은 {known}곳뿐이다.",
        f"{en[0].upper()}{en[1:]}: only {known} of {len(keys)} selections has a comparable figure.",
    )


def _nothing(ds: Dataset, measure_id: str, keys: tuple[str, ...]) -> Unanswered:
    ko, en = (ds.name("measures", measure_id, lang) for lang in ("ko", "en"))
    return Unanswered(
        measure_id,
        keys,
        0,
        f"{ko}: {len(keys)}곳 가운데 물은 것과 같은 종류의 수치가 있는 곳이 없다.",
        f"{en[0].upper()}{en[1:]}: none of {len(keys)} selections has a figure of the kind asked for.",
    )


def _known(ds: Dataset, measure_id: str, words: dict[str, Any], keys: tuple[str, ...]) -> int:
    """Count the selections with a figure of their own, before any division."""
    try:
        frame = compare(ds, measure_id, **words).frame
    except NotComparable:
        return 0
    return int((frame["claims"] > 0)[frame["selection_id"].isin(keys)].sum())


def _plain(text: str) -> str:
    """Write the words of an error, which speak to a user, as those of a report."""
    return text.replace("없습니다", "없다")
