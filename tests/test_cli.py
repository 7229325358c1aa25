"""The command line as a user meets it: one line for a mistake, and exit codes that say what happened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sandan_lib
from sandan_lib.cli import main


def sandan(*words: str, lang: str = "en", **environment: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"SANDAN_LANG": lang} | environment
    command = [sys.executable, "-m", "sandan_lib", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["report", "충북", "--round", "2021"],
            "Chungbuk applied in 2021 but was not selected; Chungbuk was selected in 2022",
        ),
        (["report", "경복"], "Did you mean 경북"),
        (["report", "-p", "reigon", "충북"], "Did you mean 'region'"),
        (["report", "-p", "region", "충북", "-p", "region", "전남"], "given twice"),
        (["report", "--round", "abc"], "invalid int value"),
        (["report", "--lang", "fr"], "invalid choice"),
        (["report", "--as-of", "yesterday"], "is no date"),
        (["report", "--jobs", "0"], "1 or more"),
        (["report", "--timeout", "-5"], "1 or more"),
        (["report", "--notebook", "nothing"], "no notebook named 'nothing'"),
        *(
            (["report", "--notebook", "regional_comparison", "-p", name, value], says)
            for name, value, says in (
                ("measure", "bugdet", "Did you mean budget?"),
                ("component", "natonal", "Did you mean 'national'?"),
                ("per", "exports", "one may divide by population"),
                ("rule", "newest", "is not one of latest, first, official"),
                ("regions", "부산, 울싼", "no region named '울싼'"),
                ("year", "2021", "only annual figures are of a year"),
            )
        ),
        (["reprot"], "invalid choice"),
        ([], "required"),
        (["check", "/nowhere"], "datapackage.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_one_message_and_exit_code_2(words: list[str], says: str, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "out")] if words[:1] == ["report"] else []
    done = sandan(*words, *out)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists(), "nothing was begun"


def test_messages_are_korean_for_korean_readers() -> None:
    done = sandan("report", "충북", "--round", "2021", lang="ko")
    assert "충북: 2021년에 신청했으나 선정되지 않았습니다" in done.stderr
    assert "만든다" in sandan("report", "--help", lang="ko").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["compare"], "빠진 인자: measure. `sandan compare --help`를 보십시오."),
        (["cite", "s0201", "--foo"], "모르는 인자: --foo. `sandan cite --help`를 보십시오."),
        (["compare", "budget", "--round", "x"], "--round: 정수여야 합니다('x')."),
        (["compare", "budget", "--round"], "--round: 값이 하나 있어야 합니다."),
        (["compare", "budget", "--lang", "fr"], "--lang: 'fr'은(는) 없습니다. 있는 것: "),
        (["report", "--jobs", "0"], "--jobs: '0': 1 이상이어야 합니다."),
        (["check", "--debug=1"], "모르는 인자: --debug=1."),
        (["--debug=1", "check"], "--debug: 값을 받지 않습니다('1')."),
        (["compare", "budget", "--r", "1"], "--r: 어느 것인지 알 수 없습니다. --rule, --round, --region"),
    ],
    ids=" ".join,
)
def test_refusals_of_the_words_themselves_are_korean_too(words: list[str], says: str) -> None:
    done = sandan(*words, lang="ko")
    assert done.returncode == 2
    assert done.stderr.startswith(f"sandan: {says}")
    assert done.stderr.count("\n") == 1


def test_an_unknown_word_leads_to_the_help_of_its_verb() -> None:
    assert sandan("cite", "s0201", "--foo").stderr == (
        "sandan: unrecognized arguments: --foo. See `sandan cite --help`.\n"
    )


@pytest.mark.parametrize("verb", [[], ["report"], ["compare"]], ids=" ".join)
def test_help_speaks_one_language(verb: list[str]) -> None:
    korean, english = (sandan(*verb, "--help", lang=lang).stdout for lang in ("ko", "en"))
    for ko, en in (
        ("쓰는 법: ", "usage: "),
        ("선택:", "options:"),
        ("이 도움말을 보임", "show this help and exit"),
    ):
        assert ko in korean, ko
        assert en not in korean, en
        assert en in english, en


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("words", [["compare", "budget"], ["compare", "budget", "--format", "csv"], ["cite"]])
def test_a_full_disk_is_said_in_a_line(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sandan_lib", *words],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env=os.environ | {"SANDAN_LANG": "en"},
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "sandan: cannot write: No space left on device.\n"


def test_the_locale_chooses_the_language_of_messages() -> None:
    assert "선정된 적이 없습니다" in sandan("report", "서울", lang="", LC_ALL="ko_KR.UTF-8").stderr
    assert "never selected" in sandan("report", "서울", lang="", LC_ALL="C.UTF-8").stderr


def test_debug_shows_the_traceback() -> None:
    assert "Traceback" in sandan("--debug", "report", "경복").stderr


def test_a_broken_package_is_a_message_not_a_traceback(package_copy: Path) -> None:
    (package_copy / "rounds.csv").unlink()
    done = sandan("report", "충북", SANDAN_DATA=str(package_copy))
    assert done.returncode == 2
    assert "data/rounds.csv: the file is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_is_clean_and_says_how_much_it_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    printed = capsys.readouterr().out
    assert "no problems" in printed or "문제 없음" in printed


def test_some_failed_is_exit_code_1(tmp_path: Path) -> None:
    """A kernel that dies as it starts: the run fails, and the exit code says so."""
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-die.py").write_text("import os; os._exit(1)")
    done = sandan("report", "충북", "--out", str(tmp_path / "out"), IPYTHONDIR=str(tmp_path))
    assert done.returncode == 1, done.stderr
    assert "failed: 1" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_report_from_the_command_line_prints_where_the_index_is(tmp_path: Path) -> None:
    out = tmp_path / "보고서"
    done = sandan("report", "Chungbuk", "--round", "2022", "--lang", "en", "--out", str(out))
    assert done.returncode == 0, done.stderr
    report, index = done.stdout.splitlines()[-2:]
    assert report == str(out / "region_report/2022-KR-43-en/report.html")
    assert index == str(out / "index-en.html")
    assert Path(report).exists()
    assert Path(index).exists()


def test_help_needs_no_heavy_library() -> None:
    code = (
        "import sys\nfrom sandan_lib.cli import main\n"
        "try: main(['report', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'pandas', 'altair', 'papermill', 'nbconvert'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_verb_stands_in_both_readmes() -> None:
    root = Path(sandan_lib.__file__).resolve().parent.parent
    for name in ("README.md", "README.ko.md"):
        text = (root / name).read_text(encoding="utf-8")
        for verb in ("report", "check"):
            assert f"sandan {verb}" in text
