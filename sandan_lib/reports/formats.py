"""What a report is given in beside its executed notebook: a page, a printed page, a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from sandan_lib.errors import ParameterError, nearest

__all__ = ["DEFAULT", "FILES", "FORMATS", "chosen", "ready"]

FORMATS = ("html", "pdf", "xlsx")
# The page always: the index leads to it, and the printed page is made from it.
DEFAULT = ("html",)
FILES = {"html": "report.html", "pdf": "report.pdf", "xlsx": "tables.xlsx"}


def chosen(words: Iterable[str]) -> tuple[str, ...]:
    """Read which formats were asked for.

    Parameters
    ----------
    words : iterable of str
        Such as ``["html", "pdf"]``.

    Returns
    -------
    tuple of str
        Each once, in a fixed order, with the page among them.

    Raises
    ------
    ParameterError
        For a word that is no format.

    Examples
    --------
    >>> chosen(["pdf"]), chosen(["xlsx", "html", "pdf"])
    (('html', 'pdf'), ('html', 'pdf', 'xlsx'))
    """
    asked = set(words)
    for word in sorted(asked - set(FORMATS)):
        near = nearest(word, FORMATS, count=1)
        hint, hint_ko = (f" Did you mean {near[0]}?", f" 혹시 {near[0]}?") if near else ("", "")
        raise ParameterError(
            f"no format {word!r} of reports.{hint} Allowed: {', '.join(FORMATS)}.",
            f"{word!r}: 그런 보고서 형식은 없습니다.{hint_ko} 쓸 수 있는 것: {', '.join(FORMATS)}.",
        )
    return tuple(name for name in FORMATS if name in asked | set(DEFAULT))


def ready(formats: Iterable[str]) -> None:
    """See that what writes the formats is there, before anything runs.

    Parameters
    ----------
    formats : iterable of str
        As :func:`chosen` gives them.

    Raises
    ------
    ParameterError
        Naming what to install.
    """
    if "pdf" in formats:
        try:
            import typst  # noqa: F401
        except ImportError as error:  # absent, or made for another system
            line = " ".join(str(error).split())[:160]
            raise ParameterError(
                f"--format pdf needs Typst: pip install 'sandan-lib[pdf]' ({line}).",
                f"--format pdf에는 Typst가 필요합니다: pip install 'sandan-lib[pdf]' ({line}).",
            ) from error
    if "xlsx" in formats:
        from sandan_lib.export.sheets import writer_is_there

        if not writer_is_there():
            raise ParameterError(
                "--format xlsx needs xlsxwriter: pip install 'sandan-lib[export]'.",
                "--format xlsx에는 xlsxwriter가 필요합니다: pip install 'sandan-lib[export]'.",
            )
