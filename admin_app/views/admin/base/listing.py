"""What does the list show, as a page, in its look-ups and as a file?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from flask import (
    Response,
    abort,
    flash,
    get_template_attribute,
    redirect,
    request,
)
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import inspect, select

from admin_app.dialects import dialect_of
from admin_app.extensions import db
from admin_app.operations.audit import record as audit
from admin_app.permissions import Actor, scope_branches, units_in_scope
from admin_app.rules.page_sizes import PAGE_SIZES
from admin_app.views.admin import actions, export, lookups
from admin_app.views.admin.base.record import OneRecord
from admin_app.views.admin.display import cell, manner_of
from admin_app.views.admin.filters import Filter, LookupFilter
from admin_app.views.admin.kept import (
    SHELF,
    Found,
    KeptList,
    Listed,
    Sort,
    WholeList,
    anybody,
    numbers_of,
)
from admin_app.views.admin.narrowing import FollowedList, NarrowedList, Narrowing
from admin_app.views.admin.paging import (
    CAP,
    Asked,
    Boundary,
    Order,
    Page,
    in_order,
)
from admin_app.views.admin.paths import Model
from admin_app.views.admin.shapes import Owners, capped_count, is_ordered
from admin_app.web import auditing, step_up
from admin_app.web.i18n import worded as _
from admin_app.web.templating import language
from admin_app.web.transactions import saving

FILTERS: Final = "admin/model/filters.html"


class Head(NamedTuple):
    """What the rows of a list stand under."""

    columns: int
    drawn: Markup
    sizes: Sequence[tuple[int, str, bool]]
    """How many rows a page may have, each with its address and whether it has so many."""


class EntityView(OneRecord):
    """A generated screen over one model; a subclass declares, and rarely overrides."""

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """List the rows of one page."""
        order, size = self.ordering(), self.page_length()
        found = self.found(order, self.boundary(order), size)
        page = found.page
        return self.render(
            "admin/model/rows.html" if self.is_fragment() else self.list_template,
            rows=self.as_rows(page.rows),
            head=(head := self.drawn_head(order, size)),
            pager=self.pager(page, found.total, head),
            looked_through=found.looked_through,
            onward="previous_url" if request.args.get("before") else "next_url",
            ways=self.ways(order) if page.is_cut else [],
            is_filtered=bool(set(request.args) - {"tab", "sort", "size"}),
            empty_hint=None if page.rows else self.empty_hint(),
            **self.frame(found.total if found.counts_tab else None),
        )

    def found(self, order: Order, boundary: Boundary | None, size: int) -> Found:
        """Find and read the rows of the present page."""
        session, narrowings = db.session(), self.narrowings()
        values = numbers_of(self.actor)
        for narrowing in narrowings:
            values |= narrowing.values
        dialect = dialect_of(session)
        kept = self.kept(dialect, order, boundary, size, narrowings)
        return kept.found(session, values, boundary)

    def kept(
        self,
        dialect: str,
        order: Order,
        boundary: Boundary | None,
        size: int,
        narrowings: Sequence[Narrowing],
    ) -> KeptList:
        """Return the list, made for all of the actor's sort and whatever is wished."""
        sort, tab = Sort.of(self.actor), self.tab()
        begins = boundary and (boundary.backwards, boundary.value is None)
        way = (order.column.key, order.descending, order.has_nulls)
        wishes = tuple(name for each in narrowings for name in each.values)
        key = (self.endpoint, dialect, sort, tab and tab.name, way, begins, size)

        def make() -> KeptList:
            asked = self.asked(anybody(sort), order, boundary)
            subject = self.subject(anybody(sort), is_narrowed=bool(narrowings))
            listed = Listed(
                dialect,
                asked,
                subject,
                size,
                self.reading,
                bound=tab.bound_columns if tab else self.bound_columns,
                path=None if tab and tab.is_own else units_in_scope(anybody(sort)),
            )
            kept = listed.at_any_boundary()
            return self.as_kept(kept, anybody(sort), narrowings)

        return SHELF.find(("list", *key, wishes), make)

    def as_kept(
        self, listed: Listed, actor: Actor, narrowings: Sequence[Narrowing]
    ) -> KeptList:
        """Return how the pages of such a list are found."""
        tab = self.tab()
        if tab is not None and tab.along is not None:
            followed = tab.followed(actor)
            return FollowedList(
                listed,
                narrowings,
                followed=() if followed is None else (followed,),
                leads_to=tab.leads_to,
            )
        if any(narrowing.is_of_one for narrowing in narrowings):
            criteria = [narrowing.criterion for narrowing in narrowings]
            return WholeList(listed.narrowed(criteria), is_tab=False)
        return NarrowedList(listed, narrowings) if narrowings else WholeList(listed)

    def asked(self, actor: Actor, order: Order, boundary: Boundary | None) -> Asked:
        """Return which rows an actor's page asks for."""
        tab = self.tab()
        return Asked(
            model=self.entity_model,
            order=order,
            boundary=boundary,
            scope=self.branches(actor, tab),
            owners=self.owners(actor, order),
            at_least=tab.at_least(actor) if tab else None,
        )

    def owners(self, actor: Actor, order: Order) -> Owners | None:
        """Return on which units the rows hang, if an index holds the newest of each."""
        path, tab = units_in_scope(actor), self.tab()
        if path is None or tab is None or tab.is_own:
            return None
        model, bound = self.entity_model, tab.bound_columns
        names: tuple[str, ...] = model.__scope__ or ()  # type: ignore[attr-defined]
        if not all(is_ordered(model, (n, *bound, order.column.key)) for n in names):
            return None
        return Owners(path, tuple(getattr(model, name) for name in names))

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
        """Draw what narrows the list; while nothing does, once for everybody."""
        args = request.args.to_dict()
        if not self._is_plain(args):
            return self.drawn_filters(args, self.actor)
        key = ("filters", self.endpoint, language(), args.get("tab"))
        return SHELF.find(key, lambda: self.drawn_filters(args, None))

    def _is_plain(self, args: Mapping[str, str]) -> bool:
        """Tell whether an address says no more than which list, and where in it."""
        return args.keys() <= {"after", "before", *(["tab"] if self.tabs else [])}

    def drawn_head(self, order: Order, size: int) -> Head:
        """Draw the head of the table; while nothing narrows, once for everybody."""
        args = request.args
        if not self._is_plain(args):
            return self._drawn_head(order, size)
        key = ("head", self.endpoint, language(), args.get("tab"), size)
        return SHELF.find(key, lambda: self._drawn_head(order, size))

    def _drawn_head(self, order: Order, size: int) -> Head:
        headings = self.headings(order)
        draw = get_template_attribute("macros/list.html", "headers")
        sizes = [(n, self.address(size=n), n == size) for n in PAGE_SIZES]
        return Head(len(headings), draw(headings), sizes)

    def drawn_filters(self, args: Mapping[str, str], actor: Actor | None) -> Markup:
        """Draw the filters with what an address asks of them, as the actor sees it."""
        draw, in_use = get_template_attribute(FILTERS, "filters"), self.filters_in_use()
        if in_use:
            fold = self._drawn_controls(args, actor)
        else:
            tab = self.tab()
            key = ("controls", self.endpoint, language(), tab and tab.name)
            fold = SHELF.find(key, lambda: self._drawn_controls({}, None))
        drawn: Markup = draw(self, args, fold, in_use)
        return drawn

    def _drawn_controls(self, args: Mapping[str, str], actor: Actor | None) -> Markup:
        draw = get_template_attribute(FILTERS, "controls")
        drawn: Markup = draw(
            [used.control(args, actor) for used in self.offered_filters()]
        )
        return drawn

    def headings(self, order: Order) -> list[dict[str, Any]]:
        """Return the head of the table, with links that sort."""
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
                heading["sort_url"] = self.address(sort=f"{sign}{shown.path}")
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
            own = [self.base_criterion(self.actor), tab.criterion(self.actor)]
            wanted = [criterion for criterion in own if criterion is not None]
            scope = self.branches(self.actor, tab)
            count = capped_count(self.entity_model, scope, wanted, cap=CAP)
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

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> ResponseReturnValue:
        """Search the records that a relation of this screen may point at."""
        name = request.args.get("name", "")
        model = self.looked_up().get(name)
        if model is None:
            abort(404)
        term, among = request.args.get("q", ""), self.among(name)
        return {"items": lookups.choices(model, self.actor, term, among=among)}

    def looked_up(self) -> dict[str, Model]:
        """Return what this screen looks up, by the name of the relation."""
        mapper: Any = inspect(self.entity_model)
        relations = mapper.relationships
        found = {
            n: relations[n].mapper.class_
            for n in (*self.creation_columns, *self.form_columns)
            if n in relations
        }
        for used in self.used_filters:
            if isinstance(used, LookupFilter):
                found[used.name] = used.target
        return found

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self) -> ResponseReturnValue:
        """Offer no editing inside the list."""
        abort(404)

    @expose("/export/<export_type>/", methods=("GET", "POST"))
    def export(self, export_type: str) -> ResponseReturnValue:
        """Give the list as a file: the same rows, order and masks, up to the cap."""
        if request.method != "POST":
            # A bookmark, or a page that asked something and was left.
            return redirect(self.address(), 303)
        self.require("export")
        kind = export.KINDS.get(export_type) or abort(404)
        order = self.ordering()
        criteria = self.criteria()
        found = actions.matching(db.session(), self.entity_model, criteria)
        step_up.prove(f"{self.module}:export")
        if step_up.FIELD in request.form:
            # The page that asked would stay open beside the file: the list fetches it.
            sentence = "已确认是您本人，文件即将下载；如未开始，请再点“导出”。"
            flash(_(sentence), "download")
            return redirect(self.return_url(), 303)
        ids = in_order(db.session(), self.entity_model, found, order, criteria)
        body = kind.write(str(self.name), self._exported(ids))
        with saving() as session:
            told = {"rows": len(ids), "screen": self.endpoint_name()}
            # One line for the act, and one for each person to read.
            for subject_id in (None, *auditing.subjects(self.entity_model, ids)):
                audit(
                    session,
                    "export",
                    object_kind=self.entity_model.__tablename__,
                    after=told,
                    subject_id=subject_id,
                )
        name = quote(f"{self.name}.{export_type}")
        return Response(
            body,
            mimetype=kind.media_type,
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    def _exported(self, ids: Sequence[int]) -> Iterator[list[str]]:
        header = [str(shown.label) for shown in self.shown]
        yield [*header, *(_(label) for label, _kind in self.beside)]
        for start in range(0, len(ids), export.CHUNK):
            chunk = ids[start : start + export.CHUNK]
            told = self.told_beside(chunk) if self.beside else {}
            for record in self.load(chunk):
                own = [cell(shown, record).text for shown in self.shown]
                yield [*own, *told.get(record.id, ())]
