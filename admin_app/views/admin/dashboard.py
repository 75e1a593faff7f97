"""What an administrator sees first: what waits, what is new, where to go."""

from functools import lru_cache
from typing import Any, Final

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from sqlalchemy import ColumnElement, select
from typing_extensions import override

from admin_app import models as m
from admin_app.enums import IdentityKind, State
from admin_app.extensions import db
from admin_app.operations import counters
from admin_app.operations.notices import published_notices
from admin_app.permissions import Actor, permits
from admin_app.prepared import Prepared
from admin_app.rules.amounts import plain
from admin_app.views.admin import display, menu
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.correction_requests import OPEN
from admin_app.views.admin.kept import Sort, anybody, keepable, numbers_of
from admin_app.views.admin.paging import CAP
from admin_app.views.admin.queues import queues
from admin_app.views.admin.shapes import capped_count
from admin_app.web.clock import today
from admin_app.web.i18n import lazily as _l
from admin_app.web.i18n import worded as _
from admin_app.web.identity import current_actor

NOTICES = 5
SHORTCUTS = 12
OF_PLATFORM = (
    "units",
    "people",
    "departments",
    "admin-assignments",
    "accounts",
    "roles",
    "annual-requirements",
    "learning-forms",
    "approval-chains",
    "notices",
    "audit-entries",
    "jobs",
)
"""What the platform's administrators open most."""
OF_UNITS = (
    "inbox",
    "approve-hours",
    "declare",
    "person-query",
    "unit-declarations",
    "review-registrations",
    "review-profile-changes",
    "certificates",
    "subordinate-units",
    "review-subordinate-units",
    "incoming-transfers",
    "unit-admins",
    "unit-departments",
    "backlog",
)
"""What the administrators of units open most; the rest of their menu follows."""
Waits = State | ColumnElement[bool] | None
OVERVIEW: Final[tuple[tuple[str, Any, str, Waits], ...]] = (
    ("单位", m.Unit, "units", None),
    ("人员", m.Person, "people", None),
    ("待审核学时学分申报", m.Declaration, "declarations", State.pending),
    ("待审核注册人员", m.PersonRegistration, "person_registrations", State.pending),
    ("待审核单位注册", m.UnitRegistration, "unit_registrations", State.pending),
    ("待审核人员信息修改", m.PersonChange, "person_changes", State.pending),
    ("待审核机构信息修改", m.UnitChange, "unit_changes", State.pending),
    ("待确认人员调转", m.Transfer, "transfers", State.pending),
    ("待办理更正申请", m.CorrectionRequest, "correction_requests", OPEN),
)
"""What the platform counts: its label, model and screen, and what of it waits."""


class Dashboard(AdminIndexView):
    """The first page of the administration."""

    def __init__(self) -> None:
        """Serve no files: Flask-Admin's own are not used."""
        super().__init__(name=_l("首页"), template="admin/index.html")
        self.static_folder = None

    def is_accessible(self) -> bool:
        """Open to everybody who does not act for themself."""
        actor = current_actor()
        return actor is not None and actor.kind is not IdentityKind.individual

    @override
    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Ask visitors to sign in, refuse the others."""
        abort(401 if current_actor() is None else 403)

    @expose()
    def index(self) -> str:
        """Show the tasks of the actor's unit."""
        actor = current_actor()
        assert actor is not None
        page: str = self.render(
            "admin/index.html",
            side_menu=menu.side_menu(actor, self.endpoint),
            tasks=tasks(actor),
            overview=overview() if actor.is_superuser else [],
            standing=year_standing(actor),
            notices=published_notices(
                db.session(), reader=actor, today=today(), limit=NOTICES
            ),
            quick_links=shortcuts(menu.groups(actor), actor),
        )
        return page


def shortcuts(groups: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """Return what the actor opens most, each with the icon of its group."""
    found = [
        item | {"icon": group["icon"]}
        for group in groups[1:]
        for item in group["entries"]
    ]
    names = OF_PLATFORM if actor.is_superuser else OF_UNITS
    by_url = {item["url"]: item for item in found}
    wanted = [by_url.pop(url) for n in names if (url := f"/admin/{n}/") in by_url]
    rest = [] if actor.is_superuser else by_url.values()
    return [*wanted, *rest][:SHORTCUTS]


def tasks(actor: Actor) -> list[dict[str, Any]]:
    """Return the queues that the actor decides in with their counts, by one statement."""
    found = queues(actor)
    if not found:
        return []
    statement = counting(tuple(found), Sort.of(actor))
    (counts,) = statement.rows(db.session(), numbers_of(actor))
    return [
        {
            "label": queue.name,
            "count": f"{CAP}+" if count > CAP else count,
            "url": f"{queue.url}/",
        }
        for queue, count in zip(found, counts, strict=True)
    ]


COUNTING: Final = ("approve_hours:view", "records:view", "statistics:view")
"""Any of these lets one see how many declarations there are."""
SHOWN: Final = (State.pending, State.approved, State.rejected)


def year_standing(actor: Actor) -> dict[str, Any] | None:
    """Return what the actor's unit and all below it declared this year, by one statement.

    Who has charge of a department only does not see the unit's figures.
    """
    is_whole = actor.department_id is None
    if not is_whole or not any(permits(actor, right) for right in COUNTING):
        return None
    year = today().year
    unit_id = None if actor.is_superuser else actor.unit_id
    found = counters.standing(db.session(), unit_id=unit_id, year=year)
    if found.as_of is None:
        return None
    figures = [(_(state.label), found.numbers.get(state, 0)) for state in SHOWN]
    hours = (_("通过学时"), plain(found.approved_hours))
    return {
        "year": year,
        "as_of": display.plain(found.as_of),
        "figures": [*figures, hours],
    }


def overview() -> list[dict[str, Any]]:
    """Return how many rows the platform holds and how many wait, by one statement."""
    screens: list[EntityView] = current_app.extensions["admin_screens"]
    by_name = {screen.endpoint_name(): screen for screen in screens}
    counts = db.session.execute(
        select(
            *(
                capped_count(model, None, _in_state(model, state), cap=CAP).label(label)
                for label, model, _screen, state in OVERVIEW
            )
        )
    ).one()
    return [
        {
            "label": _(label),
            "count": f"{CAP}+" if count > CAP else count,
            "url": f"{by_name[screen].url}/{_narrowed(by_name[screen], state)}",
        }
        for (label, _model, screen, state), count in zip(OVERVIEW, counts, strict=True)
    ]


def _in_state(model: Any, state: Waits) -> list[Any]:
    if state is None:
        return []
    return [model.state == state if isinstance(state, State) else state]


def _narrowed(screen: EntityView, state: Waits) -> str:
    if not isinstance(state, State):
        return ""
    return f"?{'tab' if screen.tabs else 'state'}={state.name}"


@lru_cache(maxsize=64)
def counting(found: tuple[EntityView, ...], sort: Sort) -> Prepared:
    """Return what counts the queues, made once for all actors of a sort."""
    columns = (_waiting(queue, anybody(sort)) for queue in found)
    return Prepared(keepable(select(*columns)))


def _waiting(queue: EntityView, actor: Actor) -> Any:
    tab = queue.tabs[0]
    scope, about = queue.branches(actor, tab), queue.about(actor, tab)
    count = capped_count(queue.entity_model, scope, about, cap=CAP)
    return count.label(queue.endpoint)
