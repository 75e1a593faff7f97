"""What does the list show, as a page, in its look-ups and as a file?"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from flask import (
    Response,
    abort,
    flash,
    redirect,
    request,
)
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import inspect

from admin_app.dialects import dialect_of
from admin_app.extensions import db
from admin_app.operations.audit import record as audit
from admin_app.permissions import Actor, units_in_scope
from admin_app.views.admin import actions, export, lookups
from admin_app.views.admin.base.framed import Framed
from admin_app.views.admin.boundaries import Boundary, Order
from admin_app.views.admin.display import cell
from admin_app.views.admin.filters import LookupFilter
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
from admin_app.views.admin.narrowed import FollowedList, NarrowedList
from admin_app.views.admin.narrowing import Narrowing, Wished
from admin_app.views.admin.paging import Asked, in_order
from admin_app.views.admin.paths import Model
from admin_app.views.admin.shapes import Owners, is_ordered
from admin_app.web import auditing, step_up
from admin_app.web.i18n import worded as _
from admin_app.web.transactions import saving


class EntityView(Framed):
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
            begins=bool(request.args.get("search")) and not self.searches_anywhere,
            is_filtered=bool(set(request.args) - {"tab", "sort", "size"}),
            empty_hint=None if page.rows else self.empty_hint(),
            **self.frame(found.total if found.counts_tab else None),
        )

    def found(self, order: Order, boundary: Boundary | None, size: int) -> Found:
        """Find and read the rows of the present page."""
        session, wishes = db.session(), self.wishes()
        values = numbers_of(self.actor)
        for wished in wishes:
            values |= wished.values
        dialect = dialect_of(session)
        kept = self.kept(dialect, order, boundary, size, wishes)
        return kept.found(session, values, boundary)

    def kept(
        self,
        dialect: str,
        order: Order,
        boundary: Boundary | None,
        size: int,
        wishes: Sequence[Wished],
    ) -> KeptList:
        """Return the list, made for all of the actor's sort and whatever is wished."""
        sort, tab = Sort.of(self.actor), self.tab()
        begins = boundary and (boundary.backwards, boundary.value is None)
        way = (order.column.key, order.descending, order.has_nulls)
        wished = tuple(name for each in wishes for name in each.values)
        key = (self.endpoint, dialect, sort, tab and tab.name, way, begins, size)

        def make() -> KeptList:
            narrowings = [each.narrowing for each in wishes]
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

        return SHELF.find(("list", *key, wished), make)

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
