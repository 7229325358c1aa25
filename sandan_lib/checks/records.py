"""Rules of the records beside the claims: what was corrected, and where each lead went."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandan_lib.checks.read import RawTable
from sandan_lib.errors import UnitError
from sandan_lib.units import parse_quantity

__all__ = ["check_corrections", "check_leads"]

_FIRST_LEAD = 2  # line numbers of the first collection, whose line 1 was the header


def check_corrections(tables: Mapping[str, RawTable]) -> None:
    """Check that a correction speaks of what its claim prints, and gives another figure of its unit."""
    corrections = tables["corrections"]
    for row in corrections.rows:
        claim = tables["claims"].find("claim_id", row["claim_id"])
        if claim is None:
            continue  # the reference is complained of already
        printed = claim["as_printed"]
        if row["printed"] != printed:
            corrections.complain("correction", row.line, "printed", value=row["printed"], expected=printed)
        if not row["right_value"]:
            continue
        try:
            right = parse_quantity(
                row["right_value"], unit=claim["unit"], printed_unit=claim["printed_unit"] or None
            )
            wrong = str(right.value) == claim["value"]
        except UnitError:
            wrong = True
        if wrong:
            corrections.complain(
                "right", row.line, "right_value", value=row["right_value"], unit=claim["unit"]
            )


def check_leads(tables: Mapping[str, RawTable]) -> None:
    """Check that each row of the first collection became a claim or was rejected, none both or neither."""
    places: dict[int, list[tuple[str, int]]] = {}
    for name in ("leads", "rejected"):
        for row in tables[name].rows:
            if re.fullmatch("[0-9]{1,6}", row["lead"]):
                places.setdefault(int(row["lead"]), []).append((name, row.line))
    for lead in range(_FIRST_LEAD, max(places, default=1) + 1):
        found = places.get(lead, [])
        if not found:
            tables["leads"].complain("lead", 0, value=lead, found="no table")
        for name, line in found[1:]:
            both = " + ".join(place for place, _ in found)
            tables[name].complain("lead", line, "lead", value=lead, found=both)
