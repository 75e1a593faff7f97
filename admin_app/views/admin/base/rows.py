"""How is a record told: as a row of a list, and in a sentence about it?"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from flask import g, request
from sqlalchemy import inspect

from admin_app.extensions import db
from admin_app.views.admin.base.address import Addressed
from admin_app.views.admin.display import Cell, Manner, manner_of
from admin_app.views.admin.paths import Shown
from admin_app.views.admin.reading import Reading
from admin_app.web.i18n import current_locale
from admin_app.web.i18n import worded as _
from admin_app.web.templating import known

TITLES: Final = ("name", "title", "number", "code", "file_name")


class Row(NamedTuple):
    """A row as the template draws it; links are relative to the page."""

    key: str
    label: str
    cells: tuple[Cell, ...]
    links: tuple[dict[str, str], ...]
    url: str
    """Where the record is shown."""


def ways(screen: str, page: str) -> tuple[str, str]:
    """Return what a link of a row begins and ends with: there, and back to this page.

    Both are short on the list itself, which is where most rows are.
    """
    path, _mark, query = page.partition("?")
    if path != f"{screen}/":
        return f"{screen}/", f"&url={quote(page, safe='/')}"
    return "", f"&url={quote(f'?{query}', safe='/?=')}" if query else ""


class Rows(Addressed):
    """A screen that tells its records as rows, with their links."""

    def listed(self) -> list[Shown]:
        """Return the columns that the list shows on its present tab."""
        tab = self.tab()
        left_out = {*self.measured_by.values(), *(tab.without if tab else ())}
        return [shown for shown in self.shown if shown.path not in left_out]

    def load(self, ids: Sequence[int]) -> list[Any]:
        """Return rows with what the list shows of them, in one statement."""
        return self.reading.read(db.session(), ids)

    @cached_property
    def reading(self) -> Reading:
        """What is read of a record."""
        return Reading(self.entity_model, self.shown, self._carried())

    def _carried(self) -> tuple[str, ...]:
        title = self.title_column
        return (*self.carried, title) if title else self.carried

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Return records as rows, in this order."""
        return self.as_rows(self.load(ids))

    def as_rows(self, records: Sequence[Any]) -> list[Row]:
        """Return what was read as rows, with their links."""
        if not records:
            return []
        columns = self._columns(records)
        cells = [columns[shown.path] for shown in self.listed()]
        if self.beside:
            cells += self._columns_beside([record.id for record in records])
        return [
            Row(self.row_key(record), label, told, links, links[0]["url"])
            for record, label, told, links in zip(
                records,
                map(self.record_label, records, zip(*columns.values(), strict=True)),
                zip(*cells, strict=True),
                map(tuple, map(self.links, records)),
                strict=True,
            )
        ]

    def _columns(self, records: Sequence[Any]) -> dict[str, list[Cell]]:
        """Return the cells of each column, one for each record."""
        in_english, columns = current_locale() == "en", {}
        for shown, manner, own, english in self._manners:
            values = [record[own] for record in records]
            if english is not None and in_english:
                values = [record[english] or record[own] for record in records]
            columns[shown.path] = manner.cells(shown.label, values)
        for amount, measure in self.measured_by.items():
            pairs = zip(columns[amount], columns[measure], strict=True)
            columns[amount] = [cell.measured(unit.text) for cell, unit in pairs]
        return columns

    def _columns_beside(self, ids: Sequence[int]) -> list[list[Cell]]:
        # Who is gone in between has nothing to tell.
        told, nothing = self.told_beside(ids), [""] * len(self.beside)
        return [
            [Cell(_(label), told.get(key, nothing)[n], layout=kind) for key in ids]
            for n, (label, kind) in enumerate(self.beside)
        ]

    @cached_property
    def _manners(self) -> list[tuple[Shown, Manner, int, int | None]]:
        return [
            (shown, manner_of(shown), *places)
            for shown, places in zip(self.shown, self.reading.places, strict=True)
        ]

    def told_beside(self, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """Return what the columns `beside` say of these records, by one statement."""
        raise NotImplementedError

    def row_key(self, record: Any) -> str:
        """Return the key with the version that is shown now."""
        version = f":{record.version}" if "version" in self.carried else ""
        return f"{record.id}{version}"

    @cached_property
    def title_column(self) -> str | None:
        """The column by which a record is called."""
        columns: Any = inspect(self.entity_model).columns
        return next((name for name in TITLES if name in columns), None)

    @cached_property
    def _first_related(self) -> int | None:
        """Which of the shown columns is the first that stands in another table."""
        return next((n for n, shown in enumerate(self.shown) if shown.chain), None)

    def record_label(self, record: Any, cells: Sequence[Cell] = ()) -> str:
        """Return what a record is called in sentences about it."""
        title, place = self.title_column, self._first_related
        told = [cells[place].text] if cells and place is not None else []
        if title is None:
            return "".join(told) or f"#{record.id}"
        is_about_person = self.shown[0].path == "person.name"
        names = [*(told if is_about_person else []), str(getattr(record, title))]
        return " · ".join(names)

    def links(self, record: Any) -> list[dict[str, str]]:
        """Return the links of a row, relative to this page: always to its details."""
        if (found := known("row_doors")) is None:
            doors = [("details", _("查看"), "eye")]
            if self.may_edit():
                doors.append(("edit", _("编辑"), "edit"))
            found = doors, ways(self.url, request.full_path.rstrip("?"))
            g.row_doors = found
        doors, (way, back) = found
        return [
            {"label": label, "url": f"{way}{to}/?id={record.id}{back}", "icon": icon}
            for to, label, icon in doors
        ]
