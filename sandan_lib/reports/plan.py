"""Which reports to make: parameter sets, checked before any kernel starts."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sandan_lib.dataset import Dataset, Selection
from sandan_lib.errors import ParameterError, SandanError, UnknownSelection
from sandan_lib.languages import LANGUAGES, language
from sandan_lib.reports.parameters import ParameterSet
from sandan_lib.reports.signature import (
    Signature,
    Value,
    notebook_path,
    notebook_title,
    read_signature,
    report_notebooks,
)

__all__ = ["LANGUAGES", "Run", "plan_runs", "plan_sets", "plan_site"]

# Looks at the parameters of a run before anything is started.
Check: TypeAlias = Callable[[Dataset, Mapping[str, Value]], None]


@dataclass(frozen=True, slots=True)
class Run:
    """One report to make.

    Attributes
    ----------
    notebook : pathlib.Path
        The notebook.
    parameters : Mapping[str, Value]
        All its parameters, in full.
    name : str
        Name of its outputs, made from identifiers alone: ``region_report/2022-KR-43-ko``.
    title : str
        For people: progress, index, page title.
    lang : str
        Language of the page.
    group : str
        Heading under which the index lists it.
    order : int
        Its place among the overviews of the index.
    """

    notebook: Path
    parameters: Mapping[str, Value]
    name: str
    title: str
    lang: str
    group: str
    order: int = 99


def plan_site(ds: Dataset, languages: Sequence[str] = LANGUAGES, as_of: str = "") -> list[Run]:
    """Work out the runs of the whole site: every report notebook, every selection.

    Parameters
    ----------
    ds : Dataset
        The data.
    languages : sequence of {"ko", "en"}
        One report in each.
    as_of : str
        ISO date, or empty.

    Returns
    -------
    list of Run
        Overviews first, in the order that their notebooks give themselves.

    Raises
    ------
    ParameterError, UnknownSelection
        As for :func:`plan_runs`.

    Examples
    --------
    >>> from sandan_lib import load
    >>> [run.name for run in plan_site(load(), ["en"]) if "region_report" not in run.name][:1]
    ['regional_comparison/en']
    """
    notebooks = sorted(report_notebooks().items(), key=lambda item: item[1])
    return [run for name, _ in notebooks for run in plan_runs(ds, name, languages=languages, as_of=as_of)]


def plan_runs(
    ds: Dataset,
    notebook: str = "region_report",
    *,
    regions: Sequence[str] = (),
    rounds: Sequence[int] = (),
    languages: Sequence[str] = ("ko",),
    as_of: str = "",
    extra: Mapping[str, str] | None = None,
    check: Check | None = None,
) -> list[Run]:
    """Work out the runs that were asked for, and refuse what cannot be run.

    Parameters
    ----------
    ds : Dataset
        The data; regions, rounds and selections are looked up in it.
    notebook : str
        Name of a report notebook.
    regions : sequence of str
        Any spellings; all selected regions when empty.
    rounds : sequence of int
        Rounds; all when empty.
    languages : sequence of {"ko", "en"}
        One report in each.
    as_of : str
        ISO date, or empty.
    extra : Mapping[str, str], optional
        Parameters as typed (``-p name value``); they win over the others.
    check : callable, optional
        Refuses what the data, as of the day, do not know among all parameters of a notebook that
        takes no region, by an error of ours.

    Returns
    -------
    list of Run

    Raises
    ------
    UnknownName, UnknownSelection, ParameterError
        For anything that the notebook or the data do not know.

    Examples
    --------
    >>> from sandan_lib import load
    >>> [run.name for run in plan_runs(load(), regions=["Chungbuk"])]
    ['region_report/2022-KR-43-ko']
    """
    path = notebook_path(notebook)
    signature = read_signature(path)
    typed = {name: signature.convert(name, text) for name, text in (extra or {}).items()}
    for name, given in (("region", regions), ("round_year", rounds), ("as_of", as_of)):
        if name in typed and given:
            raise ParameterError(
                f"{name} is given twice, as -p {name} and by itself; give it once.",
                f"{name}을(를) -p로도 따로도 주었습니다. 한 번만 주십시오.",
            )
    regions = [str(typed.pop("region"))] if "region" in typed else regions
    rounds = [int(typed.pop("round_year"))] if "round_year" in typed else rounds
    languages = [language(str(item)) for item in ([typed.pop("lang")] if "lang" in typed else languages)]
    as_of = str(typed.pop("as_of", as_of))
    _known_rounds(ds, rounds)
    ds = ds.as_of(as_of)  # on that day, fewer may have been selected
    names = {parameter.name for parameter in signature.parameters}
    if not names >= {"lang", "as_of"} or len(names & {"region", "round_year"}) == 1:
        raise ParameterError(
            f"{signature.notebook} has the parameters {', '.join(sorted(names))}; a report needs lang and "
            "as_of, and region and round_year both or neither.",
            f"{signature.notebook}의 매개변수는 {', '.join(sorted(names))}입니다. 보고서에는 lang과 as_of가, "
            "그리고 region과 round_year는 둘 다 있거나 둘 다 없어야 합니다.",
        )
    if "region" not in names:
        if regions or rounds:
            raise ParameterError(
                f"{signature.notebook} is about all the data; it takes no region and no round.",
                f"{signature.notebook}: 자료 전체를 다루므로 지역과 차수를 고를 수 없습니다.",
            )
        if check is not None and typed:
            check(ds, {**signature.defaults(), **typed})
        return [_whole_run(path, signature, lang, as_of, typed) for lang in languages]
    return [
        _run(ds, path, signature, item, lang, as_of, typed)
        for lang in languages
        for item in _selections(ds, regions, rounds)
    ]


def plan_sets(
    ds: Dataset,
    notebook: str,
    sets: Sequence[ParameterSet],
    languages: Sequence[str] = ("ko",),
    as_of: str = "",
    check: Check | None = None,
) -> list[Run]:
    """Work out the runs that sets of parameters ask for, and refuse all if one cannot be run.

    Parameters
    ----------
    ds : Dataset
        The data.
    notebook : str
        Name of a report notebook.
    sets : sequence of ParameterSet
        Each may leave out parameters: without ``region`` it stands for all regions, and so on.
    languages, as_of
        For sets that do not say.
    check
        As for :func:`plan_runs`.

    Returns
    -------
    list of Run

    Raises
    ------
    UnknownName, UnknownSelection, ParameterError
        Naming the set: for what notebook or data do not know, for what is asked for twice, for
        one name for several reports.
    """
    found: dict[str, tuple[Run, str]] = {}
    made_of: dict[str, str] = {}
    for item in sets:
        for run in _runs_of(ds, notebook, item, languages, as_of, check):
            same = repr(sorted(run.parameters.items()))
            if same in made_of:
                raise ParameterError(
                    f"{item.place} asks for the same report as {made_of[same]}: {run.name}.",
                    f"{item.place}: {made_of[same]}와(과) 같은 보고서입니다: {run.name}.",
                )
            if run.name in found:
                raise ParameterError(
                    f"{item.place} and {found[run.name][1]} have one name for their outputs: {run.name}.",
                    f"{item.place}: {found[run.name][1]}와(과) 출력 이름이 같습니다: {run.name}.",
                )
            made_of[same] = item.place
            found[run.name] = (run, item.place)
    return [run for run, _ in found.values()]


def _runs_of(
    ds: Dataset,
    notebook: str,
    item: ParameterSet,
    languages: Sequence[str],
    as_of: str,
    check: Check | None,
) -> list[Run]:
    day = "" if "as_of" in item.values else as_of
    try:
        runs = plan_runs(ds, notebook, languages=languages, as_of=day, extra=item.values, check=check)
    except SandanError as error:
        raise type(error)(f"{item.place}: {error.en}", f"{item.place}: {error.ko}") from error
    if item.output is None:
        return runs
    if len(runs) > 1:
        raise ParameterError(
            f"{item.place}: {item.output!r} would name {len(runs)} reports; give it to one.",
            f"{item.place}: {item.output!r} 하나에 보고서가 {len(runs)}건입니다. 하나에만 주십시오.",
        )
    return [dataclasses.replace(runs[0], name=f"{runs[0].notebook.stem}/{item.output}")]


def _whole_run(path: Path, signature: Signature, lang: str, as_of: str, more: Mapping[str, Value]) -> Run:
    """Plan the run of a notebook that is about the data as a whole."""
    parameters = {**signature.defaults(), "lang": lang, "as_of": as_of, **more}
    stem = lang + _tail(as_of, more)
    order = report_notebooks().get(path.stem, 99)
    return Run(path, parameters, f"{path.stem}/{stem}", notebook_title(path, lang), lang, path.stem, order)


def _tail(as_of: str, more: Mapping[str, Value]) -> str:
    """Give the part of a name that tells what is not as usual; values that are no words by a hash."""
    words = [f"asof-{as_of}"] if as_of else []  # a date: checked before
    for name, value in sorted(more.items()):
        text = str(value)
        plain = re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{0,30}", text)
        words.append(f"{name}-{text if plain else hashlib.sha256(text.encode()).hexdigest()[:10]}")
    return "".join(f"-{word}" for word in words)


def _known_rounds(ds: Dataset, rounds: Sequence[int]) -> None:
    known = sorted(ds.records("rounds"))
    for year in rounds:
        if year not in known:
            raise ParameterError(
                f"there was no round {year}. Rounds: {', '.join(map(str, known))}.",
                f"{year}년 선정은 없었습니다. 차수: {', '.join(map(str, known))}.",
            )


def _selections(ds: Dataset, regions: Sequence[str], rounds: Sequence[int]) -> list[Selection]:
    if regions and rounds:
        found = [ds.selection(region, year) for region in regions for year in rounds]
    elif regions:
        found = []
        for region in regions:
            own = [item for item in ds.selections() if item.region_id == ds.region(region)]
            found += own or [ds.selection(region)]  # which says that it was never selected
    else:
        found = [item for item in ds.selections() if not rounds or item.round_year in rounds]
        if not found and ds.vintage is not None:
            raise UnknownSelection(
                f"nothing asked for had been selected by {ds.vintage}; take a later day.",
                f"{ds.vintage}까지 선정된 곳이 없습니다. 더 늦은 날을 고르십시오.",
            )
    return list(dict.fromkeys(found))


def _run(
    ds: Dataset,
    path: Path,
    signature: Signature,
    item: Selection,
    lang: str,
    as_of: str,
    more: Mapping[str, Value],
) -> Run:
    chosen: dict[str, Value] = {
        "region": item.region_id,
        "round_year": item.round_year,
        "lang": lang,
        "as_of": as_of,
    }
    parameters = {**signature.defaults(), **chosen, **more}
    stem = f"{item.selection_id}-{lang}{_tail(as_of, more)}"
    title = f"{ds.name('regions', item.region_id, lang)} {item.round_year}"
    return Run(path, parameters, f"{path.stem}/{stem}", title, lang, str(item.round_year))
