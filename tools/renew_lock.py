"""Renew requirements.lock: exact versions with hashes for all parts of the package, and no addresses.

Needs `uv` on the path; it is a tool for whoever makes a release, not a part of the package.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What `pip install --no-build-isolation --editable .` needs to be there already.
BUILD = "hatchling>=1.27,<2\neditables>=0.5,<1\n"


def main() -> int:
    """Resolve pyproject.toml with all extras for every platform and write the lock."""
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder) / "build.in"
        build.write_text(BUILD, encoding="utf-8")
        command = ["uv", "pip", "compile", "pyproject.toml", str(build), "--all-extras", "--universal"]
        command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
        command += ["--no-annotate", "--quiet", "--upgrade", "--output-file", "requirements.lock"]
        return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - fixed words


if __name__ == "__main__":
    sys.exit(main())
