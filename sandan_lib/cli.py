"""The command line: ``sandan report`` and ``sandan check``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sandan_lib.errors import ParameterError, SandanError

if TYPE_CHECKING:
    from sandan_lib.reports.batch import Outcome
    from sandan_lib.reports.plan import Run

__all__ = ["main"]

DONE, SOME_FAILED, BAD_USE, INTERRUPTED = 0, 1, 2, 130


def message_language() -> str:
    """Give the language for messages: ``$SANDAN_LANG``, else the locale's, else English."""
    names = ("SANDAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), "en")
    return "ko" if chosen.lower().startswith("ko") else "en"


def _say(ko: str, en: str) -> str:
    return ko if message_language() == "ko" else en


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals are ours: one line, exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse exits here, we raise
        raise ParameterError(
            f"{message}. See `{self.prog} --help`.", f"{message}. `{self.prog} --help`를 보십시오."
        )


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError(_say("폴더 이름이 비어 있습니다", "the folder's name is empty"))
    return Path(text)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(_say(f"{text!r}: 1 이상이어야 합니다", f"{text!r} is not 1 or more"))
    return int(text)


def _parser() -> _Parser:
    parser = _Parser(
        prog="sandan",
        description=_say(
            "산업단지 대개조: 가려 뽑은 수치, 지역 보고서",
            "Korea's industrial-complex renewal: data and reports",
        ),
    )
    parser.add_argument(
        "--debug", action="store_true", help=_say("오류의 전체 경로를 보임", "show tracebacks")
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Parser)
    _add_report(verbs)
    _add_check(verbs)
    return parser


def _add_report(verbs: argparse._SubParsersAction[_Parser]) -> None:
    verb = verbs.add_parser(
        "report",
        help=_say("지역 보고서를 만든다", "make regional reports"),
        description=_say(
            "선정마다 보고서 하나(HTML, 실행된 노트북, 표)를 만든다. 지역을 적지 않으면 열다섯 곳 모두.",
            "Make one report (HTML, executed notebook, tables) per selection; all fifteen without a region.",
        ),
        epilog="sandan report 충북 --round 2022 --lang en",
    )
    verb.add_argument(
        "region", nargs="*", help=_say("시·도: 충북, Chungbuk, KR-43 …", "region, in any spelling")
    )
    verb.add_argument(
        "--round", type=int, action="append", default=[], metavar="YEAR", help="2020, 2021, 2022"
    )
    verb.add_argument(
        "--lang", choices=("ko", "en", "both"), default="ko", help=_say("보고서의 언어", "language")
    )
    verb.add_argument(
        "--as-of", default="", metavar="DATE", help=_say("이 날까지 나온 글만", "only texts by then")
    )
    verb.add_argument(
        "-p",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        dest="parameters",
        help=_say("노트북 매개변수", "a parameter of the notebook"),
    )
    verb.add_argument(
        "--notebook", default="region_report", help=_say("보고서 노트북의 이름", "report notebook")
    )
    verb.add_argument(
        "--out", type=_folder, default=Path("outputs"), help=_say("출력 폴더", "outputs folder")
    )
    verb.add_argument(
        "--jobs",
        type=_positive,
        default=min(2, os.cpu_count() or 1),
        help=_say("함께 돌릴 수", "runs at a time"),
    )
    verb.add_argument(
        "--timeout",
        type=_positive,
        default=600,
        metavar="SECONDS",
        help=_say("셀 하나의 제한 시간", "limit for one cell"),
    )
    verb.set_defaults(run=_report)


def _add_check(verbs: argparse._SubParsersAction[_Parser]) -> None:
    verb = verbs.add_parser(
        "check",
        help=_say("자료의 모든 규칙을 확인한다", "check every rule of the data"),
        description=_say(
            "자료 폴더의 모든 규칙을 확인하고 문제를 모두 보인다.",
            "Check every rule of a data folder and show all problems.",
        ),
    )
    verb.add_argument("folder", nargs="?", type=Path, help=_say("자료 폴더", "data folder"))
    verb.add_argument(
        "--freeze",
        action="store_true",
        help=_say("새 식별자를 발행된 것으로 적는다", "enter new ids as released, when making a release"),
    )
    verb.set_defaults(run=_check)


def _report(options: argparse.Namespace) -> int:
    from sandan_lib.dataset import load
    from sandan_lib.reports import plan_runs, run_batch

    ds = load()
    runs = plan_runs(
        ds,
        options.notebook,
        regions=options.region,
        rounds=options.round,
        languages=("ko", "en") if options.lang == "both" else (options.lang,),
        as_of=options.as_of,
        extra=_pairs(options.parameters),
    )
    outcomes = run_batch(ds, runs, options.out, jobs=options.jobs, cell_timeout=options.timeout)
    failed = [outcome for outcome in _watched(outcomes, runs) if outcome.cause]
    for outcome in failed:
        print(f"{outcome.run.name}: {outcome.cause} ({outcome.place})", file=sys.stderr)
    made = len(runs) - len(failed)
    print(_say(f"보고서 {made}개 완료, {len(failed)}개 실패", f"reports made: {made}, failed: {len(failed)}"))
    print(options.out / "index.html")
    return SOME_FAILED if failed else DONE


def _pairs(parameters: list[list[str]]) -> dict[str, str]:
    names = [name for name, _ in parameters]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"-p {name} is given twice.", f"-p {name}을(를) 두 번 주었습니다.")
    return dict(parameters)


def _watched(outcomes: object, runs: Sequence[Run]) -> list[Outcome]:
    """Show a progress bar on a terminal, and a line per report elsewhere."""
    from tqdm import tqdm

    seen: list[Outcome] = []
    with tqdm(total=len(runs), unit=_say("건", "report"), disable=None, file=sys.stderr) as bar:
        for outcome in outcomes:  # type: ignore[attr-defined]
            seen.append(outcome)
            bar.set_postfix_str(outcome.run.title)
            bar.update()
            if bar.disable:
                word = _say("실패", "failed") if outcome.cause else f"{outcome.seconds:.1f} s"
                print(f"[{len(seen)}/{len(runs)}] {outcome.run.name}: {word}", file=sys.stderr)
    return seen


def _check(options: argparse.Namespace) -> int:
    from sandan_lib.dataset import freeze_ids, read_checked

    checked = read_checked(options.folder)
    for problem in checked.problems:
        print(problem.text(message_language()))
    if checked.problems:
        files = len({problem.file for problem in checked.problems})
        count = len(checked.problems)
        print(_say(f"파일 {files}개에 문제 {count}개", f"{count} problems in {files} files"), file=sys.stderr)
        return SOME_FAILED
    if options.freeze:
        added = freeze_ids(options.folder)
        print(_say(f"식별자 {added}개를 발행했습니다.", f"{added} ids entered as released."))
    rows = sum(len(raw.rows) for raw in checked.tables.values())
    tables = len(checked.tables)
    print(_say(f"표 {tables}개, {rows}행: 문제 없음", f"{tables} tables, {rows} rows: no problems"))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``sandan``; those of the process by default.

    Returns
    -------
    int
        0 when all is well, 1 when some runs failed or the data have problems, 2 for bad use.
    """
    debug = "--debug" in (sys.argv[1:2] if arguments is None else arguments[:1])
    try:
        options = _parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except SandanError as error:
        if debug:
            raise
        print(f"sandan: {error.message(message_language())}", file=sys.stderr)
        return BAD_USE
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_FAILED
    except KeyboardInterrupt:
        print(_say("sandan: 멈추었습니다.", "sandan: stopped."), file=sys.stderr)
        return INTERRUPTED
