"""``croissant.json``: the package as machine learning and search engines describe data, with its CSV files.

One JSON-LD document that is both MLCommons Croissant 1.1 and a schema.org ``Dataset``. What
search engines read (name, description) is plain text; what only Croissant knows (record sets,
fields) has texts in both languages.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sandan_lib import cite
from sandan_lib.export.as_csv import write_package
from sandan_lib.export.content import Content
from sandan_lib.export.packaging import LICENCE, table_file
from sandan_lib.schema import DESCRIPTOR

__all__ = ["write_croissant"]

_RECORD_SETS = ("claims", "sources", "selections", "measures", "complexes", "projects")
_DATA_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean"}

# The context that Croissant 1.1 prescribes, word for word.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def write_croissant(content: Content, folder: Path) -> None:
    """Write the CSV tables, their description, and ``croissant.json``.

    Parameters
    ----------
    content : Content
        What is exported.
    folder : pathlib.Path
        Where.
    """
    write_package(content, folder)
    licence = folder / LICENCE
    document = _dataset(content) | {
        "distribution": [_file(folder / DESCRIPTOR, "application/json")]
        + [_file(folder / table_file(name, "csv"), "text/csv") for name in content.package.tables]
        + [_file(path, "text/plain") for path in (licence,) if path.exists()],
        "recordSet": [_record_set(content, name) for name in _RECORD_SETS],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / "croissant.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _dataset(content: Content) -> dict[str, Any]:
    ds = content.ds
    dates = sorted(row["published"] for row in content.tables["claims"] if row["published"])
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": content.text("title", "en"),
        "alternateName": [content.text("title", "ko"), content.package.name],
        "description": f"{content.text('description', 'en')}\n\n{content.text('description', 'ko')}",
        "license": content.licence[1] or content.licence[0],
        "version": ds.version,
        "keywords": list(content.description.get("keywords", ())),
        "inLanguage": ["ko", "en"],
        "creator": [{"@type": "Organization", "name": author} for author in content.authors],
        "datePublished": content.package.created.isoformat(),
        "temporalCoverage": f"{dates[0]}/{dates[-1]}" if dates else "",
        "spatialCoverage": {"@type": "Place", "name": "South Korea", "alternateName": "대한민국"},
        "isAccessibleForFree": True,
        "citeAs": cite.itself(ds, "bibtex", "en"),
    }
    return {key: value for key, value in described.items() if value not in ("", [])}


def _file(path: Path, media_type: str) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "@type": "cr:FileObject",
        "@id": path.name,
        "name": path.name,
        "contentUrl": path.name,
        "contentSize": f"{len(content)} B",
        "encodingFormat": media_type,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _record_set(content: Content, name: str) -> dict[str, Any]:
    table = content.package.tables[name]
    (resource,) = (item for item in content.description["resources"] if item["name"] == name)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": {"en": resource["description"], "ko": resource["description_ko"]},
        "key": [{"@id": f"{name}/{column}"} for column in table.primary_key],
        "field": [_field(name, column) for column in resource["schema"]["fields"]],
    }


def _field(table: str, column: dict[str, Any]) -> dict[str, Any]:
    # No `references`: mlcroissant 1.1 joins the tables then, and now and then yields the columns of
    # another table for records. What points where stands in datapackage.json.
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column['name']}",
        "name": column["name"],
        "description": {
            "en": f"{column['label_en']}: {column['description']}",
            "ko": f"{column['label_ko']}: {column['description_ko']}",
        },
        "dataType": _DATA_TYPES[column["type"]],
        "source": {
            "fileObject": {"@id": table_file(table, "csv")},
            "extract": {"column": column["name"]},
        },
    }
