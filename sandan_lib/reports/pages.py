"""Pages from templates: style and fonts inside, nothing from outside, a policy that sees to it."""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

__all__ = ["page", "prepare_pages", "scripts", "search_script", "wide_script"]

_HERE = Path(__file__).resolve().parent
_ASSETS = _HERE.parent / "assets"


def page(template: str, *, scripts: tuple[str, ...] = (), **content: object) -> str:
    """Fill a page template with its style, fonts, scripts and policy.

    Parameters
    ----------
    template : str
        File in ``templates``.
    scripts : tuple of str
        Scripts of the page; the policy admits these, by their hashes, and no other.
    **content
        Values of the template; escaped unless they are markup already.

    Returns
    -------
    str
    """
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts) or "'none'"
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template(template)
        .render(
            policy=policy,
            style=Markup(_style()),  # noqa: S704 - our own file
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own files
            **content,
        )
    )


@functools.cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(_HERE / "templates")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


@functools.lru_cache(maxsize=8)
def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


@functools.cache
def _style() -> str:
    """Give the style sheet with the fonts inside."""
    style = (_HERE / "templates" / "page.css").read_text(encoding="utf-8")
    for weight in ("Regular", "Bold"):
        font = (_ASSETS / "fonts" / f"SandanSansKR-{weight}.woff2").read_bytes()
        style = style.replace(f"@{weight}@", base64.b64encode(font).decode("ascii"))
    return style


@functools.cache
def scripts() -> tuple[str, ...]:
    """Give Vega's bundle and our few lines that draw with it; nothing is fetched by any."""
    bundle, draw = _ASSETS / "vega" / "bundle.js", _HERE / "templates" / "draw.js"
    return bundle.read_text(encoding="utf-8"), draw.read_text(encoding="utf-8"), wide_script()


@functools.cache
def wide_script() -> str:
    """Give the lines by which what is wider than its box says so."""
    return (_HERE / "templates" / "wide.js").read_text(encoding="utf-8")


@functools.cache
def search_script() -> str:
    """Give the lines by which the index looks for words."""
    return (_HERE / "templates" / "search.js").read_text(encoding="utf-8")


def prepare_pages() -> None:
    """Read, compile and hash what all pages share."""
    _style()
    for template in ("report.html.jinja", "index.html.jinja"):
        _environment().get_template(template)
    for script in scripts():
        _sha256(script)
