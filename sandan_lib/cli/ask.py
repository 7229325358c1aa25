"""Verbs that ask the data: ``compare`` and ``cite``."""

from __future__ import annotations

import argparse
import re
import sys

from sandan_lib.cli.parser import Verbs
from sandan_lib.cli.words import DONE, message_language, say

__all__ = ["add_cite", "add_compare"]


def add_compare(verbs: Verbs) -> None:
    """Add the verb ``compare``."""
    verb = verbs.add_parser(
        "compare",
        help=say("선정 지역을 한 가지로 비교한다", "compare the selections in one measure"),
        description=say(
            "같은 측정값·재원·상태·기준·범위의 수치만 비교하고, 무엇을 왜 뺐는지, 순위가 얼마나 흔들리는지를 "
            "함께 보인다.",
            "Compare only figures of equal measure, component, status, basis and scope; say what was left "
            "out and why, and how far each rank hangs on the choice of a source.",
        ),
        epilog="sandan compare budget --per population --round 2022",
    )
    verb.add_argument("measure", help=say("측정값: budget, 일자리 …", "measure: budget, jobs …"))
    verb.add_argument("--component", help="total, national, local, private")
    verb.add_argument("--status", help="plan, secured, target, result …")
    verb.add_argument("--basis", help="cumulative, increase, level …")
    verb.add_argument("--scope", default="plan", help="plan, plan-excl-smart-green")
    verb.add_argument("--rule", default="latest", help="latest, first, official")
    verb.add_argument("--round", type=int, metavar="YEAR", help="2020, 2021, 2022")
    verb.add_argument(
        "--region",
        action="append",
        default=[],
        help=say("이 지역만 (여러 번 쓸 수 있음)", "only this one; repeatable"),
    )
    verb.add_argument("--per", metavar="MEASURE", help="population, grdp, subprojects …")
    verb.add_argument(
        "--year",
        type=int,
        help=say("연간 수치의 해: 2021", "of annual figures, the year: 2021"),
    )
    verb.add_argument(
        "--as-of", default="", metavar="DATE", help=say("이 날까지 나온 글만", "only texts by then")
    )
    verb.add_argument("--lang", choices=("ko", "en"), help=say("언어", "language"))
    verb.add_argument("--format", choices=("text", "csv"), default="text", help=say("형식", "form"))
    verb.add_argument(
        "--left-out",
        action="store_true",
        help=say(
            "뺀 수치와 까닭도(csv에서는 그것만) 보임", "show what was left out, and why (in csv, only that)"
        ),
    )
    verb.set_defaults(run=_compare)


def _compare(options: argparse.Namespace) -> int:
    from sandan_lib.cite import references
    from sandan_lib.compare import compare
    from sandan_lib.dataset import load
    from sandan_lib.tables import left_out, remarks, standing

    ds = load()
    result = compare(
        ds,
        options.measure,
        component=options.component,
        status=options.status,
        basis=options.basis,
        scope=options.scope,
        rule=options.rule,
        round_year=options.round,
        regions=options.region,
        per=options.per,
        year=options.year,
        as_of=options.as_of,
    )
    lang = options.lang or message_language()
    apart = left_out(ds, result, lang)
    refs = references(ds, result)
    table = standing(ds, result, refs, lang)
    if options.format == "csv":  # one table a file: two would be read as one
        sys.stdout.write((apart if options.left_out else table).to_csv())
        return DONE
    print(table.to_text())
    for note in remarks(ds, result, refs, lang):
        print(note)
    if options.left_out:
        print(f"\n{apart.to_text()}")
    print()
    print(refs.text(lang))
    return DONE


def add_cite(verbs: Verbs) -> None:
    """Add the verb ``cite``."""
    verb = verbs.add_parser(
        "cite",
        help=say("수치나 출처를 인용하는 글을 쓴다", "cite figures or sources"),
        description=say(
            "수치(c00133)나 출처(s0201)의 서지를 글, BibTeX, CSL-JSON으로 쓴다. 보고서 표의 칸을 그대로 "
            "붙여도 된다(c00133;c00134). 선정, 일, 세부사업, 단지의 번호도 된다. "
            "아무것도 적지 않으면 이 자료를 인용하는 법을 보인다.",
            "Write the sources of claims (c00133) or sources (s0201) as text, BibTeX or CSL-JSON. Cells of "
            "the tables of reports can be pasted as they are (c00133;c00134); ids of selections, events, "
            "sub-projects and complexes do as well. Without any, how to cite this package.",
        ),
        epilog="sandan cite c00133 s0201 --format bibtex",
    )
    verb.add_argument("ids", nargs="*", metavar="ID", help="c00133, s0201")
    verb.add_argument(
        "--format", choices=("text", "bibtex", "csl-json"), default="text", help=say("형식", "form")
    )
    verb.add_argument("--lang", choices=("ko", "en"), help=say("언어", "language"))
    verb.set_defaults(run=_cite)


def _cite(options: argparse.Namespace) -> int:
    from sandan_lib.cite import cited, itself
    from sandan_lib.dataset import load

    ds = load()
    lang = options.lang or message_language()
    if not options.ids:
        print(itself(ds, options.format, lang))
        return DONE
    claims, refs = cited(ds, [key for cell in options.ids for key in re.split(r"[;,\s]+", cell) if key])
    if options.format != "text":
        print(refs.bibtex() if options.format == "bibtex" else refs.csl_json())
        return DONE
    for claim in claims:
        about = ds.name("measures", claim["measure_id"], lang)
        status = ds.label("claims", "status", claim["status"], lang)
        number = refs.number(claim["source_id"])
        words = f"{claim['claim_id']}: {claim['as_printed']} ({about}, {status}) [{number}]"
        correction = ds.correction(claim["claim_id"])
        if correction is not None:
            words += f" ! {correction[f'why_{lang}']}"
        print(words)
    print(refs.text(lang))
    return DONE
