"""``index.html`` and ``index-en.html``: the way into an outputs folder, as a site of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.reports.outputs import Outputs
from sandan_lib.reports.pages import page, search_script, wide_script
from sandan_lib.reports.signature import regions_of_notebooks
from sandan_lib.tiles import TILES

__all__ = ["write_index"]

Entries = Mapping[str, Mapping[str, Any]]
_PAGES = {"ko": "index.html", "en": "index-en.html"}


def write_index(outputs: Outputs, runs: Entries, ds: Dataset, downloads: Mapping[str, int]) -> None:
    """Write the pages that link all reports of an outputs folder, one in each language.

    Parameters
    ----------
    outputs : Outputs
        Where the reports are.
    runs : Mapping
        Entries of the manifest.
    ds : Dataset
        For names, sites and the footer.
    downloads : Mapping of str to int
        Files of the data themselves, with their sizes in bytes.
    """
    for lang, name in _PAGES.items():
        regional = _regional(ds, runs, lang)
        text = page(
            "index.html.jinja",
            scripts=(search_script(), wide_script()),
            lang=lang,
            other=next(file for word, file in _PAGES.items() if word != lang),
            overviews=_overviews(ds, runs, lang),
            rounds=regional,
            tiles=_tiles(ds, regional, lang),
            downloads=[{"href": file, "size": _size(size)} for file, size in downloads.items()],
            footer=_footer(ds, lang),
        )
        outputs.put_file(name, text.encode("utf-8"))


def _footer(ds: Dataset, lang: str) -> str:
    words = f"자료 {ds.version}판" if lang == "ko" else f"data release {ds.version}"
    return f"{words} (sha256 {ds.digest[:12]})"


def _regional(ds: Dataset, runs: Entries, lang: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Give the reports about one selection by round, and in each by region."""
    order = {region: row["sort_order"] for region, row in ds.records("regions").items()}
    sites = _sites(ds)
    groups: dict[str, dict[str, list[tuple[str, Mapping[str, Any]]]]] = {}
    for name, entry in runs.items():
        if entry["group"].isdigit():
            rows = groups.setdefault(entry["group"], {})
            rows.setdefault(entry["parameters"].get("region", entry["title"]), []).append((name, entry))
    found = []
    for year, rows in sorted(groups.items()):
        regions = sorted(rows, key=lambda region: (order.get(region, 99), region))
        heading = f"{year}년 선정" if lang == "ko" else f"Round of {year}"
        found.append(
            (
                heading,
                [
                    {"region": region, "year": year, "name": _region(ds, region, lang)}
                    | _row(rows[region], lang)
                    | sites.get((region, year), {"hub": {}, "words": ""}).copy()
                    for region in regions
                ],
            )
        )
    return found


def _overviews(ds: Dataset, runs: Entries, lang: str) -> list[dict[str, Any]]:
    """Give the reports that are not about one selection, each with its languages and days."""
    groups: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for name, entry in runs.items():
        if not entry["group"].isdigit():
            groups.setdefault(entry["group"], []).append((name, entry))
    about, sites = regions_of_notebooks(), _sites(ds)
    rows = [
        _row(items, lang) | {"words": _words_of(sites, about.get(key, ()))} for key, items in groups.items()
    ]
    return sorted(rows, key=lambda row: (row["order"], row["title"]))


def _row(items: list[tuple[str, Mapping[str, Any]]], lang: str) -> dict[str, Any]:
    """Give one row: the report to read first, and all that there are."""
    lines = sorted(
        (_line(name, entry) for name, entry in items),
        key=lambda line: (line["lang"] != lang, line["as_of"] != "", line["as_of"], line["page"]),
    )
    done = [line for line in lines if line["status"] == "done"]
    return {
        "first": done[0] if done else None,
        "title": (done or lines)[0]["title"],
        "order": min(line["order"] for line in lines),
        "failed": [line for line in lines if line["status"] != "done"],
        "files": done,
    }


def _line(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    files = [file for file in entry.get("files", ()) if not file.endswith("report.html")]
    return {
        "title": entry["title"],
        "lang": entry["lang"],
        "status": entry["status"],
        "cause": entry.get("cause", ""),
        "as_of": entry["parameters"].get("as_of", ""),
        "order": entry.get("order", 99),
        "page": f"{name}/report.html",
        "files": [{"name": Path(file).name, "href": file} for file in files],
    }


def _sites(ds: Dataset) -> dict[tuple[str, str], dict[str, Any]]:
    """Give hub, and all names by which someone may look for it, by region and round."""
    names: dict[tuple[str, str], dict[str, Any]] = {}
    selections, complexes = ds.records("selections"), ds.records("complexes")
    for row in ds.rows("selection_sites"):
        selection = selections[row["selection_id"]]
        key = (selection["region_id"], str(selection["round_year"]))
        about = names.setdefault(key, {"hub": {}, "words": _words_of_region(ds, selection["region_id"])})
        place = complexes.get(row["complex_id"], {})
        ko, en = place.get("name_ko") or row["area_ko"], place.get("name_en") or row["area_en"]
        about["words"] += "".join(f" {word}" for word in (ko, en, row["as_printed"]) if word)
        if row["role"] == "hub" and not about["hub"]:
            about["hub"] = {"ko": ko or "", "en": en or ""}
    return names


def _words_of(sites: Mapping[tuple[str, str], Mapping[str, Any]], region_ids: Collection[str]) -> str:
    """Give all names by which someone may look for a report about some regions."""
    return " ".join(about["words"] for (region, _), about in sites.items() if region in region_ids)


def _words_of_region(ds: Dataset, region_id: str) -> str:
    row = ds.records("regions")[region_id]
    return " ".join(row[name] for name in ("name_ko", "name_full_ko", "name_en", "name_full_en"))


def _tiles(
    ds: Dataset, rounds: Iterable[tuple[str, list[dict[str, Any]]]], lang: str
) -> list[dict[str, Any]]:
    """Give the seventeen regions as tiles, with the reports on their selections."""
    by_region: dict[str, list[dict[str, Any]]] = {}
    for _, rows in rounds:
        for row in rows:
            if row["first"]:
                by_region.setdefault(row["region"], []).append(
                    {"year": row["year"], "href": row["first"]["page"]}
                )
    return [
        {
            "name": _region(ds, region, lang),
            "column": column + 1,
            "row": line + 1,
            "links": by_region.get(region, []),
        }
        for region, (column, line) in TILES.items()
        if region in ds.records("regions") and by_region
    ]


def _region(ds: Dataset, region: str, lang: str) -> str:
    known = ds.records("regions").get(region)
    return str(known[f"name_{lang}"]) if known else region


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(size // 1000, 1)} KB"
