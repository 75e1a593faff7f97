"""Which rows does a list's address ask for, in which order, beginning where?"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import ColumnElement, select

from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.models import Person
from admin_app.permissions import Actor, scope_criterion, visible
from admin_app.rules.identity import fold_id_number, parse_id_number
from admin_app.rules.page_sizes import PAGE_SIZES
from admin_app.views.admin import lookups
from admin_app.views.admin.base.screen import Screen, Tab
from admin_app.views.admin.boundaries import BadAddress, Boundary, Order, decoded
from admin_app.views.admin.narrowing import Narrowing, Wished, wish
from admin_app.views.admin.search import Search, looks_personal
from admin_app.web.clock import today
from admin_app.web.i18n import worded as _
from admin_app.web.looks import page_size
from admin_app.web.refusals import translate
from admin_app.web.requests import safe_path
from admin_app.web.templating import known

OWN_WORDS: Final = frozenset(
    {"tab", "sort", "size", "after", "before", "search", "url"}
)
"""Names in a list's address that no filter may take."""


class Addressed(Screen):
    """A screen whose list is narrowed, ordered and paged by its address."""

    def tab(self) -> Tab | None:
        """Return the tab that the address names, the first one if it names none."""
        if not self.tabs:
            return None
        name = request.args.get("tab")
        return (self._named_tabs.get(name) if name else self.tabs[0]) or abort(404)

    @cached_property
    def _named_tabs(self) -> dict[str, Tab]:
        return {tab.name: tab for tab in self.tabs}

    def criteria(self) -> list[ColumnElement[bool]]:
        """Return scope, tab, filters and search of the present address."""
        scope = scope_criterion(self.entity_model, self.actor)
        return [*([] if scope is None else [scope]), *self.wanted()]

    def wanted(self) -> list[ColumnElement[bool]]:
        """Return the criteria of the present address beside the scope."""
        narrowed = [wished.criterion for wished in self.wishes()]
        return [*self.subject(self.actor, is_narrowed=bool(narrowed)), *narrowed]

    def subject(
        self,
        actor: Actor,
        *,
        is_narrowed: bool,  # noqa: ARG002 (for those who begin elsewhere then)
    ) -> list[ColumnElement[bool]]:
        """Return what the list is about before anybody narrows it.

        It follows from the tab and the actor alone: such a list is kept (kept.py).
        """
        return self.about(actor, self.tab())

    def wishes(self) -> list[Wished]:
        """Return what the address asks for by filters, by search and by a person."""
        args = request.args.to_dict()
        found = [
            *(used.wished(args, self.actor) for used in self.used_filters),
            self._searched(args.get("search", "")),
            self._of_person(args.get("person", "")),
        ]
        return [wished for wished in found if wished is not None]

    def _searched(self, term: str) -> Wished | None:
        if self.searched and looks_personal(term):
            flash(_("请在“身份证号码”一栏中查询身份证号码"), "warning")
            return None
        return self.search.wished(term)

    def _of_person(self, raw: str) -> Wished | None:
        if not self.finds_person or not raw:
            return None
        # 0 stands for a number that nobody in scope has.
        key = 0 if raw == "0" else lookups.key_of(raw)
        return self._one_person.of({"person": key})

    @cached_property
    def _one_person(self) -> Narrowing:
        column = getattr(self.entity_model, self.finds_person)
        found: ColumnElement[bool] = column == wish("person", column)
        return Narrowing(found, (self.finds_person,), is_equal=True, is_of_one=True)

    @cached_property
    def search(self) -> Search:
        """What the search box looks for."""
        return Search(self.searched, anywhere=self.searches_anywhere)

    def ordering(self) -> Order:
        """Return the order that the address asks for, among the indexed columns."""
        tab = self.tab()
        own = (tab and tab.sort) or self._searched_order() or self.column_default_sort
        asked = request.args.get("sort") or own
        name = asked.removeprefix("-")
        if name not in {*self.sortable(), own.removeprefix("-")}:
            raise BadAddress("sort")
        if tab is not None and tab.along is not None:
            return Order(tab.along, descending=True, has_nulls=False)
        has_nulls = not (tab and tab.sort.removeprefix("-") == name)
        column = getattr(self.entity_model, name)
        return Order(column, asked.startswith("-"), has_nulls)

    def _searched_order(self) -> str:
        """Return the column that is searched: what begins so stands together in it."""
        term = request.args.get("search", "")
        name = "" if looks_personal(term) else self.search.column(term)
        return name if name in self.sortable() else ""

    def sortable(self) -> tuple[str, ...]:
        """Return what the list can be sorted by: a tab with an order has no other."""
        tab = self.tab()
        has_own = tab is not None and (tab.sort or tab.along is not None)
        return () if has_own else self.column_sortable_list

    def page_length(self) -> int:
        """Return how many rows the address asks for, among the offered numbers."""
        asked = request.args.get("size", str(page_size()))
        if asked not in map(str, PAGE_SIZES):
            raise BadAddress("size")
        return int(asked)

    def boundary(self, order: Order) -> Boundary | None:
        """Return where the page begins."""
        if after := request.args.get("after"):
            return decoded(order, after, backwards=False)
        if before := request.args.get("before"):
            return decoded(order, before, backwards=True)
        return None

    def address(self, **changes: Any) -> str:
        """Return the list's address with changes; a change begins at the first page."""
        words = {**self.list_words(), **changes}
        return f"{self.url}/?{urlencode(words)}" if words else f"{self.url}/"

    def list_words(self) -> Mapping[str, str]:
        """Return what the present address says of which list it is, and in which order."""
        if (kept := known("list_words")) is None:
            words = self.filter_words() | (OWN_WORDS - {"after", "before", "url"})
            kept = {k: v for k, v in request.args.items() if k in words and v}
            g.list_words = kept
        found: Mapping[str, str] = kept
        return found

    def filter_words(self) -> set[str]:
        """Return the names in an address by which a list is narrowed."""
        words = {name for used in self.used_filters for name in used.parameters}
        return words | {"search"} | ({"person"} if self.finds_person else set())

    def _door(self, name: str, **words: str) -> str:
        """Return the address of a door that sees the list as it stands."""
        _path, _mark, query = self.address().partition("?")
        told = "&".join(filter(None, (urlencode(words), query)))
        return f"{self.url}/{name}/?{told}" if told else f"{self.url}/{name}/"

    def return_url(self) -> str:
        """Return the page of ours that the person came from, else the list.

        `?…` alone is a page of this list.
        """
        asked, own = request.values.get("url", ""), url_for(".index_view")
        return safe_path(own + asked if asked.startswith("?") else asked) or own

    @expose("/find/", methods=("POST",))
    def find_view(self) -> ResponseReturnValue:
        """Find a person by identity number, which must not stand in an address."""
        if not self.finds_person:
            abort(404)
        tab = request.args.get("tab")
        number = fold_id_number(request.form.get("id_number", ""))
        found = None
        if number:
            try:
                parse_id_number(number, today=today())
            except Refused as refused:
                flash(translate(refused), "warning")
                return redirect(url_for(".index_view", tab=tab), 303)
            people = select(Person.id).where(Person.id_number == number)
            found = db.session.scalar(visible(people, Person, self.actor))
            if found is None and self.finds_person != "id":
                own = getattr(self.entity_model, self.finds_person)
                among = select(own).where(*self.scope()).where(own.in_(people))
                found = db.session.scalar(among.limit(1))
        person = None if not number else found or 0
        return redirect(url_for(".index_view", tab=tab, person=person), 303)
