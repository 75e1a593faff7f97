"""What stands around the rows of a list: its tabs, filters, head and pager?"""

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from flask import get_template_attribute, request
from markupsafe import Markup, escape
from sqlalchemy import select

from admin_app.extensions import db
from admin_app.permissions import Actor, scope_branches
from admin_app.rules.page_sizes import PAGE_SIZES
from admin_app.views.admin.base.record import OneRecord
from admin_app.views.admin.boundaries import Order
from admin_app.views.admin.display import manner_of
from admin_app.views.admin.filters import Filter
from admin_app.views.admin.kept import SHELF
from admin_app.views.admin.paging import CAP, Page
from admin_app.views.admin.shapes import capped_count
from admin_app.web.i18n import worded as _
from admin_app.web.templating import language

FILTERS: Final = "admin/model/filters.html"
GAP: Final = Markup("\x1a")
"""Stands in what is drawn once for what each page says itself."""
HIDDEN: Final = Markup('<input type="hidden" name="%s" value="%s">')
CARRIED: Final = ("tab", "sort", "size", "person")
"""What the filters send along, so that the list stays what it is beside them."""


class Head(NamedTuple):
    """What the rows of a list stand under."""

    columns: int
    drawn: Markup
    sizes: Sequence[tuple[int, str, bool]]
    """How many rows a page may have, each with its address and whether it has so many."""


class Gapped:
    """What is drawn once, with gaps for what each page says itself."""

    def __init__(self, drawn: Markup) -> None:
        """Take what is drawn with `GAP` where something is missing."""
        self._parts = drawn.split(GAP)

    def filled(self, *told: Markup) -> Markup:
        """Return it with these in its gaps; one alone stands in all of them."""
        if len(told) == 1:
            return told[0].join(self._parts)
        pairs = zip_longest(self._parts, told[: len(self._parts) - 1], fillvalue="")
        return Markup("").join(chain.from_iterable(pairs))


class Links(NamedTuple):
    """A head whose links wait for the beginning of an address."""

    columns: int
    drawn: Gapped
    sizes: Sequence[tuple[int, str, bool]]

    def behind(self, address: str) -> Head:
        """Return the head with links that begin so."""
        sizes = [(n, address + rest, is_now) for n, rest, is_now in self.sizes]
        return Head(self.columns, self.drawn.filled(escape(address)), sizes)


class Framed(OneRecord):
    """A list with what stands around its rows.

    What everybody sees alike is drawn once for each language.
    """

    def is_fragment(self) -> bool:
        """Tell whether only the list itself is asked for."""
        return request.headers.get("HX-Target") == "list"

    def frame(self, total: int | None = None) -> dict[str, Any]:
        """Return what stands around the rows of the present address.

        `total` is how many the tab has, where the list has counted them.
        """
        is_fragment = self.is_fragment()
        return {
            "is_fragment": is_fragment,
            "export_url": self._door("export/xlsx"),
            "action_url": self._door("action", url=request.full_path.rstrip("?")),
            "actions": self.offered_actions(),
            **({} if is_fragment else self.head(total)),
        }

    def head(self, total: int | None) -> dict[str, Any]:
        """Return what stands above the list, which a fragment leaves as it is."""
        return {
            "tab_items": self.tab_items(total),
            "filter_bar": self.filter_bar(),
            "find_url": self._door("find"),
        }

    def filter_bar(self) -> Markup:
        """Draw what narrows the list; while no filter is used, once for everybody."""
        args, tab = request.args, self.tab()
        own = args.get("tab") if tab else None
        carried, term = _carried(args), args.get("search", "")
        if in_use := self.filters_in_use():
            fold = self._drawn_controls(args.to_dict(), self.actor)
            return self._drawn_filters(own, carried, term, fold, in_use)

        def once() -> Gapped:
            fold = self._drawn_controls({}, None)
            return Gapped(self._drawn_filters(own, GAP, GAP, fold, 0))

        key = ("filters", self.endpoint, language(), tab and tab.name, own)
        return SHELF.find(key, once).filled(carried, escape(term))

    def _drawn_filters(self, *told: object) -> Markup:
        draw = get_template_attribute(FILTERS, "filters")
        drawn: Markup = draw(self, *told)
        return drawn

    def _drawn_controls(self, args: Mapping[str, str], actor: Actor | None) -> Markup:
        draw = get_template_attribute(FILTERS, "controls")
        offered = [used.control(args, actor) for used in self.offered_filters()]
        drawn: Markup = draw(offered)
        return drawn

    def drawn_head(self, order: Order, size: int) -> Head:
        """Return the head of the table, drawn once for whatever narrows the list."""
        tab, args, kept = self.tab(), request.args, self.list_words()
        stay = {name: args[name] for name in ("sort", "size") if args.get(name)}
        way = (order.column.key, order.descending, size, *stay.items())
        key = ("head", self.endpoint, language(), tab and tab.name, way)
        links = SHELF.find(key, lambda: self._drawn_links(order, size, stay))
        words = [pair for pair in kept.items() if pair[0] not in stay]
        return links.behind(f"{self.url}/?{urlencode(words)}{'&' if words else ''}")

    def _drawn_links(self, order: Order, size: int, stay: Mapping[str, str]) -> Links:
        headings = self.headings(order, stay)
        draw = get_template_attribute("macros/list.html", "headers")
        sizes = [(n, urlencode({**stay, "size": n}), n == size) for n in PAGE_SIZES]
        return Links(len(headings), Gapped(draw(headings)), sizes)

    def headings(self, order: Order, stay: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the head of the table, with links that sort and let others `stay`."""
        headings, sortable = [], self.sortable()
        for shown in self.listed():
            heading: dict[str, Any] = {
                "label": shown.label,
                "class": manner_of(shown).layout,
                "sort_url": "",
                "sorted": None,
            }
            if shown.path in sortable:
                sorted_now = order.column.key == shown.path
                down = sorted_now and not order.descending
                sign = "-" if down else ""
                words = {**stay, "sort": f"{sign}{shown.path}"}
                heading["sort_url"] = GAP + urlencode(words)
                heading["sorted"] = (
                    ("desc" if order.descending else "asc") if sorted_now else None
                )
            headings.append(heading)
        beside = [{"label": _(label), "class": kind} for label, kind in self.beside]
        return [*headings, *beside, {"label": _("操作")}]

    def pager(self, page: Page, total: int | None, head: Head) -> dict[str, Any]:
        """Return what the pager shows; no number where not every row was looked at."""
        return {
            "total": None if total is None else min(total, CAP),
            "is_capped": total is not None and total > CAP,
            "previous_url": page.previous and self.address(before=page.previous),
            "next_url": page.next and self.address(after=page.next),
            "sizes": head.sizes,
        }

    def tab_items(self, total: int | None) -> list[dict[str, Any]]:
        """Return the tabs with their counts; those of others in one statement."""
        chosen = self.tab()
        if chosen is None:
            return []
        known = {} if total is None else {chosen.name: total}
        counts, home = self._tab_counts(known), f"{self.url}/"
        return [
            {
                "label": _(tab.label),
                "url": f"{home}?tab={tab.name}",
                "count": counts.get(tab.name),
                "is_active": tab is chosen,
            }
            for tab in self.tabs
        ]

    def _tab_counts(self, known: Mapping[str, int]) -> dict[str, str]:
        counted = [tab for tab in self.tabs if tab.is_counted]
        columns = []
        for tab in counted:
            if tab.name in known:
                continue
            scope, about = self.branches(self.actor, tab), self.about(self.actor, tab)
            count = capped_count(self.entity_model, scope, about, cap=CAP)
            columns.append(count.label(tab.name))
        counts = dict(known)
        if columns:
            counts |= db.session.execute(select(*columns)).mappings().one()
        return {
            tab.name: f"{CAP}+" if counts[tab.name] > CAP else str(counts[tab.name])
            for tab in counted
        }

    def offered_filters(self) -> list[Filter]:
        """Return the filters that make sense on the present tab."""
        tab = self.tab()
        left_out = tab.without if tab else frozenset()
        return [used for used in self.used_filters if used.name not in left_out]

    def ways(self, order: Order) -> list[str]:
        """Return by what else the list can be narrowed that an index finds."""
        tab, args = self.tab(), request.args
        bound = tab.bound_columns if tab else self.bound_columns
        in_scope = scope_branches(self.entity_model, self.actor) is not None
        ways = [
            str(used.label)
            for used in self.offered_filters()
            if not any(map(args.get, used.parameters))
            and used.is_served(bound, order.column.key, in_scope=in_scope)
        ]
        if self.searched and not self.searches_anywhere and not args.get("search"):
            ways.append(self.search_hint())
        if self.finds_person and not args.get("person"):
            ways.append(_("身份证号码"))
        return ways

    def filters_in_use(self) -> int:
        """Return how many filters narrow the list now, beside search and person."""
        args = request.args.to_dict()
        return sum(any(map(args.get, used.parameters)) for used in self.used_filters)

    def search_hint(self) -> str:
        """Return what the search box looks for."""
        return " / ".join(str(shown.label) for shown in self.searched)

    def empty_hint(self) -> tuple[str, str]:
        """Return what a list without any row says, and what to do next."""
        if (tab := self.tab()) is not None and tab.empty:
            return _(tab.empty), _(tab.empty_next) if tab.empty_next else ""
        if self.may_create():
            return _("还没有记录"), _("点击右上角“新增”添加第一条。")
        return _("还没有记录"), ""


def _carried(args: Mapping[str, str]) -> Markup:
    """Return what a form carries along of an address, out of sight."""
    told = [HIDDEN % (name, args[name]) for name in CARRIED if args.get(name)]
    return Markup("").join(told)
