"""The two languages in which everything is said, and what is said to who asks for a third."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from sandan_lib.errors import ParameterError

__all__ = ["LANGUAGES", "in_language", "language"]

LANGUAGES = ("ko", "en")


def language(word: object) -> str:
    """Give a language that there is.

    Parameters
    ----------
    word : object
        What was asked for.

    Returns
    -------
    str
        ``"ko"`` or ``"en"``.

    Raises
    ------
    ParameterError
        For any other word.

    Examples
    --------
    >>> language("ko")
    'ko'
    """
    if isinstance(word, str) and word in LANGUAGES:
        return word
    raise ParameterError(
        f"lang={word!r} is not one of {', '.join(LANGUAGES)}.",
        f"lang={word!r}: {', '.join(LANGUAGES)} 가운데 하나여야 합니다.",
    )


def in_language(names: Iterable[str], module: dict[str, Any]) -> None:
    """Let the functions of a package that take ``lang`` ask first whether it is one.

    Parameters
    ----------
    names : iterable of str
        What the package offers.
    module : dict
        Its ``globals()``; changed. What calls within the package is not asked again.
    """
    for name in names:
        thing = module[name]
        if isinstance(thing, FunctionType):
            code = thing.__code__
            words = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            if "lang" in words:
                module[name] = _asking(thing, words.index("lang"))


def _asking(function: Callable[..., Any], position: int) -> Callable[..., Any]:
    @functools.wraps(function)
    def asking(*args: Any, **options: Any) -> Any:
        if len(args) > position:
            language(args[position])
        elif "lang" in options:
            language(options["lang"])
        return function(*args, **options)

    return asking
