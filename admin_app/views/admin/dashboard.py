"""What an administrator sees first: what waits, what is new, where to go."""

from typing import Any

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from typing_extensions import override

from admin_app.enums import IdentityKind, NoticeAudience, UnitKind
from admin_app.extensions import db
from admin_app.operations.notices import published_notices
from admin_app.permissions import Actor, permits, scope_branches
from admin_app.views.admin import menu
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.paging import CAP
from admin_app.views.admin.shapes import capped_count
from admin_app.web.clock import today
from admin_app.web.identity import current_actor

NOTICES = 5
AUDIENCE = {
    UnitKind.hr_authority: NoticeAudience.authorities,
    UnitKind.industry_authority: NoticeAudience.authorities,
    UnitKind.employer: NoticeAudience.employers,
    UnitKind.base: NoticeAudience.bases,
}


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
        groups = menu.groups(actor, self.endpoint)
        page: str = self.render(
            "admin/index.html",
            menu_groups=groups,
            tasks=tasks(actor),
            notices=notices(actor),
            quick_links=[item for group in groups[1:] for item in group["items"]][:12],
        )
        return page


def tasks(actor: Actor) -> list[dict[str, Any]]:
    """Return the queues that the actor decides in with their counts, by one statement."""
    screens: list[EntityView] = current_app.extensions["admin_screens"]
    queues = [
        screen
        for screen in screens
        if screen.tabs
        and screen.tabs[0].name == "pending"
        and screen.is_shown(actor)
        and permits(actor, f"{screen.module}:approve")
    ]
    if not queues:
        return []
    counts = db.session.execute(select(*(_waiting(q, actor) for q in queues))).one()
    return [
        {
            "label": queue.name,
            "count": f"{CAP}+" if count > CAP else count,
            "url": f"{queue.url}/",
        }
        for queue, count in zip(queues, counts, strict=True)
    ]


def _waiting(queue: EntityView, actor: Actor) -> Any:
    scope = scope_branches(queue.entity_model, actor)
    criteria = (queue.base_criterion(actor), queue.tabs[0].criterion(actor))
    told = [criterion for criterion in criteria if criterion is not None]
    count = capped_count(queue.entity_model, scope, told, cap=CAP)
    return count.label(queue.endpoint)


def notices(actor: Actor) -> list[Any]:
    """Return the newest notices that are meant for the actor."""
    meant = AUDIENCE.get(actor.unit_kind) if actor.unit_kind else None
    audiences = {NoticeAudience.everyone} | ({meant} if meant else set())
    if actor.is_superuser:
        audiences = set(NoticeAudience)
    return published_notices(
        db.session(), audiences=audiences, today=today(), limit=NOTICES
    )
