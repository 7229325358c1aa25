"""Which reports to make: parameter sets, checked before any kernel starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandan_lib.dataset import Dataset, Selection
from sandan_lib.errors import ParameterError, UnknownSelection
from sandan_lib.reports.signature import Signature, Value, notebook_path, notebook_title, read_signature

__all__ = ["LANGUAGES", "Run", "plan_runs"]

LANGUAGES = ("ko", "en")


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
    """

    notebook: Path
    parameters: Mapping[str, Value]
    name: str
    title: str
    lang: str
    group: str


def plan_runs(
    ds: Dataset,
    notebook: str = "region_report",
    *,
    regions: Sequence[str] = (),
    rounds: Sequence[int] = (),
    languages: Sequence[str] = ("ko",),
    as_of: str = "",
    extra: Mapping[str, str] | None = None,
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
    regions = [str(typed["region"])] if "region" in typed else regions
    rounds = [int(typed["round_year"])] if "round_year" in typed else rounds
    languages = [_language(str(item)) for item in ([typed["lang"]] if "lang" in typed else languages)]
    as_of = str(typed.get("as_of", as_of))
    _known_rounds(ds, rounds)
    ds = ds.as_of(as_of)  # on that day, fewer may have been selected
    if {parameter.name for parameter in signature.parameters} == {"lang", "as_of"}:
        if regions or rounds:
            raise ParameterError(
                f"{signature.notebook} is about all the data; it takes no region and no round.",
                f"{signature.notebook}: 자료 전체를 다루므로 지역과 차수를 고를 수 없습니다.",
            )
        return [_whole_run(path, lang, as_of) for lang in languages]
    return [
        _run(ds, path, signature, item, lang, as_of)
        for lang in languages
        for item in _selections(ds, regions, rounds)
    ]


def _whole_run(path: Path, lang: str, as_of: str) -> Run:
    """Plan the run of a notebook that is about the data as a whole."""
    stem = lang + (f"-asof-{as_of}" if as_of else "")
    title = notebook_title(path, lang)
    return Run(path, {"lang": lang, "as_of": as_of}, f"{path.stem}/{stem}", title, lang, path.stem)


def _language(word: str) -> str:
    if word in LANGUAGES:
        return word
    raise ParameterError(
        f"lang={word!r} is not one of {', '.join(LANGUAGES)}.",
        f"lang={word!r}: {', '.join(LANGUAGES)} 가운데 하나여야 합니다.",
    )


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


def _run(ds: Dataset, path: Path, signature: Signature, item: Selection, lang: str, as_of: str) -> Run:
    chosen: dict[str, Value] = {
        "region": item.region_id,
        "round_year": item.round_year,
        "lang": lang,
        "as_of": as_of,
    }
    names = [parameter.name for parameter in signature.parameters]
    if set(names) != set(chosen):
        raise ParameterError(
            f"{signature.notebook} has the parameters {', '.join(names)}; runs by selection set "
            f"{', '.join(chosen)}.",
            f"{signature.notebook}의 매개변수는 {', '.join(names)}입니다. 선정마다 돌리려면 "
            f"{', '.join(chosen)}이어야 합니다.",
        )
    parameters = {name: chosen[name] for name in names}
    stem = f"{item.selection_id}-{lang}"
    stem += f"-asof-{as_of}" if as_of else ""  # a date: checked above
    title = f"{ds.name('regions', item.region_id, lang)} {item.round_year}"
    return Run(path, parameters, f"{path.stem}/{stem}", title, lang, str(item.round_year))
