"""下级积压: which units below let things wait longest, for those above them (X06)."""

from flask import abort, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from typing_extensions import override

from admin_app.enums import RecordKind
from admin_app.extensions import db
from admin_app.operations.backlog import longest_waiting
from admin_app.permissions import SUPERIORS, Actor
from admin_app.views.admin.display import plain
from admin_app.views.admin.pages import TaskPage
from admin_app.web.clock import now
from admin_app.workflows import CHAINS


class BacklogBoard(TaskPage):
    """The units below whose earliest request has waited longest."""

    title = "下级积压"
    group = "查询统计"
    path = "backlog"
    permission = "subordinate_units:view"

    @classmethod
    @override
    def is_shown(cls, actor: Actor) -> bool:
        """Show it to who administers the whole of a unit that can have others below."""
        stands_above = actor.unit_kind in SUPERIORS and actor.department_id is None
        return stands_above and super().is_shown(actor)

    @expose("/")
    def index(self) -> str:
        """List the units, the latest first, with their telephones."""
        name = request.args.get("kind", "")
        if name and name not in RecordKind.__members__:
            abort(400)
        kinds = [RecordKind[name]] if name else list(CHAINS)
        models = {kind: CHAINS[kind].model for kind in kinds}
        found = longest_waiting(db.session(), actor=self.actor, models=models)
        page: str = self.render(
            "admin/backlog.html",
            lines=[
                {
                    "unit": each.unit_name,
                    "phone": each.phone,
                    "total": each.total,
                    "earliest": plain(each.earliest),
                    "days": (now() - each.earliest).days,
                    "here": (now() - (each.since or each.earliest)).days,
                    "counts": [(_(k.label), n) for k, n in each.counts.items()],
                }
                for each in found
            ],
            kinds=[
                (_("全部"), url_for(".index"), not name),
                *(
                    (
                        _(kind.label),
                        url_for(".index", kind=kind.name),
                        kind.name == name,
                    )
                    for kind in CHAINS
                ),
            ],
        )
        return page
