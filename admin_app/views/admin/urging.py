"""催办 by administrators: what their unit has asked for and others have not decided."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from typing_extensions import override

from admin_app.enums import RecordKind, State
from admin_app.extensions import db
from admin_app.operations.urges import was_urged
from admin_app.permissions import Actor, serves_platform_only, visible
from admin_app.views.admin.pages import TaskPage
from admin_app.views.reminding import remind
from admin_app.web.clock import today
from admin_app.web.identity import current_actor
from admin_app.web.requests import safe_path
from admin_app.workflows import CHAINS, KINDS


class Urging(TaskPage):
    """Reminds the unit that decides; the button stands on the page of the record."""

    title = "催办"
    path = "urge"

    @classmethod
    @override
    def is_shown(cls, actor: Actor) -> bool:
        """Open it to administrators: which records are theirs is asked for each."""
        return actor.is_administrator and not serves_platform_only(actor)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Lead home: there is nothing here without a record."""
        return redirect(url_for("admin.index"), 303)

    @expose("/<kind>/<int:record_id>", methods=("POST",))
    def remind(self, kind: str, record_id: int) -> ResponseReturnValue:
        """Remind the unit where a record of the actor's own unit waits, once a day."""
        chain = CHAINS[RecordKind[kind]] if kind in RecordKind.__members__ else None
        if chain is None:
            abort(404)
        own = select(chain.model).where(chain.model.id == record_id)
        record = db.session.scalar(visible(own, chain.model, self.actor))
        if record is None or not chain.is_owner(self.actor, record):
            abort(404)
        back = safe_path(request.args.get("url")) or url_for("admin.index")
        return remind(record, back=back)


def urging(record: Any) -> dict[str, Any]:
    """Return what a page needs for the button; no address where nobody may remind."""
    actor, kind = current_actor(), KINDS[type(record)]
    if (
        actor is None
        or not actor.is_administrator
        or record.state is not State.pending
        or not CHAINS[kind].is_owner(actor, record)
    ):
        return {"urge_url": "", "urged": False}
    back = request.full_path.rstrip("?")
    reader, on_day = db.session(), today()
    return {
        "urge_url": url_for(
            "admin_urge.remind", kind=kind.name, record_id=record.id, url=back
        ),
        "urged": was_urged(reader, kind=kind, record_id=record.id, today=on_day),
    }
