"""The command line: one entry point, a verb for each job."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence

from sandan_lib.cli.ask import add_cite, add_compare
from sandan_lib.cli.data import add_check, add_codebook, add_diff, add_export
from sandan_lib.cli.explore import add_explore
from sandan_lib.cli.parser import Parser
from sandan_lib.cli.report import add_report
from sandan_lib.cli.words import BAD_USE, INTERRUPTED, SOME_FAILED, message_language, say
from sandan_lib.errors import RunError, SandanError
from sandan_lib.lean import end_now
from sandan_lib.version import __version__

__all__ = ["main"]

# A disk that is full or broken is nobody's mistake and needs no traceback.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def _parser() -> Parser:
    parser = Parser(
        prog="sandan",
        description=say(
            "산업단지 대개조: 가려 뽑은 수치, 비교, 지역 보고서",
            "Korea's industrial-complex renewal: data, comparisons and reports",
        ),
    )
    parser.add_argument(
        "--debug", action="store_true", help=say("오류의 전체 경로를 보임", "show tracebacks")
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"sandan {__version__}",
        help=say("라이브러리와 자료의 판을 보임", "show the release of library and data"),
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    for add in (
        *(add_report, add_explore, add_compare, add_cite),
        *(add_check, add_diff, add_export, add_codebook),
    ):
        add(verbs)
    return parser


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
    if arguments is not None:
        return _run(arguments)
    try:
        code = _run(None)
    except SystemExit as said:  # all has been said: help, or what was wrong with the words
        code = said.code if isinstance(said.code, int) else BAD_USE
    return end_now(code)


def _run(arguments: Sequence[str] | None) -> int:
    debug = "--debug" in (sys.argv[1:2] if arguments is None else arguments[:1])
    try:
        options = _parser().read(arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except SandanError as error:
        if debug:
            raise
        print(f"sandan: {error.message(message_language())}", file=sys.stderr)
        # Nobody's bad use: it stopped on the way.
        return SOME_FAILED if isinstance(error, RunError) else BAD_USE
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        return _unprinted()
    except OSError as error:
        if debug or error.errno not in _FULL:
            raise
        where = f" {error.filename}" if error.filename else ""
        why = error.strerror
        print(
            say(f"sandan:{where} 쓸 수 없습니다: {why}.", f"sandan: cannot write{where}: {why}."),
            file=sys.stderr,
        )
        return _unprinted()
    except KeyboardInterrupt:
        print(say("sandan: 멈추었습니다.", "sandan: stopped."), file=sys.stderr)
        return INTERRUPTED


def _unprinted() -> int:
    """Let go of what is still to be printed: tried again at the end, it would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return SOME_FAILED
