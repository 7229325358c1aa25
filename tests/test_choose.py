"""The claim that speaks for a cell: told for a handful of claims as for hundreds of thousands."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sandan_lib.compare import choose
from sandan_lib.compare.ballots import PRINT, Ballots
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.model import Rule


def by_arrays(claims: list[dict[str, Any]], ds: Dataset, rule: Rule) -> dict[str, Any]:
    ballots = Ballots([""] * len(claims), {name: [claim[name] for claim in claims] for name in PRINT})
    return claims[int(ballots.speaking(ds, rule)[0])]


@pytest.mark.parametrize("rule", list(Rule))
def test_few_claims_are_chosen_from_as_many_are(ds: Dataset, rule: Rule) -> None:
    """Over handfuls of real claims, with few releases and dates so that there are ties."""
    rng = random.Random(f"choose {rule}")
    every = rows_of(ds.claims)
    dates = [None, "2020", "2020-05", "2020-05-07", "2020-05-31", "2021-01"]
    chosen = set()
    for number in range(3000):
        origins = [f"o{rng.randrange(40):02}" for _ in range(3)]
        claims = rng.sample(every, rng.randrange(1, 9))
        if number % 4:
            claims = [row | {"origin_id": rng.choice(origins)} for row in claims]
        if number % 2:
            claims = [row | {"published": rng.choice(dates)} for row in claims]
        if number % 3:
            value = rng.choice([990_000_000_000, 992_600_000_000])
            claims = [row | {"value": value, "qualifier": rng.choice(["exact", "about"])} for row in claims]
        found = choose(claims, ds, rule)
        assert found is by_arrays(claims, ds, rule), claims
        chosen.add(claims.index(found))
    assert len(chosen) == 8, "each place of a handful is chosen at times"
