"""Any spelling of a region, complex or measure → its id.

Exact after folding (case, width, spaces, hyphens and middle dots do not count), never by
likeness: a near miss is an error that names its nearest, since a guessed region is a wrong
report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sandan_lib.errors import DataError, UnknownName, nearest

__all__ = ["Names", "fold", "listed"]


def fold(spelling: str) -> str:
    """Bring a spelling to the form in which spellings are compared.

    Parameters
    ----------
    spelling : str
        As typed or printed.

    Returns
    -------
    str

    Examples
    --------
    >>> fold("Chungcheongbuk-do") == fold("chungcheongbuk do")
    True
    >>> fold("명지·녹산") == fold("명지ㆍ녹산") == fold("명지 녹산")
    True
    """
    # Only wide letters are made plain: NFKC as a whole would also read ④ as 4.
    plain = "".join(
        unicodedata.normalize("NFKC", char) if "\uff00" <= char <= "\uffef" else char
        for char in unicodedata.normalize("NFC", spelling)
    )
    return re.sub(r"[\s\-‐–·‧・ㆍ.,'’()]+", "", plain).casefold()


@dataclass(frozen=True, slots=True)
class Names:
    """Spellings of one kind of thing.

    Attributes
    ----------
    kind_en, kind_ko : str
        What is named, for messages.
    where : str
        File in which new spellings belong.
    ids : Mapping[str, str]
        Folded spelling → id.
    shown : Mapping[str, str]
        Folded spelling → spelling as written.
    listed : bool
        Whether a refusal lists all ids.
    """

    kind_en: str
    kind_ko: str
    where: str
    ids: Mapping[str, str]
    shown: Mapping[str, str]
    listed: bool = False

    @classmethod
    def build(
        cls,
        kind_en: str,
        kind_ko: str,
        where: str,
        spellings: Iterable[tuple[str, str]],
        *,
        listed: bool = False,
    ) -> Names:
        """Collect spellings.

        Parameters
        ----------
        kind_en, kind_ko : str
            What is named.
        where : str
            File in which new spellings belong.
        spellings : iterable of (str, str)
            Pairs of spelling and id.
        listed : bool
            Whether a refusal lists all ids.

        Returns
        -------
        Names

        Raises
        ------
        DataError
            If one spelling points to two ids.

        Examples
        --------
        >>> regions = Names.build("region", "시·도", "region_aliases.csv", [("충북", "KR-43")])
        >>> regions.resolve(" 충북 ")
        'KR-43'
        """
        ids: dict[str, str] = {}
        shown: dict[str, str] = {}
        for spelling, target in spellings:
            folded = fold(spelling)
            if ids.setdefault(folded, target) != target:
                raise DataError(
                    f"{where}: the {kind_en} name {spelling!r} means both {ids[folded]} and {target}.",
                    f"{where}: {kind_ko} 이름 {spelling!r}이(가) {ids[folded]}과(와) {target}을(를) "
                    "함께 가리킵니다.",
                )
            shown.setdefault(folded, spelling)
        return cls(kind_en, kind_ko, where, MappingProxyType(ids), MappingProxyType(shown), listed)

    def resolve(self, spelling: str) -> str:
        """Give the id that a spelling means.

        Parameters
        ----------
        spelling : str
            Any known spelling, or the id itself.

        Returns
        -------
        str

        Raises
        ------
        UnknownName
            If the spelling is not known; the message names the nearest ones.
        """
        found = self.ids.get(fold(spelling))
        if found is not None:
            return found
        near = nearest(spelling[:60], self.shown.values())
        shown = spelling if len(spelling) <= 60 else f"{spelling[:60]}…"
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        hint_ko = f" 혹시 {' 또는 '.join(near)}?" if near else ""
        known = sorted(set(self.ids.values()))
        # Few enough to list, and ids that are words: measures, not complexes.
        listed = f" There are: {', '.join(known)}." if self.listed else ""
        listed_ko = f" 있는 것: {', '.join(known)}." if self.listed else ""
        raise UnknownName(
            f"no {self.kind_en} named {shown!r}.{hint}{listed} All spellings are in {self.where}.",
            f"{shown!r}: 그런 {self.kind_ko} 이름은 없습니다.{hint_ko}{listed_ko} "
            f"모든 표기는 {self.where}에 있습니다.",
        )


def listed(names: str | Iterable[str]) -> tuple[str, ...]:
    """Read what people write with commas between, or give as a list.

    Parameters
    ----------
    names : str or iterable of str
        Names, or nothing.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> listed("부산, 울산,"), listed(["부산"]), listed("")
    (('부산', '울산'), ('부산',), ())
    """
    if not isinstance(names, str):
        return tuple(names)
    return tuple(name for name in (part.strip() for part in names.split(",")) if name)
