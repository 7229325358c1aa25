"""One shallow error tree. Each message says what, where, what is allowed and what to do.

Every error carries its message in English (``str(error)``) and in Korean (``error.ko``).
In a notebook an error of ours shows as two lines, not as a traceback: it is the
reader's input that needs mending, and the stack below it does not help with that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = [
    "DataError",
    "NotComparable",
    "OutputsBusy",
    "ParameterError",
    "RunError",
    "SandanError",
    "UnitError",
    "UnknownName",
    "UnknownSelection",
    "nearest",
]


class SandanError(Exception):
    """Base of all errors that the package raises on purpose.

    Parameters
    ----------
    en : str
        The message in English.
    ko : str
        The same message in Korean.

    Examples
    --------
    >>> str(SandanError("no such file", "파일이 없습니다"))
    'no such file'
    """

    def __init__(self, en: str, ko: str) -> None:
        super().__init__(en, ko)
        self.en = en
        self.ko = ko

    def __str__(self) -> str:
        """Give the English message (KeyError would give its repr)."""
        return self.en

    def message(self, lang: str) -> str:
        """Give the message in ``lang`` (``"ko"`` or ``"en"``)."""
        return self.ko if lang == "ko" else self.en

    def _render_traceback_(self) -> list[str]:
        """Show two lines instead of a traceback in IPython and Jupyter."""
        return [f"{type(self).__name__}: {self.en}", self.ko]


class UnitError(SandanError, ValueError):
    """A printed quantity cannot be read, or has another unit than asked for."""


class UnknownName(SandanError, KeyError):
    """A name of a region, measure, source or the like resolves to nothing."""


class UnknownSelection(SandanError, LookupError):
    """The region was not selected in that round."""


class DataError(SandanError, ValueError):
    """The data package breaks its own rules; nothing was loaded."""


class ParameterError(SandanError, ValueError):
    """A notebook parameter is unknown, or its value impossible."""


class NotComparable(SandanError, ValueError):
    """The question would compare unlike figures."""


class OutputsBusy(SandanError, RuntimeError):
    """Another runner is at work in the outputs folder."""


class RunError(SandanError, RuntimeError):
    """A report run did not end as it should."""


def _decompose(name: str) -> str:
    # Korean syllables that differ in one letter (경복, 경북) are as near as `Busen` and `Busan`.
    return unicodedata.normalize("NFKD", name).casefold()


def nearest(name: str, allowed: Iterable[str], count: int = 3) -> list[str]:
    """Find the allowed names that look most like ``name``.

    Parameters
    ----------
    name : str
        What was given.
    allowed : iterable of str
        What would have been right.
    count : int
        How many suggestions at the most.

    Returns
    -------
    list of str
        The best first; empty when nothing is near.

    Examples
    --------
    >>> nearest("경복", ["경북", "경남", "서울"])[0]
    '경북'
    >>> nearest("zzz", ["Seoul"])
    []
    """
    import difflib  # noqa: PLC0415 - only a mistake needs it

    spelled: dict[str, str] = {}
    for candidate in allowed:
        spelled.setdefault(_decompose(candidate), candidate)
    found = difflib.get_close_matches(_decompose(name), spelled, n=count, cutoff=0.6)
    return [spelled[key] for key in found]
