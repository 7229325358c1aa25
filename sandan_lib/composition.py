"""Whose money a plan counts on, as one of its releases prints it; parts of two releases never mix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.model import Scope, StatusClass, last_possible_day
from sandan_lib.releases import budget_splits

__all__ = ["PARTS", "Composition", "Compositions", "composition"]

PARTS = ("national", "local", "private")


@dataclass(frozen=True, slots=True)
class Composition:
    """The money of one plan as one release parts it.

    Attributes
    ----------
    selection_id, origin_id : str
        Whose plan, and which release.
    first : str or None
        Date of the release, as far as it is known.
    total : Mapping or None
        Claim of the total.
    parts : Mapping of str to tuple of Mapping
        Claims of each printed part (province and city may be printed apart).
    """

    selection_id: str
    origin_id: str
    first: str | None
    total: Mapping[str, Any] | None
    parts: Mapping[str, tuple[Mapping[str, Any], ...]]

    @property
    def claims(self) -> tuple[Mapping[str, Any], ...]:
        """All claims shown, the total first."""
        found = [self.total] if self.total is not None else []
        return (*found, *(claim for claims in self.parts.values() for claim in claims))

    def amount(self, part: str) -> int | None:
        """Give the money of a part; ``None`` where the release does not print it."""
        claims = self.parts.get(part, ())
        return sum(int(claim["value"]) for claim in claims) if claims else None

    @property
    def complete(self) -> bool:
        """Whether national, local and private money are all printed."""
        return all(part in self.parts for part in PARTS)

    @property
    def rest(self) -> int | None:
        """What the total holds beyond the printed parts; for a complete split, by how much it is off."""
        if self.total is None:
            return None
        return int(self.total["value"]) - sum(self.amount(part) or 0 for part in self.parts)


@dataclass(frozen=True, slots=True)
class Compositions:
    """The plans of some selections, each as one release parts it.

    Attributes
    ----------
    found : tuple of Composition
        In the order of the selections.
    missing : tuple of str
        Selections of which no release prints a part.
    """

    found: tuple[Composition, ...]
    missing: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of all claims shown, in order of first use."""
        claims = (claim for item in self.found for claim in item.claims)
        # The texts that print the same figure of the same release are named with it.
        return tuple(
            dict.fromkeys(key for claim in claims for key in (claim["source_id"], *claim["sources"]))
        )


def composition(ds: Dataset, selection_ids: Sequence[str]) -> Compositions:
    """Give of each selection the release that tells most of whose money the plan counts on.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    selection_ids : sequence of str
        Selections.

    Returns
    -------
    Compositions
        Of each the release of the whole plan with the most printed parts, the newest of these.

    Examples
    --------
    >>> from sandan_lib import load
    >>> (found,) = composition(load(), ["2020-KR-29"]).found
    >>> found.complete, found.rest
    (True, 0)
    """
    made: Compositions = ds.remembered(_composition, tuple(selection_ids))
    return made


def _composition(ds: Dataset, selection_ids: tuple[str, ...]) -> Compositions:
    found, missing = [], []
    for key in selection_ids:
        splits = [_parted(key, split) for split in budget_splits(ds, key) if _is_plan(split)]
        parted = [item for item in splits if item.parts]
        if parted:
            found.append(max(parted, key=_worth))
        else:
            missing.append(key)
    return Compositions(tuple(found), tuple(missing))


def _is_plan(split: Mapping[str, Any]) -> bool:
    return split["status_class"] is StatusClass.PLAN and split["scope"] == Scope.PLAN


def _parted(selection_id: str, split: Mapping[str, Any]) -> Composition:
    claims = {"national": split["national"], "private": split["private"]}
    parts = {name: (claim,) for name, claim in claims.items() if claim is not None}
    if split["local"]:
        parts["local"] = tuple(split["local"])
    ordered = MappingProxyType({name: parts[name] for name in PARTS if name in parts})
    return Composition(selection_id, split["origin_id"], split["first"], split["total"], ordered)


def _worth(item: Composition) -> tuple[int, bool, int, str]:
    """Prefer more parts, then a printed total, then the newest; undated ones are the oldest."""
    day = last_possible_day(item.first).toordinal() if item.first else 0
    return len(item.parts), item.total is not None, day, item.origin_id
