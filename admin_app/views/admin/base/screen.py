"""What does a screen declare, and who may open it, for which rows?

Every door (list, count, details, forms, deletion, actions, look-ups, export) asks for
the verb (403) and starts from the actor's scope (404).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, has_request_context, request
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, select
from typing_extensions import override

from admin_app.columns import Approvable
from admin_app.enums import RecordKind
from admin_app.extensions import db
from admin_app.permissions import (
    CATALOGUE,
    Actor,
    permits,
    scope_branches,
    scope_criterion,
    scope_test,
)
from admin_app.views.admin import lookups, menu
from admin_app.views.admin.actions import BatchAction
from admin_app.views.admin.boundaries import BadAddress
from admin_app.views.admin.display import SECRET
from admin_app.views.admin.fields import Converter, EntityForm
from admin_app.views.admin.filters import Filter, OutOfScope
from admin_app.views.admin.kept import (
    SHELF,
    Sort,
    Statement,
    anybody,
    keepable,
    numbers_of,
)
from admin_app.views.admin.paths import Model, Shown, all_paths, resolve
from admin_app.web import auditing, step_up
from admin_app.web.i18n import lazily as _l
from admin_app.web.identity import current_actor

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
    says_all: bool = False
    """Whether what the screen is about follows from it."""
    is_own: bool = False
    """Whether an index holds its rows by the actor's own unit, in the order of the list:
    the scope only tests them, whatever the number of units below."""
    at_least: Callable[[Actor], ScalarSelect[int] | None] = lambda _actor: None
    """How many rows of it are in the actor's scope at least, as a counter says."""
    along: Any = None
    """The column of a table that the criterion joins: the list follows it downwards."""
    followed: Criterion = lambda _actor: None
    """What the criterion asks of that table alone, which an index holds in order."""
    leads_to: Any = None
    """Its column with the key of the record in the list."""
    empty: str = ""
    """What the list says when it has no row, and in `empty_next` what to do then."""
    empty_next: str = ""
    without: frozenset[str] = frozenset()
    """Columns and filters that tell nothing here, because every row has the same."""


class Screen(ModelView):
    """What a screen declares, with the rights and the scope of its doors."""

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
    takes_files: ClassVar[bool] = False
    """Whether its form has a place for pictures."""
    finds_person: ClassVar[str] = ""
    """The foreign key (or `id`) by which an identity number narrows the list."""
    kind: ClassVar[RecordKind | None] = None
    beside: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Label and layout of columns that the table lacks: `told_beside` fills them."""
    searches_anywhere: ClassVar[bool] = False
    """Whether a term may stand anywhere: for lists that `bound_columns` keep short."""
    details_without: ClassVar[frozenset[str]] = frozenset()
    delete_question: ClassVar[str] = "确定删除“%(name)s”吗？"
    """What is asked before a record is deleted."""
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

    def may_create(self) -> bool:
        """Tell whether the screen makes records and the actor may."""
        return bool(self.form_columns) and self.allows("create")

    def may_edit(self) -> bool:
        """Tell whether the screen has a form and the actor may use it."""
        return bool(self.form_columns) and self.allows("edit")

    def may_delete(self) -> bool:
        """Tell whether the screen deletes records and the actor may."""
        return bool(self.form_columns) and self.allows("delete")

    def base_criterion(
        self,
        actor: Actor,  # noqa: ARG002 (for those who narrow)
    ) -> ColumnElement[bool] | None:
        """Return what the screen is about, beside the scope; None for everything."""
        return None

    def scope(self) -> list[ColumnElement[bool]]:
        """Return the criteria that every door of this screen starts from."""
        return self.scope_of(self.actor)

    def scope_of(self, actor: Actor) -> list[ColumnElement[bool]]:
        """Return what `scope` is for an actor, or for anybody of a sort."""
        found = (scope_criterion(self.entity_model, actor), self.base_criterion(actor))
        return [criterion for criterion in found if criterion is not None]

    def about(self, actor: Actor, tab: Tab | None) -> list[ColumnElement[bool]]:
        """Return what a tab is about, beside the scope."""
        of_all = self.base_criterion(actor)
        found = (
            None if tab and tab.says_all else of_all,
            tab.criterion(actor) if tab else None,
        )
        return [criterion for criterion in found if criterion is not None]

    def branches(
        self, actor: Actor, tab: Tab | None
    ) -> Sequence[ColumnElement[bool]] | None:
        """Return the scope as a list asks for it: one must hold, None for every row."""
        if tab is None or not tab.is_own:
            return scope_branches(self.entity_model, actor)
        test = scope_test(self.entity_model, actor)
        return None if test is None else [test]

    def among(
        self,
        name: str,  # noqa: ARG002 (for those who narrow)
    ) -> ColumnElement[bool] | None:
        """Return what a relation may point at, beside the scope; None for everything."""
        return None

    def get_query(self) -> Any:
        """Return the rows in scope: whatever Flask-Admin asks starts here too."""
        return db.session.query(self.entity_model).filter(*self.scope())

    def get_one(self, id: Any) -> Any:  # noqa: A002 (Flask-Admin's)
        """Return the record in scope, to work with, or answer 404."""
        given = self.named(id)
        record = db.session.scalar(self.one(Sort.of(self.actor)), given)
        return abort(404) if record is None else record

    def named(self, key: Any) -> dict[str, Any]:
        """Return what a statement of `narrowed_to_one` is asked with."""
        return {"record_id": lookups.key_of(key), **numbers_of(self.actor)}

    def one(self, sort: Sort) -> Select[Any]:
        """Return the statement for one record, made once for all actors of a sort."""

        def make() -> Select[Any]:
            statement = self.narrowed_to_one(select(self.entity_model), sort)
            return statement.execution_options(populate_existing=True)

        return SHELF.find(("record", self.endpoint, sort), make)

    def narrowed_to_one(self, statement: Statement, sort: Sort) -> Statement:
        """Narrow a statement to one record in the scope of whoever is of a sort."""
        key: Any = self.entity_model.__table__.c.id
        scope = self.scope_of(anybody(sort))
        return keepable(statement.where(*scope, key == bindparam("record_id")))

    def opened(self) -> Any:
        """Return the record that the address names; its person may read who looked."""
        return self.noted(self.get_one(request.args.get("id", "")))

    def noted(self, record: Any) -> Any:
        """Return a record after its person may read that it was looked at."""
        if request.method == "GET":
            auditing.note_look("view", record, screen=self.endpoint_name())
        return record

    def opened_for(self, verb: str) -> Any:
        """Return that record for an act: right (403), sight (404), then proof."""
        self.require(verb)
        record = self.opened()
        step_up.prove(f"{self.module}:{verb}")
        return record

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

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin retries on TypeError, which hides real mistakes.
        try:
            return fn(self, *args, **kwargs)
        except BadAddress:
            abort(400)
        except OutOfScope:
            abort(404)

    def render(self, template: str, **kwargs: Any) -> str:
        """Draw a page with the menu of this actor."""
        page: str = super().render(
            template,
            side_menu=menu.side_menu(self.actor, self.endpoint),
            may_create=self.may_create(),
            may_export=self.allows("export"),
            **kwargs,
        )
        return page
