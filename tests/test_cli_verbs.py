"""The verbs that ask, cite, compare releases, export, describe and check, as a user meets them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from sandan_lib import Dataset, __version__, compare
from sandan_lib.cli import main
from sandan_lib.dataset import data_folder
from sandan_lib.dataset.loading import ENVIRONMENT

Run = Callable[..., tuple[int, str, str]]
HANGUL = re.compile("[가-힣]")
ATTACK = "</title></style><script>alert(1)</script><img src=https://a.b/x>"
COMPARISONS = [
    ["budget"],
    ["사업비", "--component", "national"],
    ["budget", "--rule", "official", "--round", "2021"],
    ["jobs", "--region", "충북", "--region", "Gyeongnam"],
    ["jobs", "--as-of", "2021-06-30"],
    ["subprojects", "--rule", "first"],
    ["budget", "--per", "population"],
    ["budget", "--per", "subprojects"],
    ["exports", "--basis", "change_rate"],
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line here; give exit code, output and messages."""

    def here(*words: str | Path, lang: str = "en") -> tuple[int, str, str]:
        monkeypatch.setenv("SANDAN_LANG", lang)
        capsys.readouterr()
        code = main(list(map(str, words)))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return here


def sandan(*words: str | Path, lang: str = "en", **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
    command = [sys.executable, "-m", "sandan_lib", *map(str, words)]
    env = os.environ | {"SANDAN_LANG": lang, "PYTHONIOENCODING": "utf-8"} | more
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=env, check=False)


# Wrong words


WRONG: list[tuple[list[str], str]] = [
    (["compare"], "measure"),
    (["compare", "budgit"], "budget"),
    (["compare", "budget", "--component", "totl"], "'total'"),
    (["compare", "budget", "--status", "planed"], "'plan'"),
    (["compare", "budget", "--basis", "cumulativ"], "'cumulative'"),
    (["compare", "budget", "--scope", "plans"], "'plan'"),
    (["compare", "budget", "--rule", "lates"], "'latest'"),
    (["compare", "budget", "--round", "2019"], "2020, 2021, 2022"),
    (["compare", "budget", "--round", "twenty"], "'twenty'"),
    (["compare", "budget", "--region", "경복"], "경북"),
    (["compare", "budget", "--per", "popultion"], "population"),
    (["compare", "budget", "--per", "exports"], "'complex_exports'"),
    (["compare", "budget", "--as-of", "2022-13-01"], "'2022-13-01'"),
    (["compare", "budget", "--as-of", "2019-01-01"], "2019-01-01"),
    (["compare", "budget", "--format", "xls"], "'xls'"),
    (["compare", "budget", "--lang", "fr"], "'fr'"),
    (["compare", "jobs", "--component", "total"], "component='total'"),
    (["compare", "budget", "--colour", "blue"], "--colour"),
    (["cite", "c99999999"], "'c99999999'"),
    (["cite", "c00133", "서울"], "'서울'"),
    (["cite", "--format", "ris"], "'ris'"),
    (["cite", "--lang", "fr"], "'fr'"),
    (["export"], "--format"),
    (["export", "--format", "csv"], "--out"),
    (["export", "--format", "xls", "--out", "{new}"], "xlsx"),
    (["export", "--format", "csv", "--out", ""], "--out"),
    (["export", "--format", "csv", "--out", "{new}", "--as-of", "soon"], "'soon'"),
    (["codebook", "--lang", "fr"], "'fr'"),
    (["codebook", "--out", "{tmp}"], "{tmp}"),
    (["check", "{new}"], "datapackage.json"),
    (["check", "{new}", "more"], "more"),
    (["diff", "{new}", "{new}"], "datapackage.json"),
    (["compair", "budget"], "'compair'"),
]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_words_are_refused_in_the_readers_language(
    run: Run, tmp_path: Path, words: list[str], says: str, lang: str
) -> None:
    places = {"new": str(tmp_path / "new"), "tmp": str(tmp_path)}
    code, out, err = run(*(word.format(**places) for word in words), lang=lang)
    assert (code, out) == (2, "")
    assert says.format(**places) in err
    assert err.startswith("sandan: ")
    assert err.count("\n") == 1
    if lang == "ko":
        assert HANGUL.search(err)
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


@pytest.mark.parametrize(
    "words",
    [["compare", "budgit"], ["cite", "c1"], ["export", "--format", "xls", "--out", "x"]],
    ids=" ".join,
)
def test_a_process_ends_with_code_2_and_without_a_traceback(words: list[str], tmp_path: Path) -> None:
    done = sandan(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def test_broken_data_are_refused_by_every_verb_that_needs_them(
    run: Run, package_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package_copy / "rounds.csv").unlink()
    monkeypatch.setenv(ENVIRONMENT, str(package_copy))
    for words in (
        ["compare", "budget"],
        ["cite"],
        ["export", "--format", "csv", "--out", str(tmp_path / "new")],
        ["codebook", "--out", str(tmp_path / "new.html")],
    ):
        code, out, err = run(*words)
        assert (code, out) == (2, ""), words
        assert "data/rounds.csv: the file is missing" in err
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "new.html").exists()


def test_a_reader_who_leaves_early_sees_no_traceback() -> None:
    command = [sys.executable, "-m", "sandan_lib", "cite", "--format", "bibtex", *list_of_sources(400)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read().decode()
        assert process.wait() in (0, 1)
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


def list_of_sources(count: int) -> list[str]:
    with (data_folder() / "sources.csv").open(encoding="utf-8", newline="") as file:
        return [row["source_id"] for row in csv.DictReader(file)][:count]


# Comparing


def claim_ids(text: str) -> set[str]:
    """Give the claims that a comparison in CSV names, in any of its columns."""
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows
    return {row[name] for row in rows for name in row if name.endswith("claim_id") and row[name]}


@pytest.mark.parametrize("words", COMPARISONS, ids=" ".join)
def test_a_comparison_as_csv_is_the_comparison_with_nothing_rounded(
    run: Run, ds: Dataset, words: list[str]
) -> None:
    code, out, err = run("compare", *words, "--format", "csv")
    assert (code, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out)))
    options = {"component": None, "rule": "latest", "round": None, "as_of": None, "per": None, "basis": None}
    regions = [words[place + 1] for place, word in enumerate(words) if word == "--region"]
    for name, value in zip(words[1::2], words[2::2], strict=True):
        options |= {name[2:].replace("-", "_"): value}
    asked = {key: options[key] for key in ("component", "rule", "per", "basis", "as_of")}
    year = int(options["round"]) if options["round"] else None
    frame = compare(ds, words[0], **asked, round_year=year, regions=regions).frame  # type: ignore[arg-type]
    assert [row["selection_id"] for row in rows] == list(frame["selection_id"])
    for column in ("value", "low", "high", "rank", "claims", "claim_id"):
        shown = ["" if cell is None else str(cell) for cell in frame[column].astype(object).where(
            frame[column].notna(), None)]  # fmt: skip
        assert [row[column] for row in rows] == shown, column


@pytest.mark.parametrize("words", COMPARISONS, ids=" ".join)
def test_every_claim_of_a_comparison_exists_and_can_be_cited(run: Run, ds: Dataset, words: list[str]) -> None:
    _, out, _ = run("compare", *words, "--format", "csv")
    ids = sorted(claim_ids(out))
    assert set(ids) <= set(ds.records("claims"))
    code, cited, err = run("cite", *ids)
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in cited.splitlines()[: len(ids)]] == ids
    code, items, _ = run("cite", *ids, "--format", "csl-json")
    assert {item["id"] for item in json.loads(items)} == {
        ds.record("claims", key)["source_id"] for key in ids
    }


@pytest.mark.parametrize("words", COMPARISONS[:3], ids=" ".join)
def test_what_was_left_out_can_be_read_and_cited_too(run: Run, ds: Dataset, words: list[str]) -> None:
    code, out, _ = run("compare", *words, "--format", "csv", "--left-out")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out.split("\n\n")[-1])))
    assert rows
    assert all(row["reason"] and row["reason_ko"] and row["reason_en"] for row in rows)
    assert {row["claim_id"] for row in rows} <= set(ds.records("claims"))
    assert run("cite", *(row["claim_id"] for row in rows[:20]))[0] == 0
    _, kept, _ = run("compare", *words, "--format", "csv")
    assert not {row["claim_id"] for row in rows} & claim_ids(kept)


@pytest.mark.parametrize("words", COMPARISONS, ids=" ".join)
def test_a_comparison_as_text_names_each_selection_and_lists_its_sources(
    run: Run, ds: Dataset, words: list[str]
) -> None:
    for lang in ("en", "ko"):
        code, out, err = run("compare", *words, lang=lang)
        assert (code, err) == (0, "")
        assert not re.search(r"<NA>|\bNone\b|\bnan\b", out)
        table = out.partition("\n\n")[0].splitlines()
        ranked = [line.split(" | ") for line in table if line.count(" | ") == 5][1:]
        known = [row for row in ranked if row[0] != "–"]
        assert [int(row[0]) for row in known] == sorted(int(row[0]) for row in known)
        assert known
        numbers = [int(number) for number in re.findall(r"^\[(\d+)\] .+[.\w/]$", out, flags=re.MULTILINE)]
        assert 1 in numbers
        names = {ds.name("regions", item.region_id, lang) for item in ds.selections()}
        assert {row[1].rpartition(" ")[0] for row in ranked} <= names


def test_the_language_of_a_comparison_may_be_another_than_that_of_messages(run: Run) -> None:
    _, korean, _ = run("compare", "budget", "--lang", "ko", lang="en")
    _, english, _ = run("compare", "budget", "--lang", "en", lang="ko")
    assert "순위" in korean.splitlines()[0]
    assert "ranking" in english.splitlines()[0]
    assert run("compare", "budget", lang="ko")[1] == korean
    assert run("compare", "budget", lang="en")[1] == english


def test_left_out_figures_are_shown_only_when_asked_for(run: Run) -> None:
    _, plain, _ = run("compare", "budget")
    _, full, _ = run("compare", "budget", "--left-out")
    assert "Figures that were not compared" not in plain
    assert "Figures that were not compared" in full
    assert full.count("\n") > plain.count("\n") + 100


def test_unlike_selections_are_refused_with_both_reasons(run: Run) -> None:
    for lang, level in (("en", "Daejeon 2022: another basis: level"), ("ko", "대전 2022: 다른 기준: 수준")):
        code, out, err = run("compare", "output", "--region", "대전", "--region", "충북", lang=lang)
        assert (code, out) == (2, "")
        assert level in err
        assert ("충북 2022" if lang == "ko" else "Chungbuk 2022") in err


def test_a_process_prints_the_same_csv_in_either_language() -> None:
    done = {lang: sandan("compare", "jobs", "--format", "csv", lang=lang) for lang in ("ko", "en")}
    assert {item.returncode for item in done.values()} == {0}
    assert done["ko"].stdout == done["en"].stdout
    assert len(claim_ids(done["ko"].stdout)) > 10


# Citing


@pytest.mark.parametrize("form", ["text", "bibtex", "csl-json"])
def test_without_ids_the_package_itself_is_cited(run: Run, ds: Dataset, form: str) -> None:
    code, out, err = run("cite", "--format", form)
    assert (code, err) == (0, "")
    assert ds.version in out
    if form == "csl-json":
        assert json.loads(out)[0]["title"] == ds.package.title_en
    _, korean, _ = run("cite", "--format", form, "--lang", "ko")
    assert "산업단지 대개조" in korean


def test_a_cited_claim_shows_what_is_printed_and_by_whom(run: Run, ds: Dataset) -> None:
    claim = ds.record("claims", "c00133")
    source = ds.record("sources", claim["source_id"])
    for lang in ("en", "ko"):
        _, out, _ = run("cite", "c00133", lang=lang)
        first, last = out.splitlines()
        assert first.startswith(f"c00133: {claim['as_printed']} ({ds.name('measures', 'budget', lang)}")
        assert first.endswith("[1]")
        assert last.startswith(f"[1] {source['publisher']}")
        assert source["title"] in last


def test_a_cited_misprint_is_called_one(run: Run, ds: Dataset) -> None:
    key = next(iter(ds.records("corrections")))
    for lang in ("en", "ko"):
        why = ds.record("corrections", key)[f"why_{lang}"]
        assert f"! {why}" in run("cite", key, lang=lang)[1]


def test_sources_alone_are_listed_without_claims(run: Run) -> None:
    code, out, _ = run("cite", "s0201", "s0010", "s0201")
    assert code == 0
    assert [line[:3] for line in out.splitlines()] == ["[1]", "[2]"]


# Exporting


@pytest.mark.parametrize("form", ["csv", "sqlite"])
def test_an_export_prints_every_file_that_it_wrote(run: Run, tmp_path: Path, form: str) -> None:
    code, out, err = run("export", "--format", form, "--out", tmp_path / "new")
    assert (code, err) == (0, "")
    printed = [Path(line) for line in out.splitlines()]
    assert printed
    assert sorted(printed) == sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_an_export_overwrites_nothing(run: Run, tmp_path: Path, lang: str) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    code, out, err = run("export", "--format", "csv", "--out", tmp_path, lang=lang)
    assert (code, out) == (2, "")
    assert str(tmp_path) in err
    assert ("비어 있지 않습니다" if lang == "ko" else "is not empty") in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_an_exported_vintage_holds_no_later_claim(run: Run, tmp_path: Path) -> None:
    code, _, _ = run("export", "--format", "csv", "--out", tmp_path / "new", "--as-of", "2021-06-30")
    assert code == 0
    with (tmp_path / "new" / "claims.csv").open(encoding="utf-8", newline="") as file:
        dates = {row["published"] for row in csv.DictReader(file)}
    assert dates
    assert "" not in dates
    assert max(dates) <= "2021-06-30"
    assert "2021" not in dates, "a text of 2021, who knows when, may be later"


# The codebook


class Page(HTMLParser):
    """Collects what a page names, points to and loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.codes: set[str] = set()
        self.policies: list[str] = []
        self.text = ""
        self._within = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self._within = tag
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policies.append(dict(attrs)["content"] or "")
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "srcset", "action", "data", "poster", "background"):
                self.links.append(value or "")

    def handle_endtag(self, _: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._within == "code":
            self.codes.add(data)


def written(run: Run, tmp_path: Path, lang: str) -> tuple[str, Page]:
    target = tmp_path / "deep" / f"{lang}.html"
    code, out, err = run("codebook", "--lang", lang, "--out", target)
    assert (code, out, err) == (0, f"{target}\n", "")
    html = target.read_text(encoding="utf-8")
    return html, Page(html)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_codebook_names_every_table_column_word_and_measure(
    run: Run, ds: Dataset, tmp_path: Path, lang: str
) -> None:
    _, page = written(run, tmp_path, lang)
    for table in ds.package.tables.values():
        assert table.name in page.codes
        assert table.label(lang) in page.text
        for column in table.fields:
            assert column.name in page.codes, (table.name, column.name)
            assert column.label(lang) in page.text
            assert column.description(lang) in page.text
            for category in column.categories:
                assert category.value in page.codes
                assert category.label(lang) in page.text
    for key, row in ds.records("measures").items():
        assert key in page.codes
        assert all(row[f"{name}_{lang}"] in page.text for name in ("name", "definition", "comparable"))
    assert f"sha256 {ds.digest[:12]}" in page.text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_codebook_opens_no_address_and_runs_nothing(run: Run, tmp_path: Path, lang: str) -> None:
    html, page = written(run, tmp_path, lang)
    licence = {"https://creativecommons.org/licenses/by/4.0/"}
    outside = {link for link in page.links if not link.startswith(("#", "data:"))}
    assert outside <= licence
    assert all(link.startswith("data:") for link in re.findall(r"url\(['\"]?([^)]*)", html))
    assert "@import" not in html
    assert not set(page.tags) & {"script", "iframe", "object", "embed", "form", "base", "img"}
    (policy,) = page.policies
    assert policy.startswith("default-src 'none'; script-src 'none';")
    anchors = {link[1:] for link in page.links if link.startswith("#")}
    assert anchors <= set(page.ids)
    assert len(anchors) > 20


def test_no_two_places_of_the_codebook_have_one_name(run: Run, tmp_path: Path) -> None:
    _, page = written(run, tmp_path, "en")
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []


def describe(folder: Path, edit: Callable[[Any], object]) -> None:
    path = folder / "datapackage.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    edit(description)
    path.write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")


def attack(description: Any) -> None:
    """Make every word of a description try to be markup."""
    description["title"] = description["title_ko"] = ATTACK
    for resource in description["resources"]:
        for item in (resource, *resource["schema"]["fields"]):
            item.update(dict.fromkeys(("label_ko", "label_en", "description", "description_ko"), ATTACK))
            for category in item.get("categories", ()):
                category.update(label_ko=ATTACK, label_en=ATTACK)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_words_of_the_description_are_text_never_markup(
    run: Run, package_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    _, plain = written(run, tmp_path, lang)
    describe(package_copy, attack)
    monkeypatch.setenv(ENVIRONMENT, str(package_copy))
    html, page = written(run, tmp_path, lang)
    assert page.tags == plain.tags
    assert page.links == plain.links
    assert ATTACK not in html
    assert page.text.count(ATTACK) > 200


def test_the_codebook_is_written_into_outputs_by_default(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("codebook", "--lang", "en") == (0, "outputs/codebook-en.html\n", "")
    assert (tmp_path / "outputs" / "codebook-en.html").stat().st_size > 10_000


# Checking


@pytest.mark.parametrize(("lang", "says"), [("en", "no problems"), ("ko", "문제 없음")])
def test_clean_data_are_checked_and_counted(run: Run, ds: Dataset, lang: str, says: str) -> None:
    code, out, err = run("check", lang=lang)
    assert (code, err) == (0, "")
    assert says in out
    tables, rows = map(int, re.findall(r"\d+", out))
    assert tables == len(ds.package.tables)
    assert rows == sum(len(ds.table(name)) for name in ds.package.tables)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_problems_are_shown_with_their_places_and_exit_code_1(
    run: Run, package_copy: Path, lang: str
) -> None:
    path = package_copy / "rounds.csv"
    path.write_bytes(path.read_bytes().replace(b"2021,", b"20x1,", 1))
    code, out, err = run("check", package_copy, lang=lang)
    assert code == 1
    lines = out.splitlines()
    assert any("data/rounds.csv" in line and "20x1" in line for line in lines)
    assert re.search(rf"\b{len(lines)}(개| problem)", err)
    assert bool(HANGUL.search(err)) == (lang == "ko")


def test_a_process_that_finds_problems_ends_with_code_1(package_copy: Path) -> None:
    (package_copy / "regions.csv").write_bytes(b"")
    done = sandan("check", package_copy, lang="ko")
    assert done.returncode == 1
    assert "data/regions.csv" in done.stdout
    assert "문제" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_that_finds_none_ends_with_code_0() -> None:
    done = sandan("check", data_folder())
    assert (done.returncode, done.stderr) == (0, "")
    assert "no problems" in done.stdout


def test_ids_are_entered_as_released_once(run: Run, package_copy: Path) -> None:
    code, first, _ = run("check", package_copy, "--freeze")
    assert code == 0
    code, second, _ = run("check", package_copy, "--freeze")
    assert code == 0
    assert "ids entered as released" in first
    assert second.startswith("0 ids entered as released")


def test_broken_data_are_not_released(run: Run, package_copy: Path) -> None:
    path = package_copy / "rounds.csv"
    path.write_bytes(path.read_bytes().replace(b"2021,", b"20x1,", 1))
    before = (package_copy / "released_ids.csv").read_bytes()
    assert run("check", package_copy, "--freeze")[0] == 1
    assert (package_copy / "released_ids.csv").read_bytes() == before


def test_the_explorer_refuses_a_port_that_is_in_use(run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, out, said = run("explore", "--port", str(port), "--no-browser")
        assert (code, out) == (2, "")
        assert f"--port {port}: another program listens there" in said
        assert "다른 프로그램" in run("explore", "--port", str(port), "--no-browser", lang="ko")[2]


def test_rows_of_a_comparison_name_the_numbers_of_their_sources(run: Run) -> None:
    code, out, _ = run("compare", "budget", "--per", "population")
    assert code == 0
    rows = [line for line in out.splitlines() if line.count(" | ") > 3 and line[0].isdigit()]
    assert len(rows) == 15
    assert all(re.search(r"\[\d+(, \d+)*\]", row) for row in rows), rows


def test_the_release_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"sandan {__version__}\n"
