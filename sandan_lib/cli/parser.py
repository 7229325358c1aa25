"""argparse, speaking the reader's language: help in Korean too, refusals in one line."""

from __future__ import annotations

import argparse
import os
import re

from sandan_lib.cli.words import message_language, say
from sandan_lib.errors import ParameterError

TYPE_CHECKING = False  # as in `sandan_lib`: what `sandan --help` does not need is not imported
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TypeAlias

__all__ = ["Parser", "Verbs"]

_HEADINGS = {"positional arguments": "인자", "options": "선택"}

# What argparse says of wrong words, and the same in Korean; what is not here stays English.
_REFUSALS = (
    (r"unrecognized arguments: (.*)", r"모르는 인자: \1"),
    (r"the following arguments are required: (.*)", r"빠진 인자: \1"),
    (r"argument (\S+): expected one argument", r"\1: 값이 하나 있어야 합니다"),
    (r"argument (\S+): expected at least one argument", r"\1: 값이 하나는 있어야 합니다"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1: \2와(과) 함께 쓸 수 없습니다"),
    (r"argument (\S+): ignored explicit argument (.*)", r"\1: 값을 받지 않습니다(\2)"),
    (r"argument (\S+): invalid int value: (.*)", r"\1: 정수여야 합니다(\2)"),
    (r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)", r"\1: \2은(는) 없습니다. 있는 것: \3"),
    (r"argument (\S+): (.*)", r"\1: \2"),  # refusals of our own argument types, which are Korean already
    (r"ambiguous option: (.*) could match (.*)", r"\1: 어느 것인지 알 수 없습니다. \2"),
)


def _in_korean(message: str) -> str:
    for english, korean in _REFUSALS:
        found = re.fullmatch(english, message, re.DOTALL)
        if found:
            return found.expand(korean)
    return message


class _Help(argparse.HelpFormatter):
    """argparse's own form, but that it does not import `shutil` to learn how wide the screen is."""

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, **({"width": _width() - 2} | options))

    def start_section(self, heading: str | None) -> None:
        """Begin a section under a heading in the reader's language."""
        if heading is not None and message_language() == "ko":
            heading = _HEADINGS.get(heading, heading)
        super().start_section(heading)

    def add_usage(
        self, usage: str | None, actions: Iterable[Any], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        """Begin with how the words are put together."""
        super().add_usage(usage, actions, groups, say("쓰는 법: ", "usage: ") if prefix is None else prefix)


def _width() -> int:
    try:
        return int(os.environ["COLUMNS"]) or 80
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are ours: one line, exit code 2."""

    def __init__(self, **options: Any) -> None:
        settings: dict[str, Any] = {"formatter_class": _Help, "add_help": False}
        super().__init__(**(settings | options))
        words = say("이 도움말을 보임", "show this help and exit")
        self.add_argument("-h", "--help", action="help", help=words)

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse exits here, we raise
        """Refuse a command line."""
        raise _refusal(message, self.prog)

    def read(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        """Read a command line; what a verb does not know is said with that verb's help, not with ours."""
        options, unknown = self.parse_known_args(arguments)
        if unknown:
            raise _refusal(f"unrecognized arguments: {' '.join(unknown)}", f"{self.prog} {options.verb}")
        return options


def _refusal(message: str, prog: str) -> ParameterError:
    return ParameterError(
        f"{message}. See `{prog} --help`.", f"{_in_korean(message)}. `{prog} --help`를 보십시오."
    )


Verbs: TypeAlias = "argparse._SubParsersAction[Parser]"
