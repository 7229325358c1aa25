"""Every data rule, over the whole package; all problems are found, not only the first."""

from sandan_lib.checks.problems import Problem
from sandan_lib.checks.run import CheckedPackage, check_package, digest_of

__all__ = ["CheckedPackage", "Problem", "check_package", "digest_of"]
