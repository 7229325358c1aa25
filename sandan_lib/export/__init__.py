"""The whole package in other forms: ``export(ds, form, folder)``."""

from sandan_lib.export.run import FORMS, export

__all__ = ["FORMS", "export"]
