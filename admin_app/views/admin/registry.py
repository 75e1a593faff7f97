"""Which screens are there? One entry each; a mistake in an entry stops the start."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import inspect

from admin_app.permissions import CATALOGUE
from admin_app.views.admin.base import OWN_WORDS, EntityView
from admin_app.views.admin.filters import LookupFilter
from admin_app.views.admin.lookups import LOOKUPS
from admin_app.views.admin.menu import GROUPS, UNIT_GROUPS
from admin_app.views.admin.paths import Model, resolve
from admin_app.views.admin.search import compared, is_searchable
from admin_app.views.admin.shapes import is_ordered
from admin_app.views.audit_words import OBJECTS

SCREENS: Final[list[type[EntityView]]] = []
View = TypeVar("View", bound=type[EntityView])

WORKFLOW_ONLY: Final = frozenset(
    {
        "id",
        "state",
        "step",
        "version",
        "decider",
        "decider_id",
        "unit",
        "unit_id",
        "person",
        "person_id",
        "department",
        "department_id",
        "filed_by",
        "claimed",
        "computed",
        "amount",
        "submitted_at",
        "waiting_since",
        "decided_at",
        "opinion",
        "is_superuser",
        "is_chief",
        "password_hash",
        "activation_hash",
        "path",
        "superior",
        "superior_id",
        "has_review_right",
        "created_by_id",
        "created_at",
        "updated_at",
    }
)
"""What changes only through verbs of its own, never by a generated form (AZ-03)."""


ONCE: Final = frozenset({"superior", "unit"})
"""What a new record may be given, by an operation that knows the rules."""


class WrongEntry(Exception):  # noqa: N818 (it says what is wrong)
    """An entry of the registry that must not be served."""


def entity(
    model: Model, *, module: str, label: str, menu: str
) -> Callable[[View], View]:
    """Register a screen over `model`: its permission module, name and menu group."""

    def register(view: View) -> View:
        view.entity_model = model
        view.module, view.title, view.group = module, label, menu
        view.for_units = menu in UNIT_GROUPS
        SCREENS.append(view)
        if not view.for_units:
            # Units' screens are named after tasks, the platform's after what they show.
            OBJECTS.setdefault(model.__tablename__, label)
        return view

    return register


def build(screens: list[type[EntityView]]) -> list[EntityView]:
    """Return the screens, each checked; WrongEntry names what is wrong."""
    endpoints: set[str] = set()
    built = []
    for screen in screens:
        name = screen.endpoint_name()
        if name in endpoints:
            raise WrongEntry(f"{name}: the endpoint is taken")
        endpoints.add(name)
        for check in CHECKS:
            if complaint := check(screen):
                raise WrongEntry(f"{name}: {complaint}")
        try:
            built.append(screen())
        except (AttributeError, TypeError, ValueError) as mistake:
            raise WrongEntry(f"{name}: {mistake}") from mistake
    return built


Check = Callable[[type[EntityView]], str | None]


def _module(screen: type[EntityView]) -> str | None:
    known = CATALOGUE.get(screen.module)
    if known is None:
        return f"module {screen.module!r} is not in the catalogue"
    unknown = {action.verb for action in screen.batch_actions} - set(known.verbs)
    return f"verbs {sorted(unknown)} are not in the catalogue" if unknown else None


def _menu(screen: type[EntityView]) -> str | None:
    return (
        None if screen.group in GROUPS else f"there is no menu group {screen.group!r}"
    )


def _columns(screen: type[EntityView]) -> str | None:
    return None if screen.column_list else "column_list is empty"


def _form(screen: type[EntityView]) -> str | None:
    writes = {"create", "edit", "delete"} & set(CATALOGUE[screen.module].verbs)
    own = [c for c in screen.__mro__ if c not in EntityView.__mro__]
    if writes and not any("form_columns" in vars(cls) for cls in own):
        return "form_columns must be said, () for a screen that is only read"
    made = set(screen.creation_columns) - ONCE
    forbidden = WORKFLOW_ONLY & (set(screen.form_columns) | made)
    return f"{sorted(forbidden)} may not stand in a form" if forbidden else None


def _lookups(screen: type[EntityView]) -> str | None:
    mapper: Any = inspect(screen.entity_model)
    targets = {
        name: mapper.relationships[name].mapper.class_
        for name in (*screen.creation_columns, *screen.form_columns)
        if name in mapper.relationships
    }
    for make in screen.filters:
        used = make()
        if isinstance(used, LookupFilter):
            targets[used.name] = mapper.relationships[used.name].mapper.class_
    missing = [name for name, target in targets.items() if target not in LOOKUPS]
    return f"no look-up for {missing}" if missing else None


def _sorting(screen: type[EntityView]) -> str | None:
    names = {*screen.column_sortable_list, screen.column_default_sort.removeprefix("-")}
    bare = [
        name
        for name in sorted(names)
        if not is_indexed(screen.entity_model, name, after=screen.bound_columns)
    ]
    bare += [
        tab.sort
        for tab in screen.tabs
        if tab.sort
        and not is_indexed(
            screen.entity_model,
            tab.sort.removeprefix("-"),
            after=tab.bound_columns,
            of_some=tab.is_own,
        )
    ]
    return f"sorting by {bare} has no index" if bare else None


def _searching(screen: type[EntityView]) -> str | None:
    for path in screen.column_searchable_list:
        shown = resolve(screen.entity_model, path, screen.labels.get(path, "·"))
        owner = shown.attribute.class_
        if not is_searchable(shown):
            return f"{path} is encrypted: it cannot be searched by prefix"
        if screen.searches_anywhere:
            bound = screen.bound_columns
            if not (bound and is_indexed(owner, bound[0])):
                return f"searching {path} anywhere needs a list that an index bounds"
        elif not is_indexed(owner, shown.attribute.key):
            return f"searching {path} has no index"
        elif not is_indexed(screen.entity_model, compared(shown)):
            return f"searching {path} has no index of {compared(shown)}"
    own = screen.finds_person
    if own and not is_indexed(screen.entity_model, own):
        return f"finding a person has no index of {own}"
    return None


def _filters(screen: type[EntityView]) -> str | None:
    names = [name for make in screen.filters for name in make().parameters]
    taken = (OWN_WORDS | {"person"}) & set(names)
    if taken:
        return f"filters may not be called {sorted(taken)}"
    # What both ask of a column has the same name in a statement (`wished`).
    twice = {make().name for make in screen.filters} & set(
        screen.column_searchable_list
    )
    if twice:
        return f"{sorted(twice)} is searched already: no filter may ask for it as well"
    return "two filters share a name" if len(set(names)) < len(names) else None


def _not_flask_admins(screen: type[EntityView]) -> str | None:
    inline = ("column_editable_list", "inline_models", "column_filters")
    for name in inline:
        if getattr(screen, name, None):
            return f"{name} is not served"
    modal = [n for n in dir(screen) if n.endswith("_modal") and getattr(screen, n)]
    return f"{modal} are not served" if modal else None


CHECKS: Final[tuple[Check, ...]] = (
    _module,
    _menu,
    _columns,
    _form,
    _lookups,
    _sorting,
    _searching,
    _filters,
    _not_flask_admins,
)


def is_indexed(
    model: Any, name: str, *, after: tuple[str, ...] = (), of_some: bool = False
) -> bool:
    """Tell whether an index leads with the column, or has it right after `after`."""
    return is_ordered(model, (name,)) or is_ordered(
        model, (*after, name), of_some=of_some
    )
