"""The command line: ``sandan VERB``."""

from sandan_lib.cli.main import main
from sandan_lib.cli.words import message_language

__all__ = ["main", "message_language"]
