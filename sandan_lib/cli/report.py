"""``sandan report``: reports, one or hundreds."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence

from sandan_lib.cli.parser import Verbs
from sandan_lib.cli.words import DONE, SOME_FAILED, file, folder, positive, say
from sandan_lib.errors import ParameterError

TYPE_CHECKING = False  # as in `sandan_lib`
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from sandan_lib.dataset import Dataset
    from sandan_lib.reports import Outcome, Run
    from sandan_lib.reports.outputs import Outputs

__all__ = ["add_report"]

_SIZE = r"([1-9][0-9]{0,5})([KMG])B?"
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def add_report(verbs: Verbs) -> None:
    """Add the verb ``report``."""
    verb = verbs.add_parser(
        "report",
        help=say("지역 보고서를 만든다", "make regional reports"),
        description=say(
            "선정마다 보고서 하나(HTML, 실행된 노트북, 표)를 만든다. 지역을 적지 않으면 열다섯 곳 모두.",
            "Make one report (HTML, executed notebook, tables) per selection; all fifteen without a region.",
        ),
        epilog="sandan report 충북 --round 2022 --lang en",
    )
    _add_what(verb)
    _add_how(verb)
    verb.set_defaults(run=_report)


def _add_what(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "region", nargs="*", help=say("시·도: 충북, Chungbuk, KR-43 …", "region, in any spelling")
    )
    verb.add_argument(
        "--round", type=int, action="append", default=[], metavar="YEAR", help="2020, 2021, 2022"
    )
    verb.add_argument(
        "--lang", choices=("ko", "en", "both"), default="ko", help=say("보고서의 언어", "language")
    )
    verb.add_argument(
        "--as-of", default="", metavar="DATE", help=say("이 날까지 나온 글만", "only texts by then")
    )
    verb.add_argument(
        "-p",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        dest="parameters",
        help=say("노트북 매개변수", "a parameter of the notebook"),
    )
    verb.add_argument(
        "--each",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE,VALUE…"),
        help=say(
            "값마다 하나씩; 여러 번 쓰면 모든 조합", "one for each value; given again, every combination"
        ),
    )
    verb.add_argument(
        "--from",
        type=file,
        metavar="FILE",
        dest="file",
        help=say("매개변수 파일(.csv, .yaml)", "a file of parameters (.csv, .yaml)"),
    )
    verb.add_argument(
        "--all",
        action="store_true",
        help=say(
            "모든 보고서 노트북과 자료: 사이트 전체", "every report notebook and the data: the whole site"
        ),
    )
    verb.add_argument(
        "--notebook", default="region_report", help=say("보고서 노트북의 이름", "report notebook")
    )


def _add_how(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--format",
        type=lambda text: text.split(","),
        default=["html"],
        metavar="FORMAT,FORMAT…",
        dest="formats",
        help=say("쪽(html) 말고 더 쓸 형식: pdf, xlsx", "what to write beside the page (html): pdf, xlsx"),
    )
    verb.add_argument(
        "--out",
        type=_place,
        default="outputs",
        help=say("출력 폴더 또는 fsspec 주소", "outputs folder, or an address that fsspec knows"),
    )
    verb.add_argument(
        "--dry-run", action="store_true", help=say("무엇을 할지 보이기만", "only show what would be done")
    )
    verb.add_argument(
        "--resume",
        action="store_true",
        help=say("없거나 바뀐 것만 만든다", "make only what is missing or has changed"),
    )
    verb.add_argument(
        "--jobs",
        type=positive,
        default=min(2, os.cpu_count() or 1),
        help=say("함께 돌릴 수", "runs at a time"),
    )
    verb.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help=say("Dask 스케줄러 주소", "address of a Dask scheduler, tcp://host:8786"),
    )
    verb.add_argument(
        "--timeout",
        type=positive,
        default=600,
        metavar="SECONDS",
        help=say("셀 하나의 제한 시간", "limit for one cell"),
    )
    verb.add_argument(
        "--run-timeout",
        type=positive,
        metavar="SECONDS",
        help=say("보고서 하나의 제한 시간", "limit for one report"),
    )
    verb.add_argument(
        "--memory",
        type=_size,
        metavar="SIZE",
        help=say("보고서 하나의 메모리 한도(800M, 2G)", "memory limit for one report (800M, 2G)"),
    )
    verb.add_argument(
        "--wait",
        type=positive,
        default=0,
        metavar="SECONDS",
        help=say("같은 폴더의 다른 실행을 기다릴 시간", "how long to wait for another runner in the folder"),
    )


def _size(text: str) -> int:
    match = re.fullmatch(_SIZE, text, re.IGNORECASE)
    if match is None:
        raise argparse.ArgumentTypeError(
            say(f"{text!r}: 800M, 2G처럼", f"{text!r} is no size like 800M or 2G")
        )
    return int(match[1]) * _UNITS[match[2].upper()]


def _place(text: str) -> Path | str:
    """Take a folder, or an address as it is."""
    return text if "://" in text else folder(text)


def _report(options: argparse.Namespace) -> int:
    if options.formats != ["html"]:
        from sandan_lib.reports.formats import chosen, ready

        options.formats = chosen(options.formats)
        ready(options.formats)
    with contextlib.ExitStack() as stack:
        if not options.dry_run and options.scheduler is None:
            _start_early(options, stack)
        return _planned_and_made(options)


def _start_early(options: argparse.Namespace, stack: contextlib.ExitStack) -> None:
    """Begin what the reports will need before they are planned; a wrong guess costs only time."""
    few = (
        not options.all
        and len(options.region) == 1
        and options.lang != "both"
        and not options.file
        and not options.each
    )
    if few and not options.resume:
        from sandan_lib.reports.few import soon

        stack.enter_context(soon())
    elif not options.resume:
        from sandan_lib.reports.pool import start_early

        start_early()


def _planned_and_made(options: argparse.Namespace) -> int:
    from sandan_lib.lean import uncollected

    with uncollected():
        from sandan_lib.dataset import load
        from sandan_lib.reports import Limits, run_batch

        ds = load()
        runs = _planned(ds, options)
    out = _outputs(options.out)
    if options.dry_run:
        return _shown(ds, runs, out, resume=options.resume, formats=options.formats)
    outcomes = run_batch(
        ds,
        runs,
        out,
        jobs=options.jobs,
        limits=Limits(options.timeout, options.run_timeout, options.memory),
        resume=options.resume,
        scheduler=options.scheduler,
        patience=options.wait,
        downloads=options.all,
        formats=options.formats,
    )
    try:
        seen = _watched(outcomes, runs)
    except KeyboardInterrupt:
        hint = say(
            "만든 보고서는 남았습니다. 같은 명령에 --resume을 붙이면 이어 갑니다.",
            "what was made is kept; the same command with --resume goes on.",
        )
        print(f"sandan: {hint}", file=sys.stderr)
        raise
    return _summed_up(seen, runs, out)


def _planned(ds: Dataset, options: argparse.Namespace) -> list[Run]:
    from sandan_lib.reports import plan_runs
    from sandan_lib.reports.parameters import ParameterSet, crossed, read_sets
    from sandan_lib.reports.plan import plan_sets

    languages = ("ko", "en") if options.lang == "both" else (options.lang,)
    if options.all:
        return _whole_site(ds, options, languages)
    fixed, lists = _pairs(options.parameters, "-p"), _pairs(options.each, "--each")
    if options.file is None and not lists:
        return plan_runs(
            ds,
            options.notebook,
            regions=options.region,
            rounds=options.round,
            languages=languages,
            as_of=options.as_of,
            extra=fixed,
            check=_check_question,
        )
    if options.region or options.round:
        raise ParameterError(
            "regions and rounds go with --each (--each region 충북,전남) or into the file of --from.",
            "지역과 차수는 --each(--each region 충북,전남)나 --from 파일에 적으십시오.",
        )
    rows = read_sets(options.file) if options.file else [ParameterSet({}, None, "--each")]
    combined = crossed({name: _listed(name, text) for name, text in lists.items()})
    sets = []
    for row in rows:
        for more in combined:
            twice = row.values.keys() & (more.keys() | fixed.keys()) | more.keys() & fixed.keys()
            if twice:
                name = min(twice)
                raise ParameterError(
                    f"{row.place}: {name} is given twice, also by -p or --each; give it once.",
                    f"{row.place}: {name}을(를) -p나 --each로도 주었습니다. 한 번만 주십시오.",
                )
            sets.append(ParameterSet({**row.values, **fixed, **more}, row.output, row.place))
    return plan_sets(ds, options.notebook, sets, languages, options.as_of, _check_question)


_WORDS = ("component", "status", "basis", "per", "rule", "regions", "year")


def _check_question(ds: Dataset, parameters: Mapping[str, Any]) -> None:
    """Refuse a question to `regional_comparison` that is put wrongly.

    What the data cannot answer is no mistake; the report says so.
    """
    if not parameters.keys() >= {"measure", *_WORDS}:
        return
    from sandan_lib.compare import asked

    asked(ds, parameters["measure"], **{name: parameters[name] for name in _WORDS})


def _whole_site(ds: Dataset, options: argparse.Namespace, languages: Sequence[str]) -> list[Run]:
    from sandan_lib.reports.plan import plan_site

    if options.region or options.round or options.parameters or options.each or options.file:
        raise ParameterError(
            "--all makes everything: it takes no region, --round, -p, --each or --from.",
            "--all은 모두 만듭니다. 지역, --round, -p, --each, --from과 함께 쓸 수 없습니다.",
        )
    return plan_site(ds, languages, options.as_of)


def _listed(name: str, text: str) -> list[str]:
    values = [value.strip() for value in text.split(",")]
    empty = "" in values and text != ""
    if empty or len(set(values)) < len(values):
        raise ParameterError(
            f"--each {name} {text!r}: each value once, separated by commas.",
            f"--each {name} {text!r}: 값을 쉼표로 나누어 한 번씩만 적으십시오.",
        )
    return values


def _pairs(parameters: list[list[str]], option: str) -> dict[str, str]:
    names = [name for name, _ in parameters]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(
                f"{option} {name} is given twice.", f"{option} {name}을(를) 두 번 주었습니다."
            )
    return dict(parameters)


def _outputs(place: Path | str) -> Outputs:
    if not isinstance(place, str):
        from sandan_lib.reports.outputs import Folder

        return Folder(place)
    from sandan_lib.reports.remote import Address

    return Address(place)


def _shown(ds: Dataset, runs: Sequence[Run], out: Outputs, *, resume: bool, formats: Sequence[str]) -> int:
    """Show the plan; nothing is run and nothing written."""
    from sandan_lib.reports.batch import unchanged

    there = unchanged(ds, runs, out, formats) if resume else set()
    for run in runs:
        word = say("그대로", "unchanged") if run.name in there else say("만들 것", "to make")
        words = " ".join(f"{name}={value}" for name, value in run.parameters.items() if value != "")
        print(f"{word}  {run.name}  {words}")
    print(
        say(
            f"만들 보고서 {len(runs) - len(there)}건, 그대로 둘 것 {len(there)}건 → {out}",
            f"reports to make: {len(runs) - len(there)}, unchanged: {len(there)} → {out}",
        )
    )
    return DONE


def _watched(outcomes: Iterable[Outcome], runs: Sequence[Run]) -> list[Outcome]:
    """Show a progress bar on a terminal, and a line per report elsewhere; both say what is left."""
    from tqdm import tqdm

    seen: list[Outcome] = []
    begun, made = time.monotonic(), 0
    with tqdm(total=len(runs), unit=say("건", "report"), disable=None, file=sys.stderr) as bar:
        for outcome in outcomes:
            seen.append(outcome)
            made += not outcome.unchanged
            bar.set_postfix_str(outcome.run.title)
            bar.update()
            if bar.disable:
                left = (len(runs) - len(seen)) * (time.monotonic() - begun) / max(made, 1)
                print(
                    f"[{len(seen)}/{len(runs)}] {outcome.run.name}: {_fate(outcome, left)}", file=sys.stderr
                )
    return seen


def _fate(outcome: Outcome, left: float) -> str:
    if outcome.unchanged:
        return say("그대로", "unchanged")
    word = say("실패", "failed") if outcome.cause else f"{outcome.seconds:.1f} s"
    rest = say(f"남은 시간 약 {left:.0f}초", f"about {left:.0f} s left")
    return f"{word}, {rest}" if left >= 1 else word


def _summed_up(outcomes: Sequence[Outcome], runs: Sequence[Run], out: Outputs) -> int:
    failed = [outcome for outcome in outcomes if outcome.cause]
    for outcome in failed:
        print(f"{outcome.run.name}: {outcome.cause} ({outcome.place})", file=sys.stderr)
    for reason in sorted({outcome.stock for outcome in outcomes if outcome.stock}):
        print(
            say(
                f"papermill의 보통 엔진으로 실행했습니다: {reason}",
                f"run by papermill's own engine: {reason}",
            ),
            file=sys.stderr,
        )
    there = sum(outcome.unchanged for outcome in outcomes)
    made = len(runs) - len(failed) - there
    line = say(f"보고서 {made}개 완료, {len(failed)}개 실패", f"reports made: {made}, failed: {len(failed)}")
    print(line + (say(f", {there}개 그대로", f", unchanged: {there}") if there else ""))
    if len(outcomes) == 1 and not failed:
        print(f"{outcomes[0].place}/report.html")
    english = bool(runs) and all(run.lang == "en" for run in runs)
    print(f"{out}/index{'-en' * english}.html")
    return SOME_FAILED if failed else DONE
