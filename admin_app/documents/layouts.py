"""What a certificate layout may say: text with closed placeholders, nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

LAYOUTS_DIR = Path(__file__).parent / "layouts"
# Single braces belong to CSS; a name is letters and digits, so that no expression,
# attribute or call can be written (IN-06).
PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


class UnknownPlaceholder(ValueError):  # noqa: N818 - as DocumentFailed
    """A layout names a field that certificates do not have."""


@dataclass(frozen=True)
class Layout:
    """One layout's parts: the page, the row that repeats inside it, and the style."""

    folder: Path
    page: str
    row: str
    style: str


@cache
def shipped_layout(name: str) -> Layout:
    """The layout of that name from the shipped folders; KeyError if there is none."""
    known = {path.name: path for path in LAYOUTS_DIR.iterdir() if path.is_dir()}
    folder = known[name]
    return Layout(
        folder=folder,
        page=(folder / "page.html").read_text("utf-8"),
        row=(folder / "row.html").read_text("utf-8"),
        style=(folder / "page.css").read_text("utf-8"),
    )


def unknown_placeholders(template: str, fields: set[str]) -> list[str]:
    """The placeholders of the template that are not among the fields."""
    names = dict.fromkeys(name.strip() for name in PLACEHOLDER.findall(template))
    return [name for name in names if name not in fields]


def fill(
    template: str, values: Mapping[str, str], *, markup: Mapping[str, str] | None = None
) -> str:
    """Put the values into the template, escaped; `markup` is put in as it stands.

    Every placeholder is replaced once and replacements are not read again, so that
    a value that looks like a placeholder stays text.
    """
    trusted = markup or {}
    unknown = unknown_placeholders(template, {*values, *trusted})
    if unknown:
        raise UnknownPlaceholder(", ".join(unknown))

    def replacement(match: re.Match[str]) -> str:
        name = match.group(1).strip()
        return trusted[name] if name in trusted else escape(values[name])

    return PLACEHOLDER.sub(replacement, template)
