"""Read a CSV file whose columns are declared, checked cell by cell."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from admin_app.errors import Refused
from seed.cells import Cell
from seed.errors import SeedError


@dataclass(frozen=True)
class Row:
    """The values of one line of a file."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        """Return the value of a column."""
        return self.values[column]


@dataclass(frozen=True)
class Sheet:
    """A CSV file: lines that begin with `#` are notes, the first other line names the columns.

    `key` columns are unique together; the column `parent` names another row's key.
    """

    file: str
    columns: Mapping[str, Cell]
    unused: tuple[str, ...] = ()
    key: tuple[str, ...] = ("code",)
    references: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def read(self, folder: Path) -> list[Row]:
        """Return all rows of the file, or raise SeedError for the first broken one."""
        lines = _lines(folder / self.file, self.file)
        if not lines:
            raise self.broken(1, self.key[0], Refused("文件没有内容"))
        line, header = lines[0]
        self._refuse_columns(line, header)
        rows = [self._row(number, header, cells) for number, cells in lines[1:]]
        self._refuse_duplicates(rows)
        for column, known in self.references.items():
            self._refuse_unknown(rows, column, known)
        if "parent" in self.columns:
            self._refuse_unknown(rows, "parent", frozenset(r["code"] for r in rows))
            self._refuse_circles(rows)
        return rows

    def broken(self, line: int, column: str, reason: Refused) -> SeedError:
        """Return the error that names a place of this file."""
        return SeedError(file=self.file, row=line, column=column, reason=reason)

    def _refuse_columns(self, line: int, header: list[str]) -> None:
        known = {*self.columns, *self.unused}
        for name in header:
            if name not in known:
                raise self.broken(line, name, Refused("未知的列"))
        for name in self.columns:
            if name not in header:
                raise self.broken(line, name, Refused("缺少此列"))

    def _row(self, line: int, header: list[str], cells: list[str]) -> Row:
        if len(cells) != len(header):
            last = header[min(len(cells), len(header)) - 1]
            raise self.broken(
                line,
                last,
                Refused(
                    "应有 %(wanted)s 列，实有 %(found)s 列",
                    wanted=len(header),
                    found=len(cells),
                ),
            )
        values = {}
        for name, cell in zip(header, cells, strict=True):
            if name in self.columns:
                try:
                    values[name] = self.columns[name](cell.strip())
                except Refused as reason:
                    raise self.broken(line, name, reason) from reason
        return Row(line, values)

    def _refuse_duplicates(self, rows: list[Row]) -> None:
        seen: dict[tuple[object, ...], int] = {}
        for row in rows:
            key = tuple(row[name] for name in self.key)
            if key in seen:
                reason = Refused(
                    "“%(key)s”与第 %(line)s 行重复",
                    key="/".join(map(str, key)),
                    line=seen[key],
                )
                raise self.broken(row.line, self.key[0], reason)
            seen[key] = row.line

    def _refuse_unknown(
        self, rows: list[Row], column: str, known: frozenset[str]
    ) -> None:
        for row in rows:
            if row[column] and row[column] not in known:
                reason = Refused("没有代码为“%(code)s”的行", code=row[column])
                raise self.broken(row.line, column, reason)

    def _refuse_circles(self, rows: list[Row]) -> None:
        parents = {row["code"]: row["parent"] for row in rows}
        for row in rows:
            passed = {row["code"]}
            above = row["parent"]
            while above:
                if above in passed:
                    reason = Refused("上级“%(code)s”形成循环", code=row["parent"])
                    raise self.broken(row.line, "parent", reason)
                passed.add(above)
                above = parents[above]


def _lines(path: Path, name: str) -> list[tuple[int, list[str]]]:
    try:
        written = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise SeedError(
            file=name, row=0, column="-", reason=Refused("找不到文件")
        ) from None
    except UnicodeDecodeError:
        raise SeedError(
            file=name, row=0, column="-", reason=Refused("文件不是 UTF-8 编码")
        ) from None
    kept = [
        (number, line)
        for number, line in enumerate(written, start=1)
        if line and not line.startswith("#")
    ]
    reader = csv.reader((line for _, line in kept), strict=True)
    try:
        return [(kept[reader.line_num - 1][0], cells) for cells in reader]
    except csv.Error as error:
        line = kept[reader.line_num - 1][0]
        reason = Refused("不是正确的 CSV 行：%(error)s", error=error)
        raise SeedError(file=name, row=line, column="-", reason=reason) from error
