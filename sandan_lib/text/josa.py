"""Korean particles (조사) after names and numbers."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["josa"]

# Particle pair -> (after a final consonant, after a vowel).
_PAIRS = {
    "은/는": ("은", "는"),
    "이/가": ("이", "가"),
    "을/를": ("을", "를"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
}
# How the last digit is read aloud: 영 일 이 삼 사 오 육 칠 팔 구. The second set ends in ㄹ.
_CLOSED_DIGITS = frozenset("0136")
_RIEUL_DIGITS = frozenset("178")
_CLOSED_LETTERS = frozenset("lmnrLMNR")
_RIEUL_LETTERS = frozenset("lrLR")
# Unit signs that are read as a word ending in a vowel: 퍼센트, 제곱킬로미터.
_OPEN_SIGNS = "%㎢"
_RIEUL = 8  # index of ㄹ among the 28 finals


def josa(word: str, pair: str) -> str:
    """Append the form of a particle that fits the word.

    Parameters
    ----------
    word : str
        Word or number; a bracket at the end, and closing quotes, do not count.
    pair : {"은/는", "이/가", "을/를", "과/와", "으로/로"}
        The particle.

    Returns
    -------
    str

    Examples
    --------
    >>> josa("충북", "은/는"), josa("광주", "은/는"), josa("서울", "으로/로")
    ('충북은', '광주는', '서울로')
    >>> josa("구미(경북)", "이/가"), josa("2025", "을/를"), josa("3", "을/를")
    ('구미(경북)가', '2025를', '3을')
    """
    closed_form, open_form = _PAIRS[pair]
    closed, rieul = _ending(word)
    if pair == "으로/로":
        return word + (closed_form if closed and not rieul else open_form)
    return word + (closed_form if closed else open_form)


def _ending(word: str) -> tuple[bool, bool]:
    """Tell whether the word ends in a consonant, and whether that is ㄹ."""
    word = re.sub(r"\([^()]*\)$", "", word) or word  # what stands in brackets is not read aloud
    letters = re.findall(rf"[가-힣0-9A-Za-z{_OPEN_SIGNS}]", unicodedata.normalize("NFC", word))
    if not letters or letters[-1] in _OPEN_SIGNS:
        return False, False
    last = letters[-1]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return final != 0, final == _RIEUL
    if last.isdigit():
        return last in _CLOSED_DIGITS | _RIEUL_DIGITS, last in _RIEUL_DIGITS
    return last in _CLOSED_LETTERS, last in _RIEUL_LETTERS
