"""``python -m sandan_lib``: the same as ``sandan``."""

import sys

from sandan_lib.cli import main

sys.exit(main())
