"""``sandan report``: regional reports."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sandan_lib.cli.words import DONE, SOME_FAILED, Verbs, folder, positive, say
from sandan_lib.errors import ParameterError

if TYPE_CHECKING:
    from sandan_lib.reports.batch import Outcome
    from sandan_lib.reports.plan import Run

__all__ = ["add_report"]


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
        "--notebook", default="region_report", help=say("보고서 노트북의 이름", "report notebook")
    )
    verb.add_argument("--out", type=folder, default=Path("outputs"), help=say("출력 폴더", "outputs folder"))
    verb.add_argument(
        "--jobs",
        type=positive,
        default=min(2, os.cpu_count() or 1),
        help=say("함께 돌릴 수", "runs at a time"),
    )
    verb.add_argument(
        "--timeout",
        type=positive,
        default=600,
        metavar="SECONDS",
        help=say("셀 하나의 제한 시간", "limit for one cell"),
    )
    verb.set_defaults(run=_report)


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
    print(say(f"보고서 {made}개 완료, {len(failed)}개 실패", f"reports made: {made}, failed: {len(failed)}"))
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
    with tqdm(total=len(runs), unit=say("건", "report"), disable=None, file=sys.stderr) as bar:
        for outcome in outcomes:  # type: ignore[attr-defined]
            seen.append(outcome)
            bar.set_postfix_str(outcome.run.title)
            bar.update()
            if bar.disable:
                word = say("실패", "failed") if outcome.cause else f"{outcome.seconds:.1f} s"
                print(f"[{len(seen)}/{len(runs)}] {outcome.run.name}: {word}", file=sys.stderr)
    return seen
