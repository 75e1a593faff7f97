"""What is wrong with a seed file, and where."""

from admin_app.errors import Refused


class SeedError(Refused):
    """A seed file holds something that cannot be loaded; nothing was."""

    def __init__(
        self, *, file: str, row: int, column: str, reason: Refused | str
    ) -> None:
        """Name the place as an editor shows it: file, line, column."""
        super().__init__(
            "%(file)s 第 %(row)s 行，%(column)s：%(reason)s",
            file=file,
            row=row,
            column=column,
            reason=str(reason),
        )
        self.file = file
        self.row = row
        self.column = column
        self.reason = reason
