"""``python -m sandan_lib.warm DESCRIPTOR``: be a template for whoever holds the other end."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from sandan_lib.warm.template import serve

if __name__ == "__main__":
    # The folder we happen to be started in is none of a notebook's module folders.
    sys.path[:] = [entry for entry in sys.path if entry not in ("", str(Path.cwd()))]
    serve(socket.socket(fileno=int(sys.argv[1])))
