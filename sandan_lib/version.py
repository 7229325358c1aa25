"""The release of library and data: one number, one place."""

__version__ = "0.6.1"
