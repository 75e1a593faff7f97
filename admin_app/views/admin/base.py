"""The one view behind every generated screen, with every guard that a screen needs.

Each door (list, count, details, forms, deletion, actions, look-ups, export) asks for
the verb (403) and starts from the actor's scope (404). Nobody subclasses Flask-Admin's
own view.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import quote

from flask import (
    Response,
    abort,
    flash,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.form import get_form
from flask_admin.helpers import get_form_data
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.exc import IntegrityError
from typing_extensions import override
from wtforms import Form

from admin_app.columns import Approvable
from admin_app.enums import RecordKind
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.models import Person
from admin_app.operations.audit import record as audit
from admin_app.permissions import (
    CATALOGUE,
    Actor,
    permits,
    scope_branches,
    scope_criterion,
    visible,
)
from admin_app.views.admin import actions, details, export, lookups, menu, search
from admin_app.views.admin.actions import BatchAction, Selection
from admin_app.views.admin.display import SECRET, Cell, cell, layout
from admin_app.views.admin.fields import Asking, Converter, EntityForm
from admin_app.views.admin.filters import Filter, LookupFilter, OutOfScope
from admin_app.views.admin.paging import (
    CAP,
    SIZES,
    BadAddress,
    Boundary,
    Order,
    Page,
    decoded,
    page_of,
    rows_by_id,
)
from admin_app.views.admin.paths import (
    Model,
    Shown,
    all_paths,
    loading,
    resolve,
    with_relations,
)
from admin_app.views.admin.shapes import capped_count, shape_for
from admin_app.web.identity import current_actor
from admin_app.web.once import once
from admin_app.web.refusals import show_on, translate
from admin_app.web.requests import safe_path
from admin_app.web.transactions import saving

OWN_WORDS: Final = frozenset(
    {"tab", "sort", "size", "after", "before", "search", "url"}
)
"""Names in a list's address that no filter may take."""

TITLES: Final = ("name", "title", "number", "code", "file_name")

Criterion = Callable[[Actor], ColumnElement[bool] | None]
Filters = tuple[Callable[[], Filter], ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists that a screen offers side by side."""

    name: str
    label: str
    criterion: Criterion
    is_counted: bool = True
    sort: str = ""
    """The order of this list, by a column without gaps; the screen's if not given."""
    bound_columns: tuple[str, ...] = ()
    """Columns that the criterion holds equal: the index of the order may begin so."""
    empty: str = ""
    """What the list says when it has no row, and in `empty_next` what to do then."""
    empty_next: str = ""
    without: frozenset[str] = frozenset()
    """Columns and filters that tell nothing here, because every row has the same."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the template draws it; links are complete."""

    key: str
    label: str
    cells: tuple[Cell, ...]
    links: tuple[dict[str, str], ...]
    url: str = ""
    """Where the record is shown."""


class EntityView(ModelView):
    """A generated screen over one model; a subclass declares, and rarely overrides."""

    # What `@entity` fills in.
    entity_model: ClassVar[Model]
    module: ClassVar[str] = ""
    title: ClassVar[str] = ""
    group: ClassVar[str] = ""
    for_units: ClassVar[bool] = False

    # What a screen declares.
    column_list: ClassVar[tuple[str, ...]] = ()
    column_sortable_list: ClassVar[tuple[str, ...]] = ("id",)
    column_searchable_list: ClassVar[tuple[str, ...]] = ()
    column_default_sort: ClassVar[str] = "-id"
    form_columns: ClassVar[tuple[str, ...]] = ()
    creation_columns: ClassVar[tuple[str, ...]] = ()
    """What only the form of a new record asks for, before the others."""
    labels: ClassVar[Mapping[str, str]] = {}
    filters: ClassVar[Filters] = ()
    tabs: ClassVar[tuple[Tab, ...]] = ()
    batch_actions: ClassVar[tuple[BatchAction, ...]] = ()
    bound_columns: ClassVar[tuple[str, ...]] = ()
    """Columns that the screen's own criterion holds equal: an index may begin so."""
    measured_by: ClassVar[Mapping[str, str]] = {}
    """Amounts, each with the column of its measure: a list writes both in one cell."""
    finds_person: ClassVar[str] = ""
    """The foreign key (or `id`) by which an identity number narrows the list."""
    kind: ClassVar[RecordKind | None] = None
    details_without: ClassVar[frozenset[str]] = frozenset()
    column_details_list: ClassVar[tuple[str, ...]] = ()
    """What the details show; none named stands for every column but the secret ones."""

    list_template = "admin/model/list.html"
    details_template = "admin/model/details.html"
    create_template = "admin/model/form.html"
    edit_template = "admin/model/form.html"
    model_form_converter = Converter
    form_base_class = EntityForm

    def __init__(self) -> None:
        """Read the declaration; a mistake in it raises here, at start-up."""
        model = self.entity_model
        self.shown = [self._resolve(path) for path in self.column_list]
        self.searched = [self._resolve(path) for path in self.column_searchable_list]
        self.used_filters = [make() for make in self.filters]
        for used in self.used_filters:
            used.bind(model)
        without = SECRET | self.details_without
        told = self.column_details_list or all_paths(model, without=without)
        self.detailed = [self._resolve(path) for path in told]
        has_version = issubclass(model, Approvable)
        self.carried = ("id", "version", "state") if has_version else ("id",)
        name = self.endpoint_name()
        super().__init__(
            model,
            db,
            name=_l(self.title),
            endpoint=f"admin_{name}",
            url=name.replace("_", "-"),
        )

    @classmethod
    def endpoint_name(cls) -> str:
        """Return the name of the screen in addresses: its class in snake case."""
        spaced = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__)
        return spaced.strip("_")

    def _resolve(self, path: str) -> Shown:
        return resolve(self.entity_model, path, self.labels.get(path, ""))

    def label_of(self, name: str) -> Any:
        """Return the label of a column or relation of the model."""
        return self._resolve(name).label

    # --- What of Flask-Admin's own machinery is used, and what is not -------------

    def get_list_columns(self) -> list[tuple[str, Any]]:
        """Give the columns that a subclass declares."""
        return [(shown.path, shown.label) for shown in self.shown]

    get_details_columns = get_export_columns = get_list_columns

    def get_sortable_columns(self) -> dict[str, str]:
        """Leave sorting to `ordering`."""
        return {}

    def init_search(self) -> bool:
        """Leave searching to search.py."""
        return bool(self.searched)

    def init_actions(self) -> None:
        """Leave actions to actions.py."""
        self._actions: list[Any] = []
        self._actions_data: dict[str, Any] = {}

    def get_filters(self) -> None:
        """Leave filters to filters.py."""

    def scaffold_auto_joins(self) -> list[Any]:
        """Join nothing: a page loads its rows in one statement of its own."""
        return []

    def scaffold_form(self) -> type[Form]:
        """Make the form of the declared columns; none declared gives none."""
        return self.form_of(self.form_columns)

    def get_create_form(self) -> type[Form]:
        """Ask for more where a new record needs it."""
        if not self.creation_columns:
            return self.scaffold_form()
        return self.form_of((*self.creation_columns, *self.form_columns))

    def form_of(self, columns: Sequence[str]) -> type[Form]:
        """Make a form of these columns, in their order."""
        if not columns:
            return EntityForm
        form: type[Form] = get_form(
            self.entity_model,
            Converter(self.session, Asking(self, columns)),
            base_class=self.form_base_class,
            only=columns,
        )
        return form

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin retries on TypeError, which hides real mistakes.
        try:
            return fn(self, *args, **kwargs)
        except BadAddress:
            abort(400)
        except OutOfScope:
            abort(404)

    # --- Right and scope ----------------------------------------------------------

    @property
    def actor(self) -> Actor:
        """Who acts; nobody gets past `is_accessible` without being somebody."""
        actor = current_actor()
        if actor is None:
            abort(401)
        return actor

    def allows(self, verb: str) -> bool:
        """Tell whether the screen has this verb and the actor may use it."""
        if not has_request_context():
            return True
        known = verb in CATALOGUE[self.module].verbs
        return known and permits(current_actor(), f"{self.module}:{verb}")

    def require(self, verb: str) -> None:
        """Answer 403 unless the actor may."""
        if not self.allows(verb):
            abort(403)

    def is_accessible(self) -> bool:
        """Open the screen to who may see it."""
        return self.allows("view")

    @classmethod
    def is_shown(cls, actor: Actor) -> bool:
        """Tell whether the menu offers the screen: a unit's tasks need a unit."""
        if cls.for_units and actor.unit_id is None:
            return False
        return permits(actor, f"{cls.module}:view")

    @override
    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Ask visitors to sign in, refuse the others."""
        abort(401 if current_actor() is None else 403)

    def base_criterion(
        self,
        actor: Actor,  # noqa: ARG002 (for those who narrow)
    ) -> ColumnElement[bool] | None:
        """Return what the screen is about, beside the scope; None for everything."""
        return None

    def scope(self) -> list[ColumnElement[bool]]:
        """Return the criteria that every door of this screen starts from."""
        found = (
            scope_criterion(self.entity_model, self.actor),
            self.base_criterion(self.actor),
        )
        return [criterion for criterion in found if criterion is not None]

    def get_query(self) -> Any:
        """Return the rows in scope: whatever Flask-Admin asks starts here too."""
        return db.session.query(self.entity_model).filter(*self.scope())

    def get_one(self, id: Any) -> Any:  # noqa: A002 (Flask-Admin's signature)
        """Return the record in scope, or answer 404."""
        statement = select(self.entity_model).where(*self.scope())
        key: Any = self.entity_model.__table__.c.id
        statement = statement.where(key == lookups.key_of(id))
        statement = statement.options(*with_relations(self.detailed))
        fresh = statement.execution_options(populate_existing=True)
        record = db.session.scalar(fresh)
        return abort(404) if record is None else record

    def opened(self) -> Any:
        """Return the record that the address names."""
        return self.get_one(request.args.get("id", ""))

    # --- The list -----------------------------------------------------------------

    def listed(self) -> list[Shown]:
        """Return the columns that the list shows on its present tab."""
        tab = self.tab()
        left_out = {*self.measured_by.values(), *(tab.without if tab else ())}
        return [shown for shown in self.shown if shown.path not in left_out]

    def offered_filters(self) -> list[Filter]:
        """Return the filters that make sense on the present tab."""
        tab = self.tab()
        left_out = tab.without if tab else frozenset()
        return [used for used in self.used_filters if used.name not in left_out]

    def tab(self) -> Tab | None:
        """Return the tab that the address names, the first one if it names none."""
        if not self.tabs:
            return None
        name = request.args.get("tab") or self.tabs[0].name
        return next((t for t in self.tabs if t.name == name), None) or abort(404)

    def criteria(self) -> list[ColumnElement[bool]]:
        """Return scope, tab, filters and search of the present address."""
        scope = scope_criterion(self.entity_model, self.actor)
        return [*([] if scope is None else [scope]), *self.wanted()]

    def wanted(self) -> list[ColumnElement[bool]]:
        """Return the criteria of the present address beside the scope."""
        args, actor = request.args, self.actor
        tab = self.tab()
        found = [
            self.base_criterion(actor),
            tab.criterion(actor) if tab else None,
            *(used.criterion(args, actor) for used in self.used_filters),
            self._searched(args.get("search", "")),
            self._of_person(args.get("person", "")),
        ]
        return [criterion for criterion in found if criterion is not None]

    def _searched(self, term: str) -> ColumnElement[bool] | None:
        if not self.searched or not term:
            return None
        if search.looks_personal(term):
            flash(_("请在“身份证号码”一栏中查询身份证号码"), "warning")
            return None
        return search.matches(self.searched, term)

    def _of_person(self, raw: str) -> ColumnElement[bool] | None:
        if not self.finds_person or not raw:
            return None
        # 0 stands for a number that nobody in scope has.
        key = 0 if raw == "0" else lookups.key_of(raw)
        column: ColumnElement[bool] = getattr(self.entity_model, self.finds_person)
        return column == key

    def ordering(self) -> Order:
        """Return the order that the address asks for, among the indexed columns."""
        tab = self.tab()
        own = (tab and tab.sort) or self.column_default_sort
        asked = request.args.get("sort") or own
        name = asked.removeprefix("-")
        if name not in {*self.column_sortable_list, own.removeprefix("-")}:
            raise BadAddress("sort")
        has_nulls = not (tab and tab.sort.removeprefix("-") == name)
        column = getattr(self.entity_model, name)
        return Order(column, asked.startswith("-"), has_nulls)

    def page_length(self) -> int:
        """Return how many rows the address asks for, among the offered numbers."""
        asked = request.args.get("size", str(SIZES[0]))
        if asked not in map(str, SIZES):
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
        words = self.filter_words() | (OWN_WORDS - {"after", "before", "url"})
        kept = {k: v for k, v in request.args.items() if k in words and v}
        return url_for(".index_view", **{**kept, **changes})

    def filter_words(self) -> set[str]:
        """Return the names in an address by which a list is narrowed."""
        words = {name for used in self.used_filters for name in used.parameters}
        return words | {"search"} | ({"person"} if self.finds_person else set())

    def _door(self, name: str, **names: Any) -> str:
        """Return the address of a door that sees the list as it stands."""
        _path, _mark, query = self.address().partition("?")
        door = url_for(f".{name}", **names)
        joint = "&" if "?" in door else "?"
        return f"{door}{joint}{query}" if query else door

    def search_hint(self) -> str:
        """Return what the search box looks for."""
        return " / ".join(str(shown.label) for shown in self.searched)

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """List the rows of one page."""
        order, size = self.ordering(), self.page_length()
        boundary, wanted = self.boundary(order), self.wanted()
        scope = scope_branches(self.entity_model, self.actor)
        is_narrowed = bool(set(request.args) & self.filter_words())
        count = capped_count(self.entity_model, scope, wanted, cap=CAP)
        total = db.session.scalar(select(count)) or 0
        page = page_of(
            db.session(),
            self.entity_model,
            wanted,
            order=order,
            size=size,
            boundary=boundary,
            scope=scope,
            shape=shape_for(total, cap=CAP, is_narrowed=is_narrowed),
        )
        records = self.load(page.ids)
        is_fragment = request.headers.get("HX-Target") == "list"
        return self.render(
            "admin/model/rows.html" if is_fragment else self.list_template,
            is_fragment=is_fragment,
            export_url=self._door("export", export_type="csv"),
            action_url=self._door("action_view", url=request.full_path.rstrip("?")),
            find_url=self._door("find_view"),
            search_hint=self.search_hint(),
            rows=[self.row(record) for record in records],
            columns=self.headings(order),
            pager=self.pager(page, total, size),
            total=min(total, CAP),
            is_capped=total > CAP,
            tab_items=self.tab_items(),
            controls=[
                used.control(request.args, self.actor)
                for used in self.offered_filters()
            ],
            filters_in_use=self.filters_in_use(),
            actions=self.offered_actions(),
            is_filtered=bool(set(request.args) - {"tab", "sort", "size"}),
            empty_hint=self.empty_hint(),
        )

    def filters_in_use(self) -> int:
        """Return how many filters narrow the list now, beside search and person."""
        args = request.args
        return sum(any(map(args.get, used.parameters)) for used in self.used_filters)

    def empty_hint(self) -> tuple[str, str]:
        """Return what a list without any row says, and what to do next."""
        if (tab := self.tab()) is not None and tab.empty:
            return _(tab.empty), _(tab.empty_next) if tab.empty_next else ""
        if self.may_create():
            return _("还没有记录"), _("点击右上角“新增”添加第一条。")
        return _("还没有记录"), ""

    def load(self, ids: Sequence[int]) -> list[Any]:
        """Return rows with what the list shows of them, in one statement."""
        options = loading(self.entity_model, self.shown, self._carried())
        return rows_by_id(db.session(), self.entity_model, ids, options)

    def _carried(self) -> tuple[str, ...]:
        title = self.title_column()
        return (*self.carried, title) if title else self.carried

    def row(self, record: Any) -> Row:
        """Return a record as a row with its links."""
        version = f":{record.version}" if "version" in self.carried else ""
        cells = {shown.path: cell(shown, record) for shown in self.shown}
        label = self.record_label(record, tuple(cells.values()))
        for amount, measure in self.measured_by.items():
            cells[amount] = cells[amount].measured(cells[measure].text)
        links = self.links(record)
        return Row(
            key=f"{record.id}{version}",
            label=label,
            cells=tuple(cells[shown.path] for shown in self.listed()),
            links=tuple(links),
            url=links[0]["url"],
        )

    def title_column(self) -> str | None:
        """Return the column by which a record is called."""
        columns: Any = inspect(self.entity_model).columns
        return next((name for name in TITLES if name in columns), None)

    def record_label(self, record: Any, cells: Sequence[Cell] = ()) -> str:
        """Return what a record is called in sentences about it."""
        title = self.title_column()
        told = [c.text for s, c in zip(self.shown, cells, strict=False) if s.chain][:1]
        if title is None:
            return "".join(told) or f"#{record.id}"
        is_about_person = self.shown[0].path == "person.name"
        names = [*(told if is_about_person else []), str(getattr(record, title))]
        return " · ".join(names)

    def links(self, record: Any) -> list[dict[str, str]]:
        """Return the links of a row: always to its details."""
        back = quote(request.full_path.rstrip("?"), safe="/")
        here = f"{self.url}/details/?id={record.id}&url={back}"
        links = [{"label": _("查看"), "url": here, "icon": "eye"}]
        if self.may_edit():
            there = f"{self.url}/edit/?id={record.id}&url={back}"
            links.append({"label": _("编辑"), "url": there, "icon": "edit"})
        return links

    def may_edit(self) -> bool:
        """Tell whether the screen has a form and the actor may use it."""
        return bool(self.form_columns) and self.allows("edit")

    def may_create(self) -> bool:
        """Tell whether the screen makes records and the actor may."""
        return bool(self.form_columns) and self.allows("create")

    def headings(self, order: Order) -> list[dict[str, Any]]:
        """Return the head of the table, with links that sort."""
        headings = []
        for shown in self.listed():
            heading: dict[str, Any] = {"label": shown.label, "class": layout(shown)}
            if shown.path in self.column_sortable_list:
                sorted_now = order.column.key == shown.path
                down = sorted_now and not order.descending
                sign = "-" if down else ""
                heading["sort_url"] = self.address(sort=f"{sign}{shown.path}")
                heading["sorted"] = (
                    ("desc" if order.descending else "asc") if sorted_now else None
                )
            headings.append(heading)
        return headings

    def pager(self, page: Page, total: int, size: int) -> dict[str, Any]:
        """Return what the pager shows."""
        return {
            "total": min(total, CAP),
            "is_capped": total > CAP,
            "previous_url": page.previous and self.address(before=page.previous),
            "next_url": page.next and self.address(after=page.next),
            "sizes": [(n, self.address(size=n), n == size) for n in SIZES],
        }

    def tab_items(self) -> list[dict[str, Any]]:
        """Return the tabs with their counts, in one statement."""
        if not self.tabs:
            return []
        counts = self._tab_counts()
        chosen = self.tab()
        return [
            {
                "label": _(tab.label),
                "url": url_for(".index_view", tab=tab.name),
                "count": counts.get(tab.name),
                "is_active": tab is chosen,
            }
            for tab in self.tabs
        ]

    def _tab_counts(self) -> dict[str, str]:
        counted = [tab for tab in self.tabs if tab.is_counted]
        if not counted:
            return {}
        columns, scope = [], scope_branches(self.entity_model, self.actor)
        for tab in counted:
            own = [self.base_criterion(self.actor), tab.criterion(self.actor)]
            wanted = [criterion for criterion in own if criterion is not None]
            count = capped_count(self.entity_model, scope, wanted, cap=CAP)
            columns.append(count.label(tab.name))
        found = db.session.execute(select(*columns)).one()
        return {
            tab.name: f"{CAP}+" if count > CAP else str(count)
            for tab, count in zip(counted, found, strict=True)
        }

    @expose("/find/", methods=("POST",))
    def find_view(self) -> ResponseReturnValue:
        """Find a person by identity number, which must not stand in an address."""
        if not self.finds_person:
            abort(404)
        number = request.form.get("id_number", "").strip().upper()
        found = None
        if number:
            people = select(Person.id).where(Person.id_number == number)
            found = db.session.scalar(visible(people, Person, self.actor))
            if found is None and self.finds_person != "id":
                own = getattr(self.entity_model, self.finds_person)
                among = select(own).where(*self.scope()).where(own.in_(people))
                found = db.session.scalar(among.limit(1))
        tab = request.args.get("tab")
        person = None if not number else found or 0
        return redirect(url_for(".index_view", tab=tab, person=person), 303)

    # --- One record ---------------------------------------------------------------

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """Show a record, its history, its pictures, and what can be done now."""
        record = self.opened()
        return self.render(
            self.details_template,
            record=record,
            label=self.record_label(record, [cell(s, record) for s in self.shown]),
            properties=[cell(shown, record) for shown in self.detailed],
            row_key=self.row_key(record),
            actions=self.open_actions(record),
            may_edit=self.may_edit(),
            may_delete=self.may_delete(),
            return_url=self.return_url(),
            **details.of(record, self.kind),
        )

    def row_key(self, record: Any) -> str:
        """Return the key with the version that is shown now."""
        version = f":{record.version}" if "version" in self.carried else ""
        return f"{record.id}{version}"

    def open_actions(
        self,
        record: Any,  # noqa: ARG002 (for those who look at it)
    ) -> list[BatchAction]:
        """Return the actions that make sense for this record now."""
        return [a for a in self.batch_actions if self.allows(a.verb)]

    def return_url(self) -> str:
        """Return the page of ours that the person came from, else the list."""
        asked = request.values.get("url")
        return safe_path(asked) or url_for(".index_view")

    # --- Forms --------------------------------------------------------------------

    @expose("/new/", methods=("GET", "POST"))
    @once
    def create_view(self) -> ResponseReturnValue:
        """Make a record."""
        self.require("create")
        if not self.form_columns:
            abort(404)
        return self._form_view(self.create_form(), None)

    @expose("/edit/", methods=("GET", "POST"))
    @once
    def edit_view(self) -> ResponseReturnValue:
        """Change a record."""
        self.require("edit")
        record = self.opened()
        if not self.form_columns:
            abort(404)
        self.refuse_edit(record)
        return self._form_view(self.edit_form(record), record)

    def create_form(self, obj: Any = None) -> Form:
        """Return the form of a new record, its relations looked up in scope."""
        return self._resolved(self._create_form_class(get_form_data(), obj=obj))

    def edit_form(self, obj: Any = None) -> Form:
        """Return the form of a record, its relations looked up in scope."""
        return self._resolved(self._edit_form_class(get_form_data(), obj=obj))

    def _resolved(self, form: Form) -> Form:
        for field in lookups.lookup_fields(form):
            field.actor = self.actor
            field.resolve()
        return form

    def _form_view(self, form: Form, record: Any) -> ResponseReturnValue:
        if request.method == "POST" and form.validate() and self._save(form, record):
            flash(_("已保存"), "success")
            return redirect(self.return_url(), 303)
        template = self.create_template if record is None else self.edit_template
        status = 422 if request.method == "POST" else 200
        page = self.render(
            template, form=form, record=record, return_url=self.return_url()
        )
        return Response(page, status)

    def _save(self, form: Form, record: Any) -> bool:
        try:
            with saving():
                self.save(form, record)
        except Refused as refused:
            show_on(form, refused)
        except IntegrityError:
            sentence = _("与已有记录重复或有关联冲突，未能保存，请检查后再提交。")
            form.form_errors.append(sentence)
        else:
            return True
        return False

    def save(self, form: Form, record: Any) -> None:
        """Write the form into the record, a new one if there is none."""
        if record is None:
            record = self.build_new_instance()
            self.prepare(record)
        with db.session.no_autoflush:
            form.populate_obj(record)
            self.written(record)
        db.session.add(record)
        db.session.flush()

    def written(self, record: Any) -> None:
        """Set what follows from the form, before the record is stored."""

    def prepare(self, record: Any) -> None:
        """Set what a new record has of itself: its unit is the actor's own."""
        if "unit_id" in inspect(self.entity_model).columns:
            record.unit_id = self.actor.unit_id

    def refuse_edit(self, record: Any) -> None:
        """Raise Refused for a record that may be seen but not changed."""

    def may_delete(self) -> bool:
        """Tell whether the screen deletes records and the actor may."""
        return bool(self.form_columns) and self.allows("delete")

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> ResponseReturnValue:
        """Delete a record that nothing refers to."""
        self.require("delete")
        if not self.form_columns:
            abort(404)
        record = self.get_one(request.form.get("id", ""))
        try:
            with saving() as session:
                self.delete(record)
                session.flush()
        except IntegrityError:
            flash(_("该记录已被使用，不能删除；可以改为停用。"), "error")
        except Refused as refused:
            flash(translate(refused), "error")
        else:
            flash(_("已删除"), "success")
        return redirect(self.return_url(), 303)

    def delete(self, record: Any) -> None:
        """Delete the record, or raise Refused."""
        db.session.delete(record)

    # --- Actions on many rows -----------------------------------------------------

    def offered_actions(self) -> list[dict[str, str]]:
        """Return the actions that the actor may use on this tab."""
        tab = self.tab()
        return [
            {
                "name": action.name,
                "label": _(action.label),
                "style": action.style,
                "icon": action.icon,
            }
            for action in self.batch_actions
            if self.allows(action.verb)
            and (tab is None or not action.tabs or tab.name in action.tabs)
        ]

    @expose("/action/", methods=("GET", "POST"))
    @once
    def action_view(self) -> ResponseReturnValue:
        """Ask first (how many rows, and why), then act and tell each row's result."""
        if request.method != "POST":
            # A form that is sent twice is led here the second time.
            flash(_("该操作已提交，请勿重复办理，结果见列表。"), "info")
            return redirect(url_for(".index_view"), 303)
        name = request.form.get("action", "")
        action = next((a for a in self.batch_actions if a.name == name), None)
        if action is None:
            abort(404)
        self.require(action.verb)
        selection = self.selection()
        if not selection.seen:
            flash(_("请先勾选记录"), "warning")
            return redirect(self.return_url(), 303)
        comment = request.form.get("comment", "").strip()
        if request.form.get("confirmed") != "1":
            return self._ask(action, selection, "")
        if action.needs_reason and not comment:
            return Response(self._ask(action, selection, _("请填写原因")), 422)
        return self._act(action, selection, comment)

    def selection(self) -> Selection:
        """Return the rows an action is about; 404 if one of them is out of scope."""
        if request.form.get("select_all") == "1":
            raw = request.form.get("upto")
            upto = lookups.key_of(raw) if raw else None
            ids = actions.matching(
                db.session(), self.entity_model, self.criteria(), upto=upto
            )
            seen: dict[int, int | None] = dict.fromkeys(ids)
            top = upto or max(ids, default=0)
            return Selection(seen, everything=True, total=len(ids), upto=top)
        seen = actions.ticked(request.form)
        if not actions.in_scope(db.session(), self.entity_model, self.scope(), seen):
            abort(404)
        return Selection(seen, total=len(seen))

    def _ask(self, action: BatchAction, selection: Selection, error: str) -> str:
        hidden = [("action", action.name), ("confirmed", "1")]
        hidden.append(("url", self.return_url()))
        if selection.everything:
            hidden += [("select_all", "1"), ("upto", str(selection.upto))]
            hidden.append(("expected", str(selection.total)))
        else:
            hidden += [("rowid", item) for item in request.form.getlist("rowid")]
        page: str = self.render(
            "admin/model/confirm.html",
            action=action,
            question=_(action.question, n=selection.total),
            total=selection.total,
            rows=self._told(list(selection.seen)[:20]),
            hidden=hidden,
            expected=(
                action.expects(self.actor, selection.seen) if action.expects else []
            ),
            error=error,
            action_url=request.full_path.rstrip("?"),
            return_url=self.return_url(),
        )
        return page

    def _told(self, ids: Sequence[int]) -> list[Row]:
        return [self.row(record) for record in self.load(ids)]

    def _act(
        self, action: BatchAction, selection: Selection, comment: str
    ) -> ResponseReturnValue:
        with saving():
            result = action.run(self.actor, selection.seen, comment)
        # The records were changed by statements: what is loaded is out of date.
        db.session.expire_all()
        done, refused = result.done, result.refused
        rows = self._told(
            [*list(refused)[: actions.MOST_TICKED], *done[: actions.TOLD]]
        )
        names = {row.key.partition(":")[0]: row.label for row in rows}
        told = [(names.get(str(k), f"#{k}"), translate(r)) for k, r in refused.items()]
        expected = request.form.get("expected", "")
        page: str = self.render(
            "admin/model/result.html",
            action=action,
            done_count=len(done),
            refused=told,
            done=[names[str(key)] for key in done[: actions.TOLD] if str(key) in names],
            expected=int(expected) if expected.isdecimal() else len(selection.seen),
            total=len(selection.seen),
            return_url=self.return_url(),
        )
        return page

    # --- Look-ups and export ------------------------------------------------------

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> ResponseReturnValue:
        """Search the records that a relation of this screen may point at."""
        name = request.args.get("name", "")
        model = self.looked_up().get(name)
        if model is None:
            abort(404)
        term = request.args.get("q", "")
        return {"items": lookups.choices(model, self.actor, term)}

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

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> ResponseReturnValue:
        """Give the list as a file: the same rows, the same masks, up to the cap."""
        self.require("export")
        if export_type != "csv":
            abort(404)
        ids = actions.matching(db.session(), self.entity_model, self.criteria())
        header = [str(shown.label) for shown in self.shown]
        body = b"".join(export.csv_bytes(header, self._exported(ids)))
        with saving() as session:
            audit(
                session,
                "export",
                object_kind=self.entity_model.__tablename__,
                after={"rows": len(ids), "screen": self.endpoint_name()},
            )
        name = quote(f"{self.name}.csv")
        return Response(
            body,
            mimetype="text/csv",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    def _exported(self, ids: Sequence[int]) -> Any:
        for start in range(0, len(ids), export.CHUNK):
            for record in self.load(ids[start : start + export.CHUNK]):
                yield [cell(shown, record).text for shown in self.shown]

    # --- Templates ----------------------------------------------------------------

    def render(self, template: str, **kwargs: Any) -> str:
        """Draw a page with the menu of this actor."""
        page: str = super().render(
            template,
            menu_groups=menu.groups(self.actor, self.endpoint),
            may_create=self.may_create(),
            may_export=self.allows("export"),
            **kwargs,
        )
        return page
