"""``python -m sandan_lib.warm DESCRIPTOR``: be a template for whoever holds the other end."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from sandan_lib.warm.forked import become_kernel
from sandan_lib.warm.template import serve

if __name__ == "__main__":
    # As ipykernel's launcher does: the folder we happen to be started in is no place for modules.
    if sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]
    asked = serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is not None:
        become_kernel(*asked)
