"""Words and argument types that all verbs share."""

from __future__ import annotations

import argparse
import os

from sandan_lib.errors import ParameterError

TYPE_CHECKING = False  # as in `sandan_lib`: what `sandan --help` does not need is not imported
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, TypeAlias

__all__ = [
    "BAD_USE", "DONE", "INTERRUPTED", "SOME_FAILED", "Parser", "Verbs", "file", "folder",
    "message_language", "positive", "say",
]  # fmt: skip

DONE, SOME_FAILED, BAD_USE, INTERRUPTED = 0, 1, 2, 130


def message_language() -> str:
    """Give the language for messages: ``$SANDAN_LANG``, else the locale's, else English."""
    names = ("SANDAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), "en")
    return "ko" if chosen.lower().startswith("ko") else "en"


def say(ko: str, en: str) -> str:
    """Choose the words of the language of messages."""
    return ko if message_language() == "ko" else en


class _Help(argparse.HelpFormatter):
    """argparse's own form, but that it does not import `shutil` to learn how wide the screen is."""

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, **({"width": _width() - 2} | options))


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
        super().__init__(**({"formatter_class": _Help} | options))

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse exits here, we raise
        """Refuse a command line."""
        raise ParameterError(
            f"{message}. See `{self.prog} --help`.", f"{message}. `{self.prog} --help`를 보십시오."
        )


Verbs: TypeAlias = "argparse._SubParsersAction[Parser]"


def file(text: str) -> Path:
    """Take the name of a file."""
    from pathlib import Path

    return Path(text)


def folder(text: str) -> Path:
    """Take the name of a folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError(say("폴더 이름이 비어 있습니다", "the folder's name is empty"))
    return file(text)


def positive(text: str) -> int:
    """Take a whole number from 1 on."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(say(f"{text!r}: 1 이상이어야 합니다", f"{text!r} is not 1 or more"))
    return int(text)
