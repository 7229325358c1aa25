"""Words and argument types that all verbs share."""

from __future__ import annotations

import argparse
import os

TYPE_CHECKING = False  # as in `sandan_lib`: what `sandan --help` does not need is not imported
if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "BAD_USE", "DONE", "INTERRUPTED", "SOME_FAILED", "file", "folder", "message_language",
    "positive", "say",
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
