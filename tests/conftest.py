"""What every test may ask for: the curated data, and a copy of them to damage."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from sandan_lib import Dataset, load
from sandan_lib.dataset import data_folder

# What a shell has started in the background ignores Ctrl-C, and so would all that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def ds() -> Dataset:
    """The shipped data; a dataset cannot be changed, so all tests share one."""
    return load()


@pytest.fixture
def package_copy(tmp_path: Path) -> Path:
    """A copy of the data folder, called ``data`` as the messages call it, that may be damaged."""
    # copyfile takes the content without the permissions: writable wherever the original lies.
    return shutil.copytree(data_folder(), tmp_path / "data", copy_function=shutil.copyfile)
