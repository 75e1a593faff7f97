"""What may a template say? Text, and `{{字段}}` of a closed list; nothing else (IN-06).

There is nothing to evaluate: no attribute, call, filter, condition or loop can be
written, and what is put in is not read again.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from html import escape
from typing import Final

# Single braces belong to CSS. No piece is looked at more than twice, however many
# braces are left open.
TOKEN: Final = re.compile(r"\{\{([^{}]*)\}\}|\{\{|\{[%#]")
LONGEST_TOLD: Final = 40


class WrongPlaceholder(ValueError):  # noqa: N818 - as DocumentFailed
    """A template says something that is no field of it; `name`, `line` and `column` tell."""

    def __init__(self, name: str, *, line: int, column: int) -> None:
        """Keep what is written there, and where."""
        super().__init__(f"{name!r} in line {line}, column {column}")
        self.name = name
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Template:
    """Texts with the names of the fields between them; made by `parse` only."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    def fill(
        self, values: Mapping[str, str], *, markup: Mapping[str, str] | None = None
    ) -> str:
        """Put the values in, escaped; `markup` is put in as it stands.

        A value that looks like a placeholder stays text.
        """
        trusted = markup or {}
        filled = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            filled.append(trusted[name] if name in trusted else escape(values[name]))
            filled.append(text)
        return "".join(filled)


def parse(source: str, fields: AbstractSet[str]) -> Template:
    """Read a template that may name these fields; WrongPlaceholder for anything else."""
    texts, names, start = [], [], 0
    for token in TOKEN.finditer(source):
        name = (token[1] or "").strip()
        if name not in fields:
            raise _wrong(source, token)
        texts.append(source[start : token.start()])
        names.append(name)
        start = token.end()
    return Template((*texts, source[start:]), tuple(names))


def _wrong(source: str, token: re.Match[str]) -> WrongPlaceholder:
    before = source[: token.start()]
    written = token[0] if token[1] is None else token[1].strip()
    return WrongPlaceholder(
        written[:LONGEST_TOLD],
        line=before.count("\n") + 1,
        column=len(before) - before.rfind("\n"),
    )
