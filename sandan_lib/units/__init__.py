"""Korean quantity text ⇄ exact numbers. Only ``int`` and ``Decimal``; never a float."""

from sandan_lib.units.format import format_quantity, format_quotient, format_value
from sandan_lib.units.parse import Quantity, parse_quantity

__all__ = ["Quantity", "format_quantity", "format_quotient", "format_value", "parse_quantity"]
