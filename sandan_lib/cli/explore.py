"""The verb that opens the explorer as a page of its own."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sandan_lib.cli.parser import Verbs
from sandan_lib.cli.words import DONE, say
from sandan_lib.errors import ParameterError

__all__ = ["add_explore", "page_command", "page_environment"]

_PORT = 8866
_IDLE = 900  # seconds after which the kernel of a reader who went away without a word is ended


def add_explore(verbs: Verbs) -> None:
    """Add the verb ``explore``."""
    verb = verbs.add_parser(
        "explore",
        help=say("탐색기를 웹 페이지로 연다", "open the explorer as a page"),
        description=say(
            "차수와 돈을 손으로 돌려 보는 탐색기를 이 컴퓨터에 연다. 보는 사람은 코드를 만나지 않는다. "
            "멈추려면 Ctrl-C.",
            "Open the explorer of rounds and budgets on this machine; its readers never see code. "
            "Ctrl-C ends it.",
        ),
        epilog="sandan explore --lang en --port 8866",
    )
    verb.add_argument("--port", type=int, default=_PORT, metavar="N", help=say("포트", "port"))
    verb.add_argument(
        "--lang", choices=("ko", "en"), help=say("처음 보이는 언어", "language that is shown first")
    )
    verb.add_argument(
        "--ready",
        type=int,
        default=1,
        metavar="N",
        help=say(
            "미리 데워 둘 커널의 수 (하나에 약 0.2GB), 0이면 없음",
            "kernels kept ready for the next readers (about 0.2 GB each); 0 for none",
        ),
    )
    verb.add_argument(
        "--no-browser", action="store_true", help=say("브라우저를 열지 않음", "do not open a browser")
    )
    verb.set_defaults(run=_explore)


def _explore(options: argparse.Namespace) -> int:
    from importlib.util import find_spec

    if find_spec("voila") is None or find_spec("anywidget") is None:
        raise ParameterError(
            "the page needs the extra `explore`: pip install 'sandan-lib[explore]'.",
            "페이지를 열려면 추가 구성 explore가 필요합니다: pip install 'sandan-lib[explore]'.",
        )
    if not 1 <= options.port <= 65535:
        raise ParameterError(
            f"--port {options.port}: a port is a number from 1 to 65535.",
            f"--port {options.port}: 포트는 1에서 65535까지의 수입니다.",
        )
    if not _is_free(options.port):
        raise ParameterError(
            f"--port {options.port}: another program listens there, or it is not yours to use. "
            "Choose another, from 1024 on.",
            f"--port {options.port}: 다른 프로그램이 쓰고 있거나 쓸 권한이 없습니다. "
            "1024 이상의 다른 포트를 쓰십시오.",
        )
    if not 0 <= options.ready <= 50:
        raise ParameterError(
            f"--ready {options.ready}: keep from 0 to 50 kernels ready.",
            f"--ready {options.ready}: 0에서 50까지의 수를 쓰십시오.",
        )
    from sandan_lib.reports.signature import notebook_path

    query = f"?lang={options.lang}" if options.lang else ""
    address = f"http://127.0.0.1:{options.port}/{query}"
    print(say("탐색기: ", "The explorer: ") + address, flush=True)
    command = page_command(notebook_path("explorer"), options.port, options.ready)
    if not options.no_browser:
        import threading
        import webbrowser

        threading.Timer(3, webbrowser.open, (address,)).start()
    return _run(command)


def _is_free(port: int) -> bool:
    """Tell whether a page could be served there; asked before its address is printed."""
    import socket

    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def page_command(notebook: Path, port: int, ready: int) -> list[str]:
    """Give the command that serves a notebook as a page, to this machine only.

    Parameters
    ----------
    notebook : pathlib.Path
        The notebook.
    port : int
        Port.
    ready : int
        How many kernels are kept ready.

    Returns
    -------
    list of str
        For a process whose environment is that of :func:`page_environment`.
    """
    command = [sys.executable, "-m", "voila", str(notebook), f"--port={port}", "--no-browser"]
    command += ["--Voila.ip=127.0.0.1", "--template=sandan", "--strip_sources=True"]
    command += ["--Voila.port_retries=0"]  # another port than the one that was named is nobody's
    command += [f"--MappingKernelManager.cull_idle_timeout={_IDLE}"]
    command += ["--MappingKernelManager.cull_interval=60"]
    if ready:
        command += ["--preheat_kernel=True", f"--pool_size={ready}"]
    return command


def page_environment() -> dict[str, str]:
    """Give the environment in which Voilà finds the page's template."""
    import sandan_lib

    ours = Path(sandan_lib.__file__).resolve().parent / "assets" / "jupyter"
    paths = [str(ours), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    return os.environ | {"JUPYTER_PATH": os.pathsep.join(paths)}


def _run(command: list[str]) -> int:
    import signal
    import subprocess

    def told_to_end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, told_to_end)
    with subprocess.Popen(command, env=page_environment()) as server:  # noqa: S603 - our own words
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()  # its kernels end with it
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
            return DONE
