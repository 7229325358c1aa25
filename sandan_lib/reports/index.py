"""``index.html``: the way into an outputs folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.reports.outputs import Outputs
from sandan_lib.reports.pages import page

__all__ = ["write_index"]


def write_index(outputs: Outputs, runs: Mapping[str, Mapping[str, Any]], ds: Dataset) -> None:
    """Write the page that links all reports of an outputs folder.

    Parameters
    ----------
    outputs : Outputs
        Where the reports are.
    runs : Mapping
        Entries of the manifest.
    ds : Dataset
        For the footer.
    """
    order = {region: row["sort_order"] for region, row in ds.records("regions").items()}
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for name, entry in sorted(
        runs.items(),
        key=lambda item: (
            item[1]["group"],
            order.get(item[1]["parameters"].get("region"), 99),
            item[1]["lang"] != "ko",
            item[0],
        ),
    ):
        region = entry["parameters"].get("region", entry["title"])
        row = groups.setdefault(_heading(entry["group"]), {}).setdefault(region, {"runs": []})
        row["name"] = _region(ds, region)
        row["runs"].append(_line(name, entry))
    text = page(
        "index.html.jinja",
        groups=[(heading, list(rows.values())) for heading, rows in groups.items()],
        footer=f"자료 {ds.version}판 · data release {ds.version} (sha256 {ds.digest[:12]})",
    )
    outputs.put_file("index.html", text.encode("utf-8"))


def _heading(group: str) -> str:
    if group.isdigit():
        return f"{group}년 선정 · round of {group}"
    return "자료 전체 · the data as a whole"


def _region(ds: Dataset, region: str) -> str:
    known = ds.records("regions").get(region)
    return f"{known['name_ko']} · {known['name_en']}" if known else region


def _line(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    tables = [
        {"name": Path(file).stem, "href": file} for file in entry.get("files", ()) if file.endswith(".csv")
    ]
    return {
        "title": entry["title"],
        "lang": entry["lang"],
        "status": entry["status"],
        "cause": entry.get("cause", ""),
        "as_of": entry["parameters"].get("as_of", ""),
        "page": f"{name}/report.html",
        "notebook": f"{name}/report.ipynb",
        "tables": tables,
    }
