"""Verbs about the data as a whole: ``check``, ``diff``, ``export``, ``codebook``."""

from __future__ import annotations

import argparse
import sys

from sandan_lib.cli.parser import Verbs
from sandan_lib.cli.words import DONE, SOME_FAILED, file, folder, message_language, say

__all__ = ["add_check", "add_codebook", "add_diff", "add_export"]


def add_check(verbs: Verbs) -> None:
    """Add the verb ``check``."""
    verb = verbs.add_parser(
        "check",
        help=say("자료의 모든 규칙을 확인한다", "check every rule of the data"),
        description=say(
            "자료 폴더의 모든 규칙을 확인하고 문제를 모두 보인다.",
            "Check every rule of a data folder and show all problems.",
        ),
    )
    verb.add_argument("folder", nargs="?", type=file, help=say("자료 폴더", "data folder"))
    verb.add_argument(
        "--freeze",
        action="store_true",
        help=say("새 식별자를 발행된 것으로 적는다", "enter new ids as released, when making a release"),
    )
    verb.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    from sandan_lib.dataset import freeze_ids, read_checked

    checked = read_checked(options.folder)
    for problem in checked.problems:
        print(problem.text(message_language()))
    if checked.problems:
        files = len({problem.file for problem in checked.problems})
        count = len(checked.problems)
        en = f"{count} problem{'s' * (count > 1)} in {files} file{'s' * (files > 1)}"
        where = options.folder or ""
        print(
            say(f"{where and f'{where}의 '}파일 {files}개에 문제 {count}개", en + (where and f" of {where}")),
            file=sys.stderr,
        )
        return SOME_FAILED
    if options.freeze:
        added = freeze_ids(options.folder)
        print(say(f"식별자 {added}개를 발행했습니다.", f"{added} ids entered as released."))
    rows = sum(len(raw.rows) for raw in checked.tables.values())
    tables = len(checked.tables)
    print(say(f"표 {tables}개, {rows}행: 문제 없음", f"{tables} tables, {rows} rows: no problems"))
    return DONE


def add_diff(verbs: Verbs) -> None:
    """Add the verb ``diff``."""
    verb = verbs.add_parser(
        "diff",
        help=say("두 판의 자료가 어떻게 다른지 보인다", "show what a release of the data changed"),
        description=say(
            "두 자료 폴더를 행마다 견주어 늘어난 것, 바뀐 것, 없어진 것을 CHANGELOG.md의 까닭과 함께 보인다.",
            "Compare two data folders row by row: what was added, changed, withdrawn, and the reasons "
            "that CHANGELOG.md gives.",
        ),
        epilog="sandan diff ../sandan-0.1.0/data data --table claims",
    )
    verb.add_argument("old", type=folder, metavar="OLD", help=say("앞 판의 자료 폴더", "earlier data folder"))
    verb.add_argument("new", type=folder, metavar="NEW", help=say("뒤 판의 자료 폴더", "later data folder"))
    verb.add_argument("--table", default="claims", help=say("하나하나 보일 표", "table to show row by row"))
    verb.add_argument(
        "--notes", action="store_true", help=say("비고만 바뀐 행도 보임", "show changes of notes too")
    )
    verb.set_defaults(run=_diff)


def _diff(options: argparse.Namespace) -> int:
    from sandan_lib.diff import difference
    from sandan_lib.errors import UnknownName, nearest
    from sandan_lib.schema import read_package

    tables = list(read_package(options.new, complete=False).tables)
    if options.table not in tables:
        near = nearest(options.table, tables, count=1)
        raise UnknownName(
            f"no table {options.table!r}; tables: {', '.join(tables)}." + (f" {near[0]}?" if near else ""),
            f"{options.table!r}: 그런 표는 없습니다. 표: {', '.join(tables)}."
            + (f" {near[0]}?" if near else ""),
        )
    found = difference(options.old, options.new)
    print(f"{found.old_version} → {found.new_version}")
    for table, kinds in found.counts().items():
        words = say(
            "늘어남 {added}, 바뀜 {changed}, 없어짐 {withdrawn}",
            "added {added}, changed {changed}, withdrawn {withdrawn}",
        )
        print(f"{table}: {words.format(**kinds)}")
    if not found.changes:
        print(say("다른 곳이 없습니다.", "no difference"))
    shown = [change for change in found.changes if change.table == options.table]
    hidden = sum(change.only_words for change in shown)
    if hidden and not options.notes:
        print(
            say(
                f"비고만 바뀐 행 {hidden}개는 --notes로",
                f"rows whose notes alone changed: {hidden} (--notes)",
            )
        )
    for change in shown:
        if change.only_words and not options.notes:
            continue
        print({"added": "+", "changed": "~", "withdrawn": "-"}[change.kind], change.key)
        for column, (before, after) in change.columns.items():
            print(f"    {column}: {before or '∅'} → {after or '∅'}")
        if change.reason:
            print(f"    # {change.reason}")
    return DONE


def add_export(verbs: Verbs) -> None:
    """Add the verb ``export``."""
    verb = verbs.add_parser(
        "export",
        help=say("자료 전체를 다른 꼴로 쓴다", "write the whole data in another form"),
        description=say(
            "자료 전체를 새 폴더에 쓴다. 형식: csv(Frictionless), parquet, xlsx, sqlite, json-ld(Croissant).",
            "Write the whole package into a new folder: csv (Frictionless), parquet, xlsx, sqlite, "
            "json-ld (Croissant, schema.org).",
        ),
        epilog="sandan export --format xlsx --out sandan-xlsx",
    )
    verb.add_argument("--format", required=True, metavar="FORM", help="csv, parquet, xlsx, sqlite, json-ld")
    verb.add_argument("--out", type=folder, required=True, help=say("새 폴더", "a new folder"))
    verb.add_argument(
        "--as-of", default="", metavar="DATE", help=say("이 날까지 나온 글만", "only texts by then")
    )
    verb.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    from sandan_lib.dataset import load
    from sandan_lib.export import export

    for path in export(load().as_of(options.as_of), options.format, options.out):
        print(path)
    return DONE


def add_codebook(verbs: Verbs) -> None:
    """Add the verb ``codebook``."""
    verb = verbs.add_parser(
        "codebook",
        help=say("자료 설명서를 쓴다", "write the codebook"),
        description=say(
            "표와 열과 낱말의 뜻을 적은 HTML 한 쪽을 datapackage.json에서 만든다.",
            "Write one HTML page of what tables, columns and words mean, from datapackage.json.",
        ),
        epilog="sandan codebook --lang en",
    )
    verb.add_argument("--lang", choices=("ko", "en"), help=say("언어", "language"))
    verb.add_argument("--out", type=file, help=say("파일", "file"))
    verb.set_defaults(run=_codebook)


def _codebook(options: argparse.Namespace) -> int:
    from sandan_lib.dataset import load
    from sandan_lib.reports import write_codebook

    lang = options.lang or message_language()
    out = options.out or file(f"outputs/codebook-{lang}.html")
    print(write_codebook(load(), out, lang))
    return DONE
