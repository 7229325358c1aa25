"""Rules of the records beside the claims: what was corrected, checked and sought, where, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandan_lib.checks.read import RawTable
from sandan_lib.errors import UnitError
from sandan_lib.units import parse_quantity

__all__ = [
    "check_corrections",
    "check_industries",
    "check_leads",
    "check_lookups",
    "check_order_of_dates",
    "check_regions",
    "check_verdicts",
]

_FIRST_LEAD = 2  # line numbers of the first collection, whose line 1 was the header
# Tables whose rows name a region beside things that lie in one; claims have a rule of their own.
_PLACED = ("projects", "programme_sites", "events", "gaps")
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_JUDGED = ("figure", "status", "basis", "scope")


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
    if not (tables["leads"].present and tables["rejected"].present):
        return
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


def check_regions(tables: Mapping[str, RawTable]) -> None:
    """Check that the complex and the selection of a row lie in the row's region."""
    for raw in (tables[name] for name in _PLACED if name in tables):
        for row in raw.rows:
            for table, key in (("complexes", "complex_id"), ("selections", "selection_id")):
                target = tables[table].find(key, row[key])
                here, there = row["region_id"], "" if target is None else target["region_id"]
                known = all(tables["regions"].find("region_id", region) for region in (here, there))
                if known and here != there:
                    raw.complain("region", row.line, key, value=row[key], found=there, expected=here)


def check_industries(tables: Mapping[str, RawTable]) -> None:
    """Check that only plans that were selected have industries: bids that failed were not looked into."""
    if "selection_industries" not in tables:
        return  # releases before 0.6.0 had none
    industries = tables["selection_industries"]
    for row in industries.rows:
        selection = tables["selections"].find("selection_id", row["selection_id"])
        if selection is not None and selection["outcome"] != "selected":
            industries.complain(
                "chosen", row.line, "selection_id", value=row["selection_id"], found=selection["outcome"]
            )


def check_verdicts(tables: Mapping[str, RawTable]) -> None:
    """Check that only a claim whose figure is right, and of which nothing is wrong, counts as confirmed."""
    verification = tables["verification"]
    for row in verification.rows:
        against = [cell for cell in _JUDGED if row[cell] == "wrong"]
        if row["figure"] == "unclear":
            against.append("figure")
        if row["outcome"] == "confirmed" and against:
            cell = against[0]
            verification.complain(
                "verdict", row.line, "outcome", value=row["outcome"], cell=cell, found=row[cell]
            )


def check_lookups(tables: Mapping[str, RawTable]) -> None:
    """Check that what counts as not found was looked for at least once."""
    gaps = tables["gaps"]
    for row in gaps.rows:
        if re.fullmatch("-[0-9]{1,18}|0", row["lookups"]):
            gaps.complain("least", row.line, "lookups", value=row["lookups"], expected=1)


def check_order_of_dates(tables: Mapping[str, RawTable]) -> None:
    """Check that nothing ends to be valid before it begins."""
    for raw in tables.values():
        for row in raw.rows:
            start, end = row["valid_from"], row["valid_to"]
            known = min(len(start), len(end))  # 2023-07-15 may lie before the end of 2023-07
            if all(map(_DATE.fullmatch, (start, end))) and start[:known] > end[:known]:
                raw.complain("before", row.line, "valid_from", value=start, cell="valid_to", found=end)
