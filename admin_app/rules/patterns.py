"""Which patterns a field of a learning form may ask for (IN-07).

Named and tested here, because a pattern written on a screen could stop the program.
"""

import re
from collections.abc import Mapping
from typing import Final

PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "journal_number": (
            r"(CN\s?\d{2}-\d{4}(/[A-Z0-9]{1,3})?|ISSN\s?\d{4}-\d{3}[\dX])"
        ),
        "isbn": r"97[89][- ]?(\d[- ]?){9}\d",
        "patent_number": r"ZL\d{12}\.[\dX]",
        "digits": r"\d+",
        "letters_and_digits": r"[A-Za-z0-9-]+",
        "credit_code": r"[0-9A-Z]{18}",
    }.items()
}


def pattern_name(definition: str) -> str | None:
    """Return the name under which a pattern is known: the name itself or its text."""
    if definition in PATTERNS:
        return definition
    return next(
        (name for name, known in PATTERNS.items() if known.pattern == definition), None
    )
