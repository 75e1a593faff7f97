"""What does a spreadsheet call a cell?"""

from typing import Final

LETTERS: Final = 26


def address(row: int, column: int) -> str:
    """What a spreadsheet calls the cell: B12."""
    letters = ""
    while column:
        column, last = divmod(column - 1, LETTERS)
        letters = chr(ord("A") + last) + letters
    return f"{letters}{row}"
